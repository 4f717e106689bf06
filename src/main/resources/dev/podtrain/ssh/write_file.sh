# Puts standard input in place as a file, whole or not at all.
# Arguments: absolute path, octal mode, expected size in bytes. Exit status 1: see stderr; the old file is untouched.
set -eu
path=$1 mode=$2 size=$3
folder=${path%/*}
[ -d "$folder/" ] || mkdir -p -- "$folder"
umask 077
temporary=$(mktemp "$path.tmp.XXXXXX")
trap 'rm -f -- "$temporary"' EXIT
cat >"$temporary"
received=$(wc -c <"$temporary")
if [ "$received" -ne "$size" ]; then
    printf 'only %s of %s bytes arrived\n' "$received" "$size" >&2
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
