#!/bin/sh
# install.sh runtime|dev: makes .venv if needed and installs the locked packages.
# A stamp holds the hash of the lock, so that an unchanged lock costs nothing.
set -eu
cd "$(dirname "$0")/.."
kind=${1:?runtime or dev}
venv=.venv
mkdir -p var
python=$venv/bin/python

if ! "$python" -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null; then
    base=$(sh scripts/pick_python.sh)
    echo "==> .venv with $("$base" -V) ($base)"
    rm -rf "$venv"
    "$base" -m venv "$venv"
fi

stamp_of() {
    "$python" - "$1" <<'PY'
import hashlib, pathlib, sys
lock = pathlib.Path("requirements", sys.argv[1] + ".txt").read_bytes()
print(sys.version_info[0:2], hashlib.sha256(lock).hexdigest())
PY
}

installed() {
    [ -f "$venv/.installed-$1" ] && [ "$(cat "$venv/.installed-$1")" = "$(stamp_of "$1")" ]
}

install() {
    echo "==> installing $(grep -c '==' "requirements/$1.txt") locked packages (requirements/$1.txt)"
    "$python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes \
        -r "requirements/$1.txt"
    stamp_of "$1" >"$venv/.installed-$1"
}

# The development lock contains the runtime lock.
if [ "$kind" = dev ]; then
    installed dev || { install dev && stamp_of runtime >"$venv/.installed-runtime"; }
else
    installed runtime || install runtime
fi
