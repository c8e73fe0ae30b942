# Sourced after step.bash: the pinned Python clients and servers of tests/interop, installed once into the scripts' tools.

venv=$tools/venv

python_environment() {
  command -v python3 >/dev/null || missing "python3" "install Python 3.11 or newer (Debian: apt-get install python3-venv)"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    missing "Python 3.11" "install Python 3.11 or newer; this is $(python3 --version)"
  ! cmp -s tests/interop/requirements.txt "$venv/installed.txt" || return 0
  rm -rf "$venv"
  python3 -m venv "$venv" || missing "Python's venv module" "Debian: apt-get install python3-venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
    --require-hashes -r tests/interop/requirements.txt
  cp tests/interop/requirements.txt "$venv/installed.txt"
}
