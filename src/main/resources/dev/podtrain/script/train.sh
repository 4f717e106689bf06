#!/usr/bin/env bash
# Starts a training on this pod, runs it, ends it and tells how it is. The contract is docs/remote-protocol.md.
#
#   train.sh start         takes the run's lock and starts `train.sh run` in the detached tmux session `train`
#   train.sh stop          lets the trainer save and end
#   train.sh status        prints one JSON document
#   train.sh provide PACKAGE MODULE    installs the package for the run's Python unless the module is there already;
#                          the last line it prints is that Python
#   train.sh run           inside the session: environment, trainer, outcome
#   train.sh environment   started by `run`: makes the Python environment
#
# Exit codes of start: 0 started or already under way, 3 another training holds the run (its owner on stdout), 4 the run
# had finished with this code and config, 1 failed.
set -Eeuo pipefail

setting_names=(RUN_ID ATTEMPT INTENT PROJECT_PATH CONFIG OUTPUT_DIR CHECKPOINT_GLOB TRAIN_COMMAND RESUME_ARG
    FORCE_RESTART TREE_HASH COMMIT SAVE_GRACE HEARTBEAT_INTERVAL TAKEOVER_POD REQUIREMENTS LOCK_STALE)

main() {
    import_environment
    script=$(readlink -f "${BASH_SOURCE[0]}")
    run_dir=${script%/bin/*}
    workspace=${POD_TRAIN_WORKSPACE:-/workspace}
    log=$run_dir/train.log
    pod=${RUNPOD_POD_ID:-unknown}
    load_settings
    case ${1:-} in
        start) start ;;
        run) run ;;
        environment) make_environment ;;
        stop) stop ;;
        status) status ;;
        provide) provide "${2:?}" "${3:?}" ;;
        *) fail "there is no verb '${1:-}'; known are start, stop, status" ;;
    esac
}

fail() {
    printf 'train.sh: %s\n' "$1" >&2
    exit 1
}

# --- Environment and settings ---------------------------------------------------------------------------------------

# The container's environment belongs to process 1; a command started over SSH does not see it.
import_environment() {
    local pod_train_entry pod_train_name
    while IFS= read -r -d '' pod_train_entry; do
        pod_train_name=${pod_train_entry%%=*}
        [[ $pod_train_entry == *=* && $pod_train_name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || continue
        case $pod_train_name in
            PUBLIC_KEY | POD_TRAIN_GUARD | HOME | PWD | OLDPWD | SHLVL | _ | TERM | TMUX | TMUX_PANE) continue ;;
            USER | LOGNAME | SHELL | HOSTNAME) continue ;;
            # The shell's own: read-only, or changing how this script is read.
            BASH* | SHELLOPTS | UID | EUID | PPID | GROUPS | FUNCNAME | DIRSTACK | IFS | ENV | PS4) continue ;;
            pod_train_* | setting_names) continue ;;
        esac
        export "$pod_train_name=${pod_train_entry#*=}"
    done 2>/dev/null <"${POD_TRAIN_ENVIRON:-/proc/1/environ}" || true
}

# Into an array of their own, because a variable of the same name may be in the trainer's environment.
load_settings() {
    local name value
    unset setting
    declare -gA setting
    [[ -r $run_dir/settings.env ]] || fail "there is no $run_dir/settings.env"
    while IFS= read -r -d '' name && IFS= read -r -d '' value; do
        setting[$name]=$value
    done < <(
        # shellcheck disable=SC2016 # the inner shell expands these
        env -i "$BASH" -c '. "$1"; shift; for name; do printf "%s\0%s\0" "$name" "${!name-}"; done' \
            settings "$run_dir/settings.env" "${setting_names[@]}"
    )
    [[ -n ${setting[INTENT]:-} && -n ${setting[PROJECT_PATH]} ]] || fail "settings.env is not complete"
    intent=${setting[INTENT]}
    project=${setting[PROJECT_PATH]}
    : "${setting[CHECKPOINT_GLOB]:=checkpoint-*}" "${setting[SAVE_GRACE]:=60}"
    : "${setting[HEARTBEAT_INTERVAL]:=10}" "${setting[LOCK_STALE]:=120}"
    if [[ -z ${setting[TRAIN_COMMAND]} ]]; then
        setting[TRAIN_COMMAND]='python scripts/train.py --config {config} {resume}'
        setting[RESUME_ARG]='--resume_from_checkpoint {checkpoint}'
    fi
}

# The image's own `python` comes first: in some images `python3` is the system's, without the image's packages.
find_python() {
    python=$(command -v python || command -v python3) || fail "there is no Python on this pod"
}

checkpoints() {
    "$python" "$run_dir/bin/checkpoints.py" "$@"
}

# --- Files of the run -----------------------------------------------------------------------------------------------

# Standard input into a file: whole or not at all. Others may be writing the same one, the guard or a second stop.
put() {
    local new=$1.$pod.$BASHPID.tmp
    cat >"$new"
    sync "$new"
    mv -f "$new" "$1"
}

utc() {
    date -u +%Y-%m-%dT%H:%M:%SZ
}

note() {
    printf 'pod-train: %s\n' "${1//[$'\n\r']/ }" >>"$log"
}

event() {
    printf '{"at":"%s","by":"train","event":%s,"intent":%s,"detail":%s}\n' \
        "$(utc)" "$(json "$1")" "$(json "$intent")" "$(json "$2")" >>"$run_dir/events.ndjson"
}

# A text as JSON; an empty one is null.
json() {
    local text=$1 escaped='' i character
    [[ -n $text ]] || { printf null && return; }
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    if [[ $text == *[[:cntrl:]]* ]]; then
        for ((i = 0; i < ${#text}; i++)); do
            character=${text:i:1}
            [[ $character != [[:cntrl:]] ]] || printf -v character '\\u%04x' "'$character"
            escaped+=$character
        done
        text=$escaped
    fi
    printf '"%s"' "$text"
}

# write_state PHASE [REASON CODE]; one line, because the guard reads it with nothing but a shell.
write_state() {
    local ended=''
    [[ $1 != ended ]] || ended=$(utc)
    {
        printf '{"run":%s,"attempt":%s,' "$(json "${setting[RUN_ID]}")" "${setting[ATTEMPT]:-null}"
        printf '"intent":%s,"pod_id":%s,' "$(json "$intent")" "$(json "$pod")"
        printf '"phase":"%s","reason":%s,"exit_code":%s,' "$1" "$(json "${2:-}")" "${3:-null}"
        printf '"resumed_from":%s,"started_at":"%s",' "$(json "$resumed_from")" "$started_at"
        printf '"ended_at":%s,"tree":%s,' "$(json "$ended")" "$(json "${setting[TREE_HASH]}")"
        printf '"config":%s}\n' "$(json "${setting[CONFIG]}")"
    } | put "$run_dir/state.json"
}

state_document() {
    local document
    document=$(cat "$run_dir/state.json" 2>/dev/null) || document=
    [[ $document == '{'*'}' ]] && printf '%s' "$document"
}

state_of() {
    [[ $(state_document) == *"\"intent\":\"$1\""* ]]
}

state_ended_of() {
    local document
    document=$(state_document) || return 1
    [[ $document == *"\"intent\":\"$1\""* && $document == *'"phase":"ended"'* ]]
}

# Modification time in whole seconds; 0 for a file that is not there.
modified() {
    stat -c %Y "$1" 2>/dev/null || printf 0
}

# --- Processes ------------------------------------------------------------------------------------------------------

# "<pid> <start time>": a later process with the same number, here or on another pod, is not mistaken for it.
identity() {
    local line fields
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -r -a fields <<<"${line##*) }"
    [[ ${fields[0]} != Z ]] || return 1
    printf '%s %s\n' "$1" "${fields[19]}"
}

# Whether the process that a file names lives on this pod; sets `living`.
alive() {
    local record
    record=$(cat "$run_dir/$1" 2>/dev/null) || return 1
    living=${record%% *}
    [[ $living =~ ^[0-9]+$ && $record == "$(identity "$living")" ]]
}

# Dead members do not count: many an image's process 1 never fetches the exit codes of orphans.
group_lives() {
    local process line fields
    kill -0 -- "-$1" 2>/dev/null || return 1
    for process in /proc/[0-9]*; do
        { read -r line <"$process/stat"; } 2>/dev/null || continue
        read -r -a fields <<<"${line##*) }"
        if [[ ${fields[2]} == "$1" && ${fields[0]} != Z ]]; then return 0; fi
    done
    return 1
}

# Just after its start a process may not have its own group yet.
signal_group() {
    kill "-$1" -- "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null || true
}

# --- The lock -------------------------------------------------------------------------------------------------------

# The lock is a directory that appears with its owner in it: a rename onto a directory with content fails.
# Sets `owner` and returns 1 if somebody else holds it.
take_lock() {
    local new=$run_dir/lock.new.$intent.$$ tries
    mkdir -p "$new"
    printf '%s %s\n' "$intent" "$pod" >"$new/owner"
    sync "$new/owner"
    for ((tries = 0; tries < 50; tries++)); do
        if mv -T "$new" "$run_dir/lock" 2>/dev/null; then return 0; fi
        owner=$(cat "$run_dir/lock/owner" 2>/dev/null) || continue
        if [[ ${owner%% *} == "$intent" ]]; then
            rm -rf "$new"
            return 0
        fi
        may_take_over "${owner%% *}" "${owner#* }" || break
        # Named after the owner that was judged: of two takers one succeeds, and nobody moves the lock of a third.
        mv -T "$run_dir/lock" "$run_dir/lock.was.${owner%% *}" 2>/dev/null || true
    done
    rm -rf "$new"
    return 1
}

may_take_over() {
    local owner_intent=$1 owner_pod=$2 probe=$run_dir/probe.$pod.$$ now quiet
    if [[ -n ${setting[TAKEOVER_POD]} && $owner_pod == "${setting[TAKEOVER_POD]}" ]]; then return 0; fi
    if state_ended_of "$owner_intent"; then return 0; fi
    # Both times come from the volume, so a pod whose clock is wrong judges right.
    touch "$probe"
    now=$(modified "$probe")
    rm -f "$probe"
    quiet=$((now - $(modified "$run_dir/lock/owner")))
    # The container of this very pod was started anew: what held the lock went with the old one.
    if [[ $owner_pod == "$pod" ]] && ((quiet > 20)) && ! alive train.pid; then return 0; fi
    ((quiet > setting[LOCK_STALE] && now - $(modified "$run_dir/heartbeat") > setting[LOCK_STALE]))
}

# Another owner can be read in the lock. A volume that does not answer is no reason to give up.
lost_lock() {
    local holder
    holder=$(cat "$run_dir/lock/owner" 2>/dev/null) || return 1
    [[ -n $holder && ${holder%% *} != "$intent" ]]
}

release_lock() {
    if ! lost_lock; then
        rm -f "$run_dir/lock/owner"
        rmdir "$run_dir/lock" 2>/dev/null || true
    fi
}

# --- start ----------------------------------------------------------------------------------------------------------

start() {
    [[ -d $project ]] || fail "there is no project at $project"
    command -v tmux >/dev/null || fail "tmux is not installed in this image"
    command -v setsid >/dev/null || fail "setsid is not installed in this image"
    find_python
    # This intent has been started before: whatever came of it, it is not started twice.
    if state_of "$intent"; then return 0; fi
    if finished_unchanged; then exit 4; fi
    if ! take_lock; then
        printf '%s\n' "${owner:-unknown unknown}"
        exit 3
    fi
    # Of two starts of one intent, one makes the session; both then wait for its state.
    if make_session && await_state; then return 0; fi
    release_lock
    fail "the tmux session 'train' did not begin this training; the end of the log: $(tail -n 3 "$log" 2>&1)"
}

# Whether the last training finished with this very code, config among it. The client that asks cannot know it if its
# records are on another machine.
finished_unchanged() {
    local document
    [[ ${setting[FORCE_RESTART]} != 1 && -n ${setting[TREE_HASH]} ]] || return 1
    document=$(state_document) || return 1
    [[ $document == *'"phase":"ended","reason":"finished"'* \
        && $document == *"\"tree\":$(json "${setting[TREE_HASH]}")"* \
        && $document == *"\"config\":$(json "${setting[CONFIG]}")"* ]]
}

# The session of an earlier training may be there for a moment longer, and a tmux server that ends with its last session
# may take a new one with it.
make_session() {
    local tries refused=0
    for ((tries = 0; tries < 600; tries++)); do
        if tmux new-session -d -s train -x 200 -y 50 "$BASH" "$script" run </dev/null >/dev/null 2>&1; then return 0; fi
        if state_of "$intent"; then return 0; fi
        # One that is refused without a session in its way may have met its end; the next ones have not.
        if tmux has-session -t =train 2>/dev/null; then refused=0; fi
        if ((++refused > 20)); then return 1; fi
        sleep 0.03
    done
    return 1
}

# `run` writes its state first of all.
await_state() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if state_of "$intent"; then return 0; fi
        sleep 0.03
    done
    return 1
}

# --- run ------------------------------------------------------------------------------------------------------------

run() {
    exec 2>>"$log"
    signalled='' superseded='' finished='' group='' asked='' beats='' pane=''
    resumed_from='' started_at=$(utc)
    if lost_lock; then fail "another training holds this run"; fi
    rm -f "$run_dir/exit_code" "$run_dir/ending" "$run_dir/trainer.pgid"
    identity "$$" | put "$run_dir/train.pid"
    trap unfinished EXIT
    trap 'on_signal INT' INT
    trap 'on_signal TERM' TERM
    trap 'on_signal HUP' HUP
    trap 'superseded=1; on_signal USR1' USR1
    write_state starting
    beat >/dev/null </dev/null &
    beats=$!
    end_line
    show_log
    write_header
    run_group in_own_group "$BASH" "$script" environment
    ((code == 0)) || finish "$code"
    prepare_trainer
    write_state training
    event training "resumed from ${resumed_from:-nothing}"
    # A stop that came before the trainer did.
    if [[ -n $signalled || -e $run_dir/ending ]]; then finish 143; fi
    run_group trainer
    finish "$code"
}

write_header() {
    note "$started_at run ${setting[RUN_ID]} attempt ${setting[ATTEMPT]} on pod $pod"
    note "config ${setting[CONFIG]}"
    note "commit ${setting[COMMIT]:-unknown} tree ${setting[TREE_HASH]:-unknown}"
}

# Someone who attaches to the session sees the training; `current.log` is for those who log in without it.
show_log() {
    # Process ids tell apart what is in one pod only.
    local link=$workspace/logs/.current.log.$pod.$$
    mkdir -p "$workspace/logs"
    ln -sfn "$log" "$link"
    mv -fT "$link" "$workspace/logs/current.log"
    tail -n 100 -F "$log" 2>/dev/null &
    pane=$!
}

# Ends with the script, even when that is killed; tells it when another pod has taken the run over.
beat() {
    while :; do
        touch "$run_dir/heartbeat"
        sleep "${setting[HEARTBEAT_INTERVAL]}"
        kill -0 "$$" 2>/dev/null || return 0
        if lost_lock; then
            kill -USR1 "$$"
            return 0
        fi
    done
}

# Which checkpoint, and the words of the command: sets `words` and `resumed_from`.
prepare_trainer() {
    local field aside ignored=''
    use_environment
    cd "$project"
    if [[ ${setting[FORCE_RESTART]} == 1 ]]; then
        note "FORCE RESTART: checkpoints ignored"
        # A later resume must not come back to them either, and nothing is deleted.
        aside=$(checkpoints set-aside "--output-dir=${setting[OUTPUT_DIR]}" "--glob=${setting[CHECKPOINT_GLOB]}" \
            "--intent=$intent")
        if [[ -n $aside ]]; then note "the old checkpoints were moved to $aside"; fi
        ignored=--ignore-checkpoints
    fi
    words=()
    checkpoints plan "--output-dir=${setting[OUTPUT_DIR]}" "--glob=${setting[CHECKPOINT_GLOB]}" \
        "--config=${setting[CONFIG]}" "--command=${setting[TRAIN_COMMAND]}" \
        "--resume-arg=${setting[RESUME_ARG]}" ${ignored:+"$ignored"} >"$run_dir/plan.tmp"
    while IFS= read -r -d '' field; do
        case $field in
            resume=*) resumed_from=${field#*=} ;;
            skipped=*) note "skipped ${field#*=}" ;;
            word=*) words+=("${field#*=}") ;;
        esac
    done <"$run_dir/plan.tmp"
    rm -f "$run_dir/plan.tmp"
    if [[ -n $resumed_from ]]; then
        note "resuming from $resumed_from"
    elif [[ ${setting[FORCE_RESTART]} != 1 ]]; then
        note "starting from the beginning: there is no whole checkpoint in ${setting[OUTPUT_DIR]}"
    fi
}

# What `run_group` runs: the user's own command, with the secrets only it gets.
# shellcheck disable=SC2317
trainer() {
    local secrets=${POD_TRAIN_SECRETS_DIR:-/dev/shm/pod-train}/secrets.env
    export PYTHONUNBUFFERED=1
    if [[ -f $secrets ]]; then
        set -a
        # Without its error texts: they would show what the line holds.
        # shellcheck disable=SC1090
        . "$secrets" 2>/dev/null || fail "the file with the secrets cannot be read"
        set +a
    fi
    in_own_group "${words[@]}"
}

# shellcheck disable=SC2317
in_own_group() {
    exec setsid -- "$@"
}

# Writes down which process this is before it becomes the command, which may fill the volume at once.
# shellcheck disable=SC2317
known() {
    local self=$BASHPID
    identity "$self" | put "$run_dir/trainer.pgid"
    "$@"
}

# Runs a function that ends with in_own_group, its output in the log; leaves the exit code in `code`.
run_group() {
    # Room for the files about the end, in case the command fills the volume.
    head -c 65536 /dev/zero >"$run_dir/spare" || true
    known "$@" >>"$log" 2>&1 </dev/null &
    group=$!
    # One that came while there was no group to pass it on to.
    if [[ -n $signalled ]]; then on_signal "$signalled"; fi
    while :; do
        # A signal ends the wait early; bash keeps the exit code for the next one.
        interrupted='' code=0
        wait "$group" 2>/dev/null || code=$?
        [[ -n $interrupted ]] || break
    done
    # Also what bash says when a second signal came in just the wrong moment; asked again it knows.
    if ((code == 127)); then
        code=0
        wait "$group" 2>/dev/null || code=$?
    fi
    end_stragglers
    group=''
    # A new owner has files of these names.
    lost_lock || rm -f "$run_dir/trainer.pgid" "$run_dir/spare"
}

# Processes that the command left behind would write after the log's last line.
end_stragglers() {
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        group_lives "$group" || return 0
        sleep 0.1
    done
    note "processes that the training left behind were ended"
    kill -KILL -- "-$group" 2>/dev/null || true
}

# shellcheck disable=SC2317 # called by the traps
on_signal() {
    # A child that was forked a moment ago still has the handlers of this shell.
    if [[ $BASHPID != "$$" ]]; then exit 143; fi
    interrupted=1
    signalled=${signalled:-$1}
    if [[ -n $group && $asked != "$group" ]]; then
        asked=$group
        signal_group TERM "$group"
        kill_after_grace "$group" >/dev/null 2>&1 </dev/null &
    fi
}

# Ends by itself when the group does.
# shellcheck disable=SC2317
kill_after_grace() {
    local deadline=$((SECONDS + setting[SAVE_GRACE]))
    while kill -0 -- "-$1"; do
        if ((SECONDS >= deadline)); then
            kill -KILL -- "-$1"
            return 0
        fi
        sleep 0.2
    done
}

# The script itself broke down.
# shellcheck disable=SC2317 # called by the trap
unfinished() {
    local code=$?
    trap - EXIT
    if [[ -z $finished && $BASHPID == "$$" ]]; then
        note "train.sh ended early"
        finish "$((code == 0 ? 1 : code))"
    fi
}

# Everything about the end, in the order others rely on: log, exit code, data, state; then the lock.
finish() {
    # Nothing is left to pass on to the trainer, and a signal in the middle would leave the end half told.
    trap '' HUP INT TERM USR1
    local code=$1 reason
    finished=1
    kill "$beats" "$pane" 2>/dev/null || true
    # The run belongs to another pod now, and so do its files. The heartbeat may not have told it yet.
    if [[ -n $superseded ]] || lost_lock; then exit 0; fi
    rm -f "$run_dir/spare"
    reason=$(outcome "$code")
    end_line
    # A trainer that was asked to end has an exit code like one that failed; who has only the log must not confuse them.
    case $reason in finished | failed) ;; *) note "ended: $reason" ;; esac
    printf 'EXIT_CODE=%s\n' "$code" >>"$log"
    sync "$log"
    printf '%s\n' "$code" | put "$run_dir/exit_code"
    # What the trainer saved, before the guard may stop the pod; bounded, as the guard does not wait for ever either.
    timeout -s KILL 15 sync -f "$project" || true
    write_state ended "$reason" "$code"
    event ended "$reason, exit code $code"
    release_lock
    exit 0
}

outcome() {
    local ordered
    ordered=$(cat "$run_dir/ending" 2>/dev/null) || ordered=
    case $ordered,$signalled,$1 in
        deadline,* | budget,* | idle,* | stopped,*) printf '%s' "$ordered" ;;
        *,INT,*) printf stopped ;;
        *,TERM,* | *,HUP,*) printf killed ;;
        *,0) printf finished ;;
        *) printf failed ;;
    esac
}

# The next line of the log begins at its start, whatever the trainer wrote last.
end_line() {
    if [[ -s $log && $(tail -c 1 "$log" | od -An -tx1) != *0a* ]]; then printf '\n' >>"$log"; fi
}

# --- environment ----------------------------------------------------------------------------------------------------

# Whether the project asks for packages at all; sets `requirements`, and what locate_environment does.
needs_environment() {
    requirements=$project/${setting[REQUIREMENTS]}
    [[ -n ${setting[REQUIREMENTS]} && -f $requirements ]] || return 1
    grep -qE '^[[:space:]]*[^#[:space:]]' "$requirements" || return 1
    locate_environment
}

# Sets `python` and `venv`, whether that exists or not. Per project and per Python: another image gets another one.
locate_environment() {
    find_python
    venv=$workspace/.pod-train/venv/$(
        { printf '%s\n' "$project" && "$python" -c 'import sys; print(sys.version, sys.prefix)'; } \
            | sha256sum | cut -c 1-16
    )
}

make_environment() {
    local wanted
    needs_environment || return 0
    wanted=$(sha256sum <"$requirements")
    lock_environment || note "another pod is still at work on $venv"
    if [[ $(cat "$venv/pod-train.requirements" 2>/dev/null) == "$wanted" ]]; then return 0; fi
    note "installing ${setting[REQUIREMENTS]} into $venv"
    install_packages -r "$requirements"
    printf '%s\n' "$wanted" | put "$venv/pod-train.requirements"
}

# Two pods of one project may come at the same time.
lock_environment() {
    mkdir -p "$venv"
    exec 9>"$venv/pod-train.lock"
    flock -w 900 9
}

# Into the environment, which is made if there is none.
# pip comes before uv, because uv does not see the image's own packages and would download its torch again.
install_packages() {
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv --system-site-packages "$venv"
        share_packages
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-input "$@"
    elif command -v uv >/dev/null; then
        uv venv --allow-existing --system-site-packages --python "$python" "$venv"
        share_packages
        uv pip install --python "$venv/bin/python" "$@"
    else
        fail "this image has neither Python's venv module nor uv"
    fi
}

# If the image's python lives in an environment itself, --system-site-packages means the one below that.
share_packages() {
    # shellcheck disable=SC2016
    "$python" -c '
import os, sys, sysconfig
if sys.prefix != sys.base_prefix:
    inside = os.path.relpath(sysconfig.get_path("purelib"), sys.prefix)
    with open(os.path.join(sys.argv[1], inside, "pod-train.pth"), "w") as file:
        file.write(sysconfig.get_path("purelib") + "\n")
' "$venv"
}

# Puts the project's Python first, and a `python` where the image has only `python3`.
use_environment() {
    if needs_environment; then
        export VIRTUAL_ENV=$venv PATH=$venv/bin:$PATH
    elif ! command -v python >/dev/null; then
        mkdir -p "$run_dir/path"
        printf '#!/bin/sh\nexec python3 "$@"\n' >"$run_dir/path/python"
        chmod +x "$run_dir/path/python"
        export PATH=$run_dir/path:$PATH
    fi
    find_python
}

# --- provide --------------------------------------------------------------------------------------------------------

# provide PACKAGE MODULE, for what runs beside the training. Its Python must stay as it is under a training that is at work:
# nothing that is installed is replaced, only what is missing is added.
provide() {
    local image_python installed=$run_dir/installed.tmp
    locate_environment
    image_python=$python
    use_environment
    if ! imports "$2" 2>/dev/null; then
        lock_environment || fail "somebody else is still at work on $venv"
        python=$venv/bin/python
        if ! imports "$2" 2>/dev/null; then
            printf 'installing %s into %s\n' "$1" "$venv"
            [[ -x $python ]] || python=$image_python
            list_installed >"$installed"
            python=$image_python
            install_packages --constraint "$installed" "$1"
            rm -f "$installed"
            python=$venv/bin/python
            imports "$2"
        fi
    fi
    command -v "$python"
}

# As constraints for pip, which takes no version of the kind that some of Ubuntu's own packages have.
list_installed() {
    "$python" -m pip list --disable-pip-version-check --format=freeze 2>/dev/null \
        | grep -iE '^[a-z0-9._-]+==[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?(\+[a-z0-9.]+)?$' || true
}

imports() {
    "$python" -c 'import importlib, sys; importlib.import_module(sys.argv[1])' "$1"
}

# --- stop and status ------------------------------------------------------------------------------------------------

stop() {
    local deadline=$((SECONDS + setting[SAVE_GRACE])) asked='' forced=''
    # The client may hang up before the trainer has saved.
    trap '' HUP PIPE
    alive train.pid || return 0
    printf 'stopped\n' | put "$run_dir/ending"
    while alive train.pid; do
        if alive trainer.pgid && [[ $asked != "$living" ]]; then
            asked=$living
            signal_group TERM "$living"
        fi
        if ((SECONDS >= deadline)); then
            [[ -z $forced ]] || fail "the training does not end"
            forced=1 deadline=$((SECONDS + 20))
            if alive trainer.pgid; then signal_group KILL "$living"; fi
        fi
        sleep 0.05
    done
}

status() {
    local document session=false size code newest=''
    document=$(state_document) || document=null
    if alive train.pid; then session=true; fi
    size=$(stat -c %s "$log" 2>/dev/null) || size=0
    code=$(cat "$run_dir/exit_code" 2>/dev/null) || code=null
    if cd "$project" 2>/dev/null && python=$(command -v python || command -v python3); then
        newest=$(checkpoints choose "--output-dir=${setting[OUTPUT_DIR]}" "--glob=${setting[CHECKPOINT_GLOB]}") || newest=
    fi
    printf '{"state":%s,"session":%s,"log_bytes":%s,"newest_checkpoint":%s,"exit_code":%s}\n' \
        "$document" "$session" "$size" "$(json "$newest")" "${code:-null}"
}

# Read whole before it runs: the file may be replaced by the next start while this one is at work.
{
    main "$@"
    exit
}
