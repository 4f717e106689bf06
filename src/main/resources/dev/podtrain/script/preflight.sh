#!/usr/bin/env bash
# Looks at a pod before the code travels to it; changes nothing that stays. The contract is docs/remote-protocol.md.
#
#   bash -s -- WORKSPACE MIN_FREE_GB GPU_COUNT <preflight.sh
#
# Prints a line for each check, `<check> <ok|warn|fail> <words>`, in any order, and then `done`.
# Exit codes: 0 it got that far, whatever it found; else it could not look.
set -Eeuo pipefail

main() {
    workspace=$1 min_free_gb=$2 gpu_count=$3
    pod_key='' pod_id='' api_url=''
    import_environment
    findings=$(mktemp -d)
    trap 'rm -rf "$findings"' EXIT
    # The slow ones beside each other.
    check_key >"$findings/key" &
    check_gpu >"$findings/gpu" &
    check_python >"$findings/python" &
    check_shell
    check_tmux
    check_workspace
    wait
    cat "$findings/key" "$findings/gpu" "$findings/python"
    printf 'done\n'
}

finding() {
    printf '%s %s %s\n' "$1" "$2" "$3"
}

# The container's environment belongs to process 1; a command started over SSH does not see it.
import_environment() {
    local entry
    while IFS= read -r -d '' entry; do
        case $entry in
            PATH=?*) PATH=${entry#*=} ;;
            RUNPOD_API_KEY=*) pod_key=${entry#*=} ;;
            RUNPOD_POD_ID=*) pod_id=${entry#*=} ;;
            POD_TRAIN_API_URL=*) api_url=${entry#*=} ;;
        esac
    done 2>/dev/null <"${POD_TRAIN_ENVIRON:-/proc/1/environ}" || true
}

# Whether the guard will be able to end the pod. It asks for a start, which a running pod refuses with 409: the refusal
# shows that the key is taken for this pod's, and nothing happens. Whether a stop is then carried out shows only when it is.
check_key() {
    if [[ -z $pod_key || -z $pod_id || -z $api_url ]]; then
        finding key fail 'the platform gave this pod no key of its own: its guard could not end it'
        return
    fi
    if ! command -v curl >/dev/null; then
        finding key warn 'there is no curl to try the key of the pod with'
        return
    fi
    local try answer=''
    for try in 1 2 3; do
        answer=$(ask_for_start) || true
        # A new pod may be unknown to some of the servers for some seconds.
        [[ $answer == 404 && $try -lt 3 ]] || break
        sleep 2
    done
    case $answer in
        409 | 2??) finding key ok 'the key of the pod is accepted' ;;
        401 | 403 | 404) finding key fail "the key of the pod is refused ($answer): its guard could not end it" ;;
        000 | '') finding key warn "no answer from $api_url: whether the guard can end the pod is not known" ;;
        *) finding key warn "status $answer from $api_url: whether the guard can end the pod is not known" ;;
    esac
}

# The key goes through a pipe, because every process may read the arguments of every other.
ask_for_start() {
    curl -sS -m 10 -o /dev/null -w '%{http_code}' -A pod-train-preflight -X POST \
        -H 'Content-Type: application/json' -K - --data '{"action":"start"}' "$api_url/v2/pods/$pod_id/action" \
        2>/dev/null <<CONFIG
header = "Authorization: Bearer $pod_key"
CONFIG
}

check_gpu() {
    local names count
    if ! names=$(timeout 30 nvidia-smi --query-gpu=name --format=csv,noheader 2>&1 </dev/null); then
        finding gpu fail "nvidia-smi does not work: $(first_line "$names")"
        return
    fi
    count=$(grep -c . <<<"$names") || true
    if ((count < gpu_count)); then
        finding gpu fail "the driver shows $count of $gpu_count GPUs"
    else
        finding gpu ok "$count x $(first_line "$names")"
    fi
}

check_python() {
    local python version
    python=$(command -v python || command -v python3) || true
    if [[ -z $python ]]; then
        finding python fail 'the image has no python and no python3'
    elif version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 8))' \
        2>/dev/null </dev/null); then
        finding python ok "$version"
    else
        finding python fail "$python is ${version:-broken}; 3.8 or newer is needed"
    fi
}

check_shell() {
    if ((BASH_VERSINFO[0] >= 4)); then
        finding bash ok "$BASH_VERSION"
    else
        finding bash fail "bash is $BASH_VERSION; 4 or newer is needed"
    fi
}

check_tmux() {
    if command -v tmux >/dev/null; then
        finding tmux ok 'found'
    else
        finding tmux fail 'the image has no tmux, in which the training runs'
    fi
}

check_workspace() {
    local probe read_back='' free_kib='' free_gb
    if [[ ! -d $workspace ]]; then
        finding workspace fail "there is no $workspace: the volume is not mounted"
        return
    fi
    # A name that no other has: pods share a volume, and their process ids are alike.
    probe=$(mktemp "$workspace/.pod-train-preflight.XXXXXXXX" 2>/dev/null) || probe=/dev/null
    if ! { printf 'probe\n' | dd of="$probe" conv=fsync && read -r read_back <"$probe"; } 2>/dev/null; then
        read_back=''
    fi
    [[ $probe == /dev/null ]] || rm -f "$probe" 2>/dev/null || true
    if [[ $read_back != probe ]]; then
        finding workspace fail "$workspace cannot be written: it is full, over its quota or read-only"
        return
    fi
    finding workspace ok 'can be written'
    # A network volume's file system may show more than the volume has; what it shows as missing is missing.
    free_kib=$(df -Pk "$workspace" 2>/dev/null | { read -r _ && read -r _ _ _ free_kib _ && printf '%s' "$free_kib"; }) || true
    if [[ ! $free_kib =~ ^[0-9]{1,15}$ ]]; then
        finding space warn "how much is free on $workspace cannot be told"
        return
    fi
    free_gb=$((free_kib * 1024 / 1000000000))
    if ((free_gb < min_free_gb)); then
        finding space fail "$free_gb GB are free on $workspace, and MIN_FREE_GB is $min_free_gb"
    else
        finding space ok "$free_gb GB are free on $workspace"
    fi
}

first_line() {
    printf '%s' "${1%%$'\n'*}"
}

# Last line, so a cut-off copy does nothing.
main "$@"
