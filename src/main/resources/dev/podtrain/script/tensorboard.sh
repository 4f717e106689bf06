#!/usr/bin/env bash
# Shows a run's event files on a port of this pod's loopback address. The contract is docs/remote-protocol.md.
#
#   tensorboard.sh start FOLDER    starts it in the tmux session `tb` if it is not there, shows what it says, and waits
#   tensorboard.sh status          tells where it is
#   tensorboard.sh serve FOLDER    inside the session: the package, a port, TensorBoard
#
# The last line of start and status is PORT=<n>. Exit codes: 0 it answers there, 3 there is none (status only), 1 failed.
set -Eeuo pipefail

first_port=6006
last_port=6105

main() {
    script=$(readlink -f "${BASH_SOURCE[0]}")
    run_dir=${script%/bin/*}
    log=$run_dir/tensorboard.log
    command -v tmux >/dev/null || fail "tmux is not installed in this image"
    case ${1:-} in
        start) start "${2:?}" ;;
        status) status ;;
        serve) serve "${2:?}" ;;
        *) fail "there is no verb '${1:-}'; known are start, status" ;;
    esac
}

fail() {
    printf 'tensorboard.sh: %s\n' "$1" >&2
    exit 1
}

# --- What is known of it --------------------------------------------------------------------------------------------

# `tensorboard` in the run's folder has three lines: process and its start time, port (empty until it answers), folder.
read_record() {
    owner='' port='' folder=''
    { { read -r owner && read -r port && read -r folder; } <"$run_dir/tensorboard"; } 2>/dev/null || true
}

# write_record PORT FOLDER
write_record() {
    printf '%s\n%s\n%s\n' "$(identity "$$")" "$1" "$2" >"$run_dir/tensorboard.tmp"
    mv -f "$run_dir/tensorboard.tmp" "$run_dir/tensorboard"
}

# The start time tells it from a process with the same number on an earlier pod.
identity() {
    local fields
    { read -r -a fields <"/proc/$1/stat"; } 2>/dev/null || return 1
    printf '%s %s\n' "$1" "${fields[21]}"
}

session_exists() {
    tmux has-session -t =tb 2>/dev/null
}

# Whether the session is this run's; sets owner, port and folder.
session_is_ours() {
    session_exists || return 1
    read_record
    [[ -n $owner && $owner == "$(identity "${owner%% *}")" ]]
}

# What the session was made to run, as tmux remembers it. With `-t =tb` it may tell of another session (tmux 3.3).
start_command() {
    tmux list-panes -a -F '#{session_name} #{pane_start_command}' | grep '^tb '
}

# Whether a process of this pod listens on a port: any one, or the one that is named.
listens() {
    local inode sockets
    # shellcheck disable=SC2086 # the pattern is to be expanded
    sockets=$(readlink /proc/${2:-[0-9]*}/fd/* 2>/dev/null) || true
    while read -r inode; do
        if [[ $sockets == *"socket:[$inode]"* ]]; then return 0; fi
    done < <(awk -v at=":$(printf '%04X' "$1")\$" '$2 ~ at && $4 == "0A" { print $10 }' /proc/net/tcp*)
    return 1
}

# Whether somebody listens there, which need not be a process of this pod.
answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# --- start and status -----------------------------------------------------------------------------------------------

start() {
    local wanted=$1 shown=0 tries
    if session_exists && [[ $(start_command) != *"$script"* ]]; then
        fail "the tmux session 'tb' belongs to somebody else; what runs there can be reached without a start"
    fi
    if session_is_ours && [[ $folder != "$wanted" ]]; then
        printf 'showing %s instead of %s\n' "$wanted" "$folder"
        tmux kill-session -t =tb
    fi
    if ! session_exists; then
        : >"$log"
        make_session "$wanted"
    fi
    for ((tries = 0; tries < 4500; tries++)); do
        show_log
        if session_is_ours && [[ $folder == "$wanted" && -n $port ]]; then
            warn_without_files
            printf 'PORT=%s\n' "$port"
            return
        fi
        session_exists || fail "TensorBoard ended: $(tail -n 3 "$log")"
        sleep 0.2
    done
    fail "TensorBoard did not answer within 15 minutes"
}

# If it fails, another start was faster, or the tmux server was just ending with the session that was its last.
make_session() {
    local tries
    for ((tries = 0; tries < 5; tries++)); do
        if tmux new-session -d -s tb -x 200 -y 50 "$BASH" "$script" serve "$1" </dev/null >/dev/null 2>&1 \
            || session_exists; then
            return
        fi
        sleep 0.1
    done
}

# TensorBoard itself would show an empty page.
warn_without_files() {
    local found code=0
    # A large folder on a network volume is not searched to its end.
    found=$(timeout 10 find "$folder" -name '*tfevents*' -print -quit 2>/dev/null) || code=$?
    if [[ -z $found ]] && ((code != 124)); then
        printf 'warning: there are no event files in %s yet\n' "$folder"
    fi
}

# What was written since the last call.
show_log() {
    local size
    size=$(stat -c %s "$log" 2>/dev/null) || return 0
    if ((size > shown)); then
        tail -c "+$((shown + 1))" "$log" | head -c "$((size - shown))"
        shown=$size
    fi
}

status() {
    if session_is_ours && [[ -n $port ]]; then
        printf 'PORT=%s\n' "$port"
    elif listens "$first_port"; then
        # One that was started by hand.
        printf 'PORT=%s\n' "$first_port"
    else
        exit 3
    fi
}

# --- serve ----------------------------------------------------------------------------------------------------------

serve() {
    local python candidate remembered said=$run_dir/tensorboard.tmp.said
    exec >>"$log" 2>&1
    read_record
    remembered=$port
    write_record '' "$1"
    "$BASH" "$run_dir/bin/train.sh" provide tensorboard tensorboard.main | tee "$said"
    python=$(tail -n 1 "$said")
    rm -f "$said"
    for candidate in $remembered $(seq "$first_port" "$last_port"); do
        answers "$candidate" || serve_on "$candidate" "$1"
    done
    fail "no port from $first_port to $last_port is free"
}

# Returns only if the port was taken in between.
serve_on() {
    local child code=0
    printf 'starting TensorBoard on port %s\n' "$1"
    "$python" -m tensorboard.main --host 127.0.0.1 --port "$1" --logdir "$2" &
    child=$!
    while kill -0 "$child" 2>/dev/null; do
        if listens "$1" "$child"; then
            write_record "$1" "$2"
            wait "$child" || code=$?
            exit "$code"
        fi
        sleep 0.1
    done
    wait "$child" || code=$?
    answers "$1" || fail "TensorBoard ended with exit code $code"
}

# Read whole before it runs: the file may be replaced while this is at work.
{
    main "$@"
    exit
}
