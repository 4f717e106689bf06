#!/bin/sh
# Ends this pod when its run is over, stuck, too long, too expensive or idle. The container's command starts it beside
# the image's own start script, before anyone can log in. Its contract is docs/remote-protocol.md.
#
# It has to outlive everything else in the container. So there is no `set -e` or `set -u`, it never exits by itself,
# numbers are checked before they reach arithmetic (a bad one would end the shell), every command that touches the
# volume, a GPU or the network is bounded in time, and a shell that breaks down all the same begins anew.

# Whole seconds, or the default when the value is no such number.
seconds() {
    number=$1
    case $number in '' | *[!0-9]* | ???????????*) number=$2 ;; esac
    without_leading_zeros "$number"
}

# Arithmetic reads 010 as octal.
without_leading_zeros() {
    digits=$1
    while :; do
        case $digits in 0?*) digits=${digits#0} ;; *) break ;; esac
    done
    printf '%s\n' "$digits"
}

# A decimal number of dollars in millionths; fails when it is not one.
millionths() {
    case $1 in '' | . | *[!0-9.]* | *.*.* | ??????????????*) return 1 ;; esac
    fraction=
    case $1 in *.*) fraction=${1#*.} ;; esac
    whole=$(without_leading_zeros "0${1%%.*}")
    fraction=$(without_leading_zeros "0$(printf '%.6s' "${fraction}000000")")
    printf '%s\n' "$((whole * 1000000 + fraction))"
}

load_constants() {
    WORKSPACE=${POD_TRAIN_WORKSPACE:-/workspace}
    INTENT=${POD_TRAIN_INTENT:-unknown}
    RUN_DIR=$WORKSPACE/.pod-train/runs/${POD_TRAIN_RUN:-unknown}
    API_URL=${POD_TRAIN_API_URL:-https://api.runpod.io}
    GRAPHQL_URL=${POD_TRAIN_GRAPHQL_URL:-https://api.runpod.io/graphql}
    case $POD_TRAIN_ON_EXIT in terminate | keep) ON_EXIT=$POD_TRAIN_ON_EXIT ;; *) ON_EXIT=stop ;; esac
    BOOT_GRACE=$(seconds "$POD_TRAIN_BOOT_GRACE" 1800)
    MAX_RUNTIME=$(seconds "$POD_TRAIN_MAX_RUNTIME" 0)
    IDLE_TIMEOUT=$(seconds "$POD_TRAIN_IDLE_TIMEOUT" 1800)
    SAVE_GRACE=$(seconds "$POD_TRAIN_SAVE_GRACE" 60)
    CLIENT_TIMEOUT=$(seconds "$POD_TRAIN_CLIENT_TIMEOUT" 0)
    RETRY_PAUSE=$(seconds "$POD_TRAIN_RETRY_PAUSE" 5)
    [ "$RETRY_PAUSE" -ge 1 ] || RETRY_PAUSE=1
    ACCEPT_WAIT=$(seconds "$POD_TRAIN_ACCEPT_WAIT" 60)
    ANSWER_WAIT=$(seconds "$POD_TRAIN_ANSWER_WAIT" 20)
    MAX_COST=$(millionths "$POD_TRAIN_MAX_COST") || MAX_COST=0
    INTERVAL=${POD_TRAIN_GUARD_INTERVAL:-15}
    case $INTERVAL in . | *[!0-9.]* | *.*.*) INTERVAL=15 ;; esac
    SCRATCH=${POD_TRAIN_SCRATCH:-/dev/shm/pod-train-guard}
    TICKS_PER_SECOND=$(seconds "$(getconf CLK_TCK 2>/dev/null)" 100)
    NEWLINE='
'
}

say() {
    printf 'pod-train guard: %s\n' "$1"
}

# One line for the container's log and one for events.ndjson. The detail is this script's own words and numbers only,
# so it needs no JSON escaping.
event() {
    say "$1: $2"
    printf '{"at":"%s","by":"guard","event":"%s","intent":"%s","detail":"%s"}\n' \
        "$(utc)" "$1" "$INTENT" "$2" | bounded "$ANSWER_WAIT" tee -a "$RUN_DIR/events.ndjson" >/dev/null 2>&1
}

utc() {
    date -u +%Y-%m-%dT%H:%M:%SZ
}

