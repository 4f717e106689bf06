#!/bin/sh
# Runs a command in a folder for a client that is connected: `exec.sh FOLDER COMMAND [ARGUMENT…]`. Ends with the
# command's own exit code. Standard input stays open for as long as the client is there; when it closes, the command and
# all it started get SIGTERM, and 5 s later SIGKILL.

main() {
    cd "$1" 2>/dev/null || cd "${POD_TRAIN_WORKSPACE:-/workspace}" 2>/dev/null || cd /
    shift
    # Images that keep Python outside the usual folders say so in the container's PATH, which SSH does not get.
    PATH=$PATH:$(tr '\0' '\n' </proc/1/environ 2>/dev/null | sed -n 's/^PATH=//p')
    export PATH
    # A background command would be given an empty standard input, so the client's goes by another number.
    exec 3<&0
    # A session of its own is a process group of its own. No process more comes of it, so the number is the command's.
    setsid "$@" </dev/null 3<&- &
    command=$!
    end_without_client "$command" &
    watcher=$!
    exec 3<&-
    wait "$command"
    code=$?
    kill "$watcher" 2>/dev/null
    exit "$code"
}

end_without_client() {
    # An SSH server takes a session for ended when nobody holds its input and output any more. Not written at the call:
    # there a shell keeps what it redirects.
    exec <&3 3<&- >/dev/null 2>&1
    # Nothing is ever sent: this returns at the end of the input.
    read -r _
    exec </dev/null
    trap '' TERM
    kill -TERM "-$1"
    sleep 5
    kill -KILL "-$1"
}

main "$@"
