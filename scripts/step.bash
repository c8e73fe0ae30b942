# Sourced by the other scripts: names a step, runs it, tells how long it took, and stops at the first that fails.

under_way=""
trap 'outcome=$?; [[ $outcome == 0 || -z $under_way ]] || printf "FAILED: %s\n" "$under_way" >&2' EXIT

step() {
  local begun=$SECONDS
  under_way=$1
  shift
  printf '\n== %s\n' "$under_way"
  # Not `if "$@"`: inside a condition `set -e` would be off in the step itself.
  "$@"
  printf -- '-- %s: %d s\n' "$under_way" "$((SECONDS - begun))"
  under_way=""
}

# Says what is missing and what to do about it, and ends.
missing() {
  printf 'missing: %s\n  do:    %s\n' "$1" "$2" >&2
  exit 1
}

# Tools of the scripts' own, pinned; never in the user's system.
tools=target/tools
mkdir -p "$tools"

# Cargo draws progress for people and is silent elsewhere.
talk=--quiet
[[ ! -t 2 || -n ${CI:-} ]] || talk=--color=auto