# bounded SECONDS COMMAND: gives a command up after so many seconds, and does not wait for it then: exit code 124 or above.
# What a network volume or a broken GPU holds in the kernel does not end even by SIGKILL, so what is killed is the reader of
# its output. As long as such a command is held, no second one of its name is started.
bounded() (
    limit=$1
    shift
    pipe=$SCRATCH/$1.pipe
    if ! command -v timeout >/dev/null 2>&1; then
        "$@"
        return
    elif [ ! -p "$pipe" ]; then
        timeout -s KILL "$limit" "$@"
        return
    fi
    [ -e "$SCRATCH/$1.held" ] && still_held "$1" && return 124
    # A command in the background has no standard input unless it is given one.
    { "$@" <&3 3<&- >"$pipe" & } 3<&0
    worker=$!
    # If no process can be had for the reader, this shell ends here. The command would wait for a reader for ever, and the
    # guard for the command, which holds the guard's own pipe until it has opened that one.
    trap 'kill -KILL "$worker"' EXIT
    timeout -s KILL "$limit" cat "$pipe"
    code=$?
    trap - EXIT
    if [ "$code" -ge 124 ]; then
        kill -KILL "$worker" 2>/dev/null
        inspect "$worker" && printf '%s %s\n' "$worker" "$started" >"$SCRATCH/$1.held"
        return 124
    fi
    wait "$worker"
)

still_held() {
    { read -r held since; } 2>/dev/null <"$SCRATCH/$1.held" || return 1
    inspect "$held" && [ "$started" = "$since" ] && [ "$state" != Z ] && return 0
    rm -f "$SCRATCH/$1.held"
    return 1
}

# Made before a disk is full.
make_pipes() {
    mkdir -p "$SCRATCH"
    # Not those of a shell that broke down: what it left may still write into them.
    rm -f "$SCRATCH"/*.pipe
    for name in cat curl df mkdir nvidia-smi python3 rm runpodctl sh tee test tmux wc wget; do
        mkfifo "$SCRATCH/$name.pipe"
    done 2>/dev/null
}

contents() {
    bounded "$ANSWER_WAIT" cat "$RUN_DIR/$1" 2>/dev/null
}

# Standard input into a file of the run: whole or not at all.
put() {
    # shellcheck disable=SC2016 # the inner shell expands these
    bounded "$ANSWER_WAIT" sh -c 'cat >"$2" && { sync "$2" || sync; } && mv "$2" "$1"' \
        put "$RUN_DIR/$1" "$RUN_DIR/$1.$RUNPOD_POD_ID.guard.tmp" 2>/dev/null
}

# Not every sleep takes fractions, and a sleep that fails must not make a busy loop.
pause() {
    sleep "$1" 2>/dev/null || sleep 1
}

# Seconds on a clock that does not jump with the time of day.
monotonic() {
    { read -r uptime rest; } 2>/dev/null </proc/uptime || uptime=$(date +%s)
    printf '%s\n' "${uptime%%.*}"
}

# --- What is running ------------------------------------------------------------------------------------------------

# Reads /proc/<pid>/stat: sets name, state, session, started, ticks (of the process and its children that have ended).
inspect() {
    { read -r line; } 2>/dev/null <"/proc/$1/stat" || return 1
    name=${line#*\(}
    name=${name%%)*}
    # shellcheck disable=SC2086 # the fields are to be split
    set -- ${line##*) }
    case ${12}${13}${14}${15}${20} in '' | *[!0-9]*) return 1 ;; esac
    state=$1
    session=$4
    started=${20}
    ticks=$((${12} + ${13} + ${14} + ${15}))
}

# Whether the process of a "<pid> <start time>" file lives here. The start time tells it from a later process, in this
# container or another one on the same volume, that happens to have its number.
alive() {
    record=$(contents "$1")
    pid=${record%% *}
    case $pid in '' | *[!0-9]*) return 1 ;; esac
    inspect "$pid" || return 1
    [ "$state" != Z ] && [ "$record" = "$pid $started" ]
}

training_lives() {
    alive train.pid && return 0
    [ -z "$record" ] && command -v tmux >/dev/null 2>&1 || return 1
    # Only its own "no" counts. It has none if it hangs, or no process could be had to ask.
    bounded "$ANSWER_WAIT" tmux has-session -t =train 2>/dev/null
    [ $? -ne 1 ]
}

# Sends a signal to the trainer's process group; fails when there is none.
signal_trainer() {
    alive trainer.pgid || return 1
    kill "-$1" "-$pid" 2>/dev/null || kill "-$1" "$pid" 2>/dev/null
}

# --- state.json -----------------------------------------------------------------------------------------------------

# Sets phase and reason when the state is this pod's own. train.sh writes it as one line with no blanks between the
# members, and a quote inside a value is escaped, so the first match of "name": is the member.
read_state() {
    text=$(contents state.json)
    # A volume that does not answer changes nothing of what is known.
    [ -n "$text" ] && document=$text
    phase=
    reason=
    case $document in
        *"\"intent\":\"$INTENT\""*)
            seen_own=1
            phase=$(member phase)
            reason=$(member reason)
            ;;
        *'"intent":"'*)
            # Only a training that has lost its lock ever sees another intent after its own.
            if [ -n "$seen_own" ]; then
                phase=ended
                reason=superseded
            fi
            ;;
    esac
}

member() {
    text=${document#*\""$1"\":\"}
    [ "$text" != "$document" ] && printf '%s\n' "${text%%\"*}"
}

# Completes the state of a training that could not do so itself.
write_ended() {
    printf '%s\n' "$document" | sed \
        -e 's/"phase":"[a-z]*"/"phase":"ended"/' \
        -e "s/\"reason\":[^,]*/\"reason\":\"$1\"/" \
        -e "s/\"exit_code\":[^,]*/\"exit_code\":$2/" \
        -e "s/\"ended_at\":[^,]*/\"ended_at\":\"$(utc)\"/" | put state.json
}

