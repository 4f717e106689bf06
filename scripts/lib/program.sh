# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables are set here for the scripts that source this, and the other way round
#
# Where the built program is, whether it is current, and which Java runs it. Sourced by the launcher and the build, with
# `home`, the project's folder, set. Builtins only: a process more would cost the launcher as much as all of this.

app=$home/target/pod-train

# The build leaves the file `built`, whose time is when it began to read the sources. The folders' own times count as well:
# they tell of removed files.
build_is_current() {
    local source
    [[ -e $app/built ]] || return 1
    if shopt -s globstar 2>/dev/null; then
        for source in "$home"/pom.xml "$home"/src/main/**; do
            [[ ! $source -nt $app/built ]] || return 1
        done
    else # bash 3, as on macOS
        [[ -z $(find "$home/pom.xml" "$home/src/main" -newer "$app/built" -print) ]]
    fi
}

# Calls the given function with every place where a JDK may live.
for_each_jdk() {
    local place
    local -a path
    IFS=: read -r -a path <<<"${PATH:-}"
    for place in /usr/lib/jvm/* /usr/lib64/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "${path[@]%/bin}"; do
        "$1" "$place"
    done
}

# Sets `jdk` to the JDK to run with and `jdk_version` to its version: JAVA_HOME if that will do, else the newest there is.
find_jdk() {
    jdk='' jdk_version='' jdk_rank=0
    if [[ -n ${JAVA_HOME:-} ]]; then
        prefer_if_newer "$JAVA_HOME"
    fi
    if [[ -z $jdk ]]; then
        for_each_jdk prefer_if_newer
    fi
    if [[ -z $jdk ]]; then
        printf 'pod-train: needs Java 17 or newer and found none\n' >&2
        printf 'pod-train: install one (Debian: apt install openjdk-17-jdk) or set JAVA_HOME\n' >&2
        return 1
    fi
}

prefer_if_newer() {
    if read_version "$1" && ((rank > jdk_rank)); then
        jdk=$1 jdk_version=$version jdk_rank=$rank
    fi
}

# Sets `version` and `rank` (a number that grows with the version) of the JDK in a folder; fails if it is none or too old.
read_version() {
    local line
    version=''
    if [[ ! -x $1/bin/java || ! -r $1/release ]]; then
        return 1
    fi
    while IFS= read -r line; do
        if [[ $line == JAVA_VERSION=* ]]; then
            version=${line#*=}
            version=${version//\"/}
            break
        fi
    done <"$1/release"
    [[ $version =~ ^([0-9]+)(\.([0-9]+)(\.([0-9]+))?)? ]] || return 1
    rank=$((BASH_REMATCH[1] * 1000000 + ${BASH_REMATCH[3]:-0} * 1000 + ${BASH_REMATCH[5]:-0}))
    ((rank >= 17000000))
}

# Sets `class_path`. Both the archive and a run must name the same files in the same order, whatever the user's language.
find_class_path() {
    local LC_ALL=C
    local -a jars=("$app"/lib/*.jar)
    local IFS=:
    class_path="${jars[*]}"
}

# Sets `archive`, the file of prepared classes for the JDK found, and `archive_option`, which makes Java use it. From 25 on
# Java links all classes of an archive at the start, so that commands which only look have a smaller one of their own.
name_archive() {
    archive=$app/archive/${jdk##*/}-$jdk_version
    if ((jdk_rank >= 25000000)); then
        archive=$archive${1:+-$1}.aot
        archive_option=-XX:AOTCache=$archive
    else
        archive=$archive.jsa
        archive_option=-XX:SharedArchiveFile=$archive
    fi
}
