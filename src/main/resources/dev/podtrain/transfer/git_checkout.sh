# Makes a folder a checkout of one commit of a repository. What git does not track there is left alone.
# Arguments: folder, repository address, commit, site. Standard input: an access token for that site (scheme, host and
# port), or nothing.
# Exit status: 3 the commit is not in the repository, 127 no git on the host, 1 or 128 anything else; see stderr.
set -eu
folder=$1 address=$2 commit=$3 site=$4
command -v git >/dev/null || exit 127
export GIT_TERMINAL_PROMPT=0 TOKEN_FILE
# In memory, and only for as long as this runs.
TOKEN_FILE=$(umask 077 && mktemp /dev/shm/pod-train-git.XXXXXX)
trap 'rm -f -- "$TOKEN_FILE"' EXIT
cat >"$TOKEN_FILE"
# Run by git, which appends the action; asked for by this site only, so that no submodule elsewhere gets the token.
# shellcheck disable=SC2016
helper='!f() { [ "$1" = get ] || exit 0; printf "username=x-access-token\npassword="; cat "$TOKEN_FILE"; echo; }; f'
[ -s "$TOKEN_FILE" ] || helper=
# The owner of files on a network volume may be another user than the one who runs this.
git() {
    command git -c safe.directory='*' -c credential.helper= -c "credential.$site.helper=$helper" -C "$folder" "$@"
}
mkdir -p -- "$folder"
[ -e "$folder/.git" ] || git init -q
git remote remove origin 2>/dev/null || true
git remote add origin "$address"
if ! git cat-file -e "$commit^{commit}" 2>/dev/null; then
    # Not every server hands out a commit by its number; then everything is fetched.
    git fetch -q --no-tags origin "$commit" 2>/dev/null || git fetch -q --no-tags origin
fi
git cat-file -e "$commit^{commit}" 2>/dev/null || exit 3
git checkout -q --force --detach "$commit"
if [ -e "$folder/.gitmodules" ]; then
    git submodule --quiet sync --recursive
    git submodule --quiet update --init --recursive --force
fi