# The state of a training whose train.sh is gone, from what it left.
complete_state() {
    bounded "$ANSWER_WAIT" rm -f "$RUN_DIR/spare"
    code=$(contents exit_code)
    case $code in '' | *[!0-9]*) code=null ;; esac
    why=$(contents ending)
    case $why in
        deadline | budget | idle | stopped) ;;
        *) case $code in null) why=killed ;; 0) why=finished ;; *) why=failed ;; esac ;;
    esac
    write_ended "$why" "$code"
}

# --- Conditions -----------------------------------------------------------------------------------------------------

# The limits count from the first boot for this intent, so a container that is restarted does not begin again. The time of
# day serves only for what was before this start: a clock that jumps neither ends a pod nor takes its limits away.
remember_first_boot() {
    # Left by a shell that broke down. The file may be as impossible to read as anything else was then.
    case $POD_TRAIN_STARTED_AT,$POD_TRAIN_AGE_AT_START in
        *[!0-9,]* | ,* | *,) ;;
        *)
            started_at=$POD_TRAIN_STARTED_AT
            age_at_start=$POD_TRAIN_AGE_AT_START
            return
            ;;
    esac
    started_at=$(monotonic)
    now=$(date +%s)
    first_boot=$(contents "first_boot.$INTENT")
    case $first_boot in
        '' | *[!0-9]* | ???????????*)
            first_boot=$now
            printf '%s\n' "$now" | put "first_boot.$INTENT"
            ;;
    esac
    age_at_start=$((now - $(without_leading_zeros "$first_boot")))
    [ "$age_at_start" -ge 0 ] || age_at_start=0
    export POD_TRAIN_STARTED_AT="$started_at" POD_TRAIN_AGE_AT_START="$age_at_start"
}

age() {
    printf '%s\n' "$((age_at_start + $(monotonic) - started_at))"
}

training_vanished() {
    case $phase in starting | training) ;; *) return 1 ;; esac
    training_lives && return 1
    # train.sh writes its end before it goes: what was read a moment ago may be from before that.
    read_state
    case $phase in starting | training) ;; *) return 1 ;; esac
}

# Millionths of a dollar an hour: what the client found this pod to cost since it booted, else what the plan said.
price() {
    if bounded "$ANSWER_WAIT" test "$RUN_DIR/hourly_price" -nt "$RUN_DIR/first_boot.$INTENT"; then
        millionths "$(contents hourly_price)" && return
    fi
    millionths "$POD_TRAIN_PRICE_PER_HOUR" || printf '0\n'
}

budget_spent() {
    [ "$MAX_COST" -gt 0 ] || return 1
    price=$(price)
    if [ "$price" -eq 0 ] && [ -z "$said_no_price" ]; then
        said_no_price=1
        event no-price "the price per hour is unknown, so the cost limit cannot be kept"
    fi
    [ "$(($(age) * price / 3600))" -ge "$MAX_COST" ]
}

