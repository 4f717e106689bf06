# Puts parts of standard input in place as files, one after the other, each whole or not at all.
# Arguments, three for each file: absolute path, octal mode, size in bytes. Exit status 1: see stderr; the file named
# there, and those behind it, are as they were.
set -eu
umask 077
temporary=
trap 'rm -f -- "$temporary"' EXIT
while [ $# -gt 0 ]; do
    path=$1 mode=$2 size=$3
    shift 3
    folder=${path%/*}
    [ -d "$folder/" ] || mkdir -p -- "$folder"
    temporary=$(mktemp "$path.tmp.XXXXXX")
    head -c "$size" >"$temporary"
    received=$(wc -c <"$temporary")
    if [ "$received" -ne "$size" ]; then
        printf '%s: only %s of %s bytes arrived\n' "$path" "$received" "$size" >&2
        exit 1
    fi
    chmod "$mode" "$temporary"
    # Where sync takes no file name, it syncs everything.
    sync -- "$temporary" 2>/dev/null || sync
    if [ -d "$path" ]; then
        printf '%s is a folder\n' "$path" >&2
        exit 1
    fi
    mv -f -- "$temporary" "$path"
    temporary=
done
