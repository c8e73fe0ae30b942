# Sourced after step.bash: pinned Python programs that are not ours, installed once into the scripts' tools.

venv=$tools/venv
requirements=tests/interop/requirements.txt

python_environment() {
  command -v python3 >/dev/null || missing "python3" "install Python 3.11 or newer (Debian: apt-get install python3-venv)"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    missing "Python 3.11" "install Python 3.11 or newer; this is $(python3 --version)"
  python_packages "$venv" "$requirements"
}

# The pinned packages of the file $2 in an environment of their own, $1.
python_packages() {
  ! cmp -s "$2" "$1/installed.txt" || return 0
  rm -rf "$1"
  python3 -m venv "$1" || missing "Python's venv module" "Debian: apt-get install python3-venv"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
    --require-hashes -r "$2"
  cp "$2" "$1/installed.txt"
}

# The tests of the pinned source archives of the file $2, those of NAME in $1/NAME/tests.
python_suites() {
  ! cmp -s "$2" "$1/installed.txt" || return 0
  rm -rf "$1"
  mkdir -p "$1"
  "$venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-input --no-deps --no-binary :all: \
    --no-build-isolation --require-hashes --dest "$1" -r "$2"
  local archive root
  for archive in "$1"/*.tar.gz; do
    root=$(basename "$archive" .tar.gz)
    mkdir "$1/${root%-*}"
    tar -xzf "$archive" -C "$1/${root%-*}" --strip-components=1 "$root/tests"
    rm "$archive"
  done
  cp "$2" "$1/installed.txt"
}

# Pinned JavaScript from the lock file in $1, into $2.
javascript_environment() {
  command -v node >/dev/null && command -v npm >/dev/null || missing "node and npm" "install Node.js 20 or newer, with npm"
  node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' ||
    missing "Node.js 20" "install Node.js 20 or newer; this is $(node --version)"
  ! cmp -s "$1/package-lock.json" "$2/installed.json" || return 0
  rm -rf "$2"
  mkdir -p "$2"
  cp "$1"/package{,-lock}.json "$2"
  # Node knows its own list of authorities only; what this machine trusts besides, such as a proxy's, is in the system's.
  local authorities=/etc/ssl/certs/ca-certificates.crt
  [[ -n ${NODE_EXTRA_CA_CERTS:-} || ! -f $authorities ]] || export NODE_EXTRA_CA_CERTS=$authorities
  npm ci --prefix "$2" --ignore-scripts --legacy-peer-deps --no-audit --no-fund --silent
  cp "$1/package-lock.json" "$2/installed.json"
}