# Sets total: the CPU time of everything in the container but this guard, tmux with all that is in its session `tb`, because somebody who
# looks at curves does not train, and sshd, which strangers' log-in attempts keep busy.
container_ticks() {
    total=0
    # All of them, because `-t =tb` means another session here if there is none of that name (tmux 3.3).
    beside=" $(bounded "$ANSWER_WAIT" tmux list-panes -a -F '#{session_name} #{pane_pid}' 2>/dev/null \
        | sed -n 's/^tb \([0-9]*\)$/\1/p' | tr '\n' ' ')"
    for process in /proc/[0-9]*; do
        [ "${process#/proc/}" = "$$" ] && continue
        inspect "${process#/proc/}" || continue
        # tmux makes each pane's process the leader of a session of processes.
        case $beside in *" $session "*) continue ;; esac
        case $name in sshd* | tmux*) ;; *) total=$((total + ticks)) ;; esac
    done
}

gpu_busy() {
    command -v nvidia-smi >/dev/null 2>&1 || return 1
    # Bounded above all: with a broken GPU nvidia-smi blocks.
    for use in $(bounded "$ANSWER_WAIT" nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits 2>/dev/null); do
        case $use in *[!0-9]* | ????*) continue ;; esac
        [ "$use" -ge 5 ] && return 0
    done
    return 1
}

take_sample() {
    sampled_at=$(monotonic)
    sampled_size=$(bounded "$ANSWER_WAIT" wc -c "$RUN_DIR/train.log" 2>/dev/null)
    container_ticks
    sampled_ticks=$total
}

# Idle: for IDLE_TIMEOUT the log did not grow, no GPU was 5 % busy and the CPU time grew by less than 5 % of a core. Only
# once a training began: code that arrives over a slow line looks the same, and BOOT_GRACE bounds it.
idle() {
    [ "$IDLE_TIMEOUT" -gt 0 ] && [ -n "$seen_own" ] || return 1
    elapsed=$(($(monotonic) - sampled_at))
    [ "$elapsed" -ge 1 ] || return 1
    size=$sampled_size
    ticks_before=$sampled_ticks
    take_sample
    grown=$((sampled_ticks - ticks_before))
    if [ "$sampled_size" != "$size" ] || [ "$((grown * 20))" -ge "$((elapsed * TICKS_PER_SECOND))" ] || gpu_busy; then
        quiet=0
    else
        # A host that was suspended, or a look that hung, is not a quiet training.
        [ "$elapsed" -gt 60 ] && elapsed=60
        quiet=$((quiet + elapsed))
    fi
    [ "$quiet" -ge "$IDLE_TIMEOUT" ]
}

# A pod that only serves a client: whether the client has written nothing new into `keepalive` for CLIENT_TIMEOUT. What
# it writes is compared, not the file's time, since its clock and this one's may differ.
client_gone() {
    word=$(contents keepalive)
    # A volume that does not answer is no sign of the client.
    if [ -n "$word" ] && [ "$word" != "$client_word" ]; then
        client_word=$word
        client_seen=$(monotonic)
    fi
    [ "$(($(monotonic) - client_seen))" -ge "$CLIENT_TIMEOUT" ]
}

watch_disk() {
    used=$(bounded "$ANSWER_WAIT" df -P "$WORKSPACE" 2>/dev/null | sed -n '$s/.* \([0-9][0-9]*\)% .*/\1/p')
    case $used in '' | *[!0-9]* | ????*) return ;; esac
    if [ "$used" -le 95 ]; then
        disk_full=
    elif [ -z "$disk_full" ]; then
        disk_full=1
        event disk-nearly-full "$used % of the workspace is used"
    fi
}

# --- Ending the training --------------------------------------------------------------------------------------------

# Waits until train.sh is gone, so many seconds at most.
await_training() {
    until_then=$(($(monotonic) + $1))
    while training_lives; do
        [ "$(monotonic)" -ge "$until_then" ] && return 1
        pause 0.2
    done
}

# Lets the trainer save and train.sh write its end, with force after SAVE_GRACE.
end_training() {
    case $phase in starting | training) ;; *) return ;; esac
    printf '%s\n' "$1" | put ending
    signal_trainer TERM || { alive train.pid && kill -TERM "$pid" 2>/dev/null; }
    if ! await_training "$SAVE_GRACE"; then
        event save-grace-over "the trainer did not end within $SAVE_GRACE s"
        signal_trainer KILL
        await_training 20
    fi
    read_state
    case $phase in starting | training) complete_state ;; esac
    # A client that follows the log gets the last lines while the pod still answers.
    pause "$INTERVAL"
}

# train.sh is gone; what it started may still be there.
clear_up_vanished() {
    event training-vanished "train.sh ended without a word"
    if signal_trainer TERM; then
        until_then=$(($(monotonic) + SAVE_GRACE))
        while alive trainer.pgid; do
            if [ "$(monotonic)" -ge "$until_then" ]; then
                signal_trainer KILL
                break
            fi
            pause 0.2
        done
    fi
    complete_state
}

# --- Ending the pod -------------------------------------------------------------------------------------------------

# post URL BODY: sets status (empty without an answer) and answer. The key goes through a pipe or a private file, because
# every process may read the arguments of every other.
post() {
    reply=
    if command -v curl >/dev/null 2>&1; then
        reply=$(
            bounded 40 curl -sS -m 20 -A pod-train-guard -X POST -H 'Content-Type: application/json' \
                -K - --data "$2" -w '\n%{http_code}' "$1" 2>/dev/null <<CONFIG
header = "Authorization: Bearer $RUNPOD_API_KEY"
CONFIG
        )
    elif wget --version 2>/dev/null | grep -q GNU; then
        # Only GNU wget can take the key from somewhere else than its arguments, and it wants a file.
        (umask 077 && printf 'header = Authorization: Bearer %s\n' "$RUNPOD_API_KEY" >"$SCRATCH/wgetrc")
        reply=$(
            bounded 40 wget -q -S -O - -t 1 -T 20 -U pod-train-guard --header='Content-Type: application/json' \
                --content-on-error --config="$SCRATCH/wgetrc" --post-data="$2" "$1" 2>"$SCRATCH/headers"
        )
        reply=$reply$NEWLINE$(sed -n 's,^ *HTTP/[0-9.]* \([0-9][0-9]*\).*,\1,p' "$SCRATCH/headers" | tail -n 1)
        rm -f "$SCRATCH/wgetrc" "$SCRATCH/headers"
    elif command -v python3 >/dev/null 2>&1; then
        # It finds the key in its environment.
        reply=$(
            bounded 40 python3 -c '
import os, sys, urllib.error, urllib.request
headers = {"Authorization": "Bearer " + os.environ["RUNPOD_API_KEY"], "Content-Type": "application/json",
           "User-Agent": "pod-train-guard"}
try:
    answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1], sys.argv[2].encode(), headers), timeout=20)
except urllib.error.HTTPError as error:
    answer = error
print(answer.read().decode("utf-8", "replace") + "\n" + str(answer.getcode()), end="")
' "$1" "$2" 2>/dev/null
        )
    else
        say "there is neither curl nor GNU wget nor Python"
    fi
    status=${reply##*"$NEWLINE"}
    answer=${reply%"$NEWLINE"*}
    case $status in 000 | *[!0-9]*) status= ;; esac
}

# The ways to end the pod. Each says how it went: 0 accepted, 2 perhaps (the pod may already be ending, or is not ours
# to end: look again shortly), 1 failed.

rest() {
    post "$API_URL/v2/pods/$RUNPOD_POD_ID/action" "{\"action\":\"$action\"}"
    outcome="answered ${status:-nothing}"
    case $status in
        2??) return 0 ;;
        404 | 409) return 2 ;;
        *) return 1 ;;
    esac
}

graphql() {
    case $action in
        stop) mutation="podStop(input: {podId: \\\"$RUNPOD_POD_ID\\\"}) { id desiredStatus }" ;;
        *) mutation="podTerminate(input: {podId: \\\"$RUNPOD_POD_ID\\\"})" ;;
    esac
    post "$GRAPHQL_URL" "{\"query\":\"mutation { $mutation }\"}"
    outcome="answered ${status:-nothing}"
    case $status in 2??) ;; *) return 1 ;; esac
    # Its errors come with 200.
    case $(printf '%s' "$answer" | tr -d ' \t\r\n') in
        *'"errors":null'* | *'"errors":[]'*) return 0 ;;
        *'"errors":'*)
            outcome="$outcome with errors"
            return 1
            ;;
        *'"podStop":null'*) return 2 ;;
    esac
}

# Its output is dropped: some versions print the key with an error.
control_tool() {
    outcome="is not installed"
    command -v runpodctl >/dev/null 2>&1 || return 1
    bounded 60 runpodctl "$@" >/dev/null 2>&1 </dev/null
    code=$?
    outcome="exited with $code"
    [ "$code" -eq 0 ]
}

runpodctl_new() {
    case $action in stop) control_tool pod stop "$RUNPOD_POD_ID" ;; *) control_tool pod delete "$RUNPOD_POD_ID" ;; esac
}

runpodctl_old() {
    case $action in stop) control_tool stop pod "$RUNPOD_POD_ID" ;; *) control_tool remove pod "$RUNPOD_POD_ID" ;; esac
}

# A stopped pod's log can still be read over the API: whoever asks later learns from it how the training ended.
say_outcome() {
    read_state
    [ "$phase" = ended ] && [ "$reason" != superseded ] || return
    code=$(contents exit_code)
    case $code in '' | *[!0-9]*) code=none ;; esac
    say "outcome run=$POD_TRAIN_RUN intent=$INTENT reason=$reason exit_code=$code"
}

# Tries every way, for as long as this process lives: an accepted call is believed only when it ends the container.
end_pod() {
    action=stop
    [ "$ON_EXIT" = terminate ] && action=terminate
    say_outcome
    event ending-pod "$1; action $action"
    wait_next=$RETRY_PAUSE
    round=1
    while :; do
        for way in rest graphql runpodctl_new runpodctl_old; do
            "$way"
            accepted=$?
            # After two rounds only the container's log hears of it: this may go on for days.
            if [ "$round" -le 2 ]; then event "$action-tried" "$way $outcome"; else say "$way $outcome"; fi
            case $accepted in 0) pause "$ACCEPT_WAIT" ;; 2) pause "$RETRY_PAUSE" ;; esac
        done
        if [ "$action" = stop ] && [ "$POD_TRAIN_HAS_NETWORK_VOLUME" = 1 ]; then
            action=terminate
            event stop-refused "the data is on a network volume, so the pod is terminated instead"
        fi
        pause "$wait_next"
        wait_next=$((wait_next * 2))
        [ "$wait_next" -gt 60 ] && wait_next=60
        round=$((round + 1))
    done
}

# --------------------------------------------------------------------------------------------------------------------

# One check. The order is the protocol's.
look() {
    read_state
    watch_disk
    if [ "$phase" = ended ]; then
        if [ "$ON_EXIT" != keep ]; then
            # Acted on at the second sight, so that a client gets the end of the log before the pod goes.
            [ -n "$seen_ended" ] && end_pod "the run ended: $reason"
            seen_ended=1
            return
        fi
        [ -z "$seen_ended" ] && event kept "the run ended: $reason; the pod is kept as asked, and its limits still hold"
        seen_ended=1
    fi
    if [ "$CLIENT_TIMEOUT" -gt 0 ]; then
        client_gone && end_pod "no sign of the client for $CLIENT_TIMEOUT s"
    elif [ -z "$seen_own" ] && [ "$(age)" -ge "$BOOT_GRACE" ]; then
        end_pod "no training began within $BOOT_GRACE s"
    fi
    if training_vanished; then
        clear_up_vanished
        end_pod "the training was killed"
    fi
    if [ "$MAX_RUNTIME" -gt 0 ] && [ "$(age)" -ge "$MAX_RUNTIME" ]; then
        event deadline "the runtime limit of $MAX_RUNTIME s is reached"
        end_training deadline
        end_pod "deadline"
    fi
    if budget_spent; then
        event budget "the cost limit of $POD_TRAIN_MAX_COST USD is reached"
        end_training budget
        end_pod "budget"
    fi
    if idle; then
        event idle "nothing happened for $IDLE_TIMEOUT s"
        end_training idle
        end_pod "idle"
    fi
}

# A shell ends when it cannot fork, for one. What replaces it without forking begins anew; the pause is made with what a
# shell has in itself.
begin_anew() {
    say "its shell broke down; it begins anew"
    turns=0
    while [ "$turns" -lt 500000 ]; do turns=$((turns + 1)); done
    exec sh "$0"
}

main() {
    # Handled, not ignored: children would inherit that, and could not be ended.
    trap : HUP INT TERM
    trap begin_anew EXIT
    load_constants
    make_pipes
    bounded "$ANSWER_WAIT" mkdir -p "$RUN_DIR"
    remember_first_boot
    event armed "on exit $ON_EXIT, boot grace $BOOT_GRACE s, runtime limit $MAX_RUNTIME s, idle limit $IDLE_TIMEOUT s"
    quiet=0
    client_seen=$(monotonic)
    take_sample
    while :; do
        look
        pause "$INTERVAL"
    done
}

main
