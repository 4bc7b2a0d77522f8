#!/bin/sh
# Prints the path of the newest usable CPython from 3.11 up, or explains what is missing.
#
# Usable means: it runs (version-manager shims may exist and fail), it can make a virtual
# environment, and it has sqlite3 and ssl. Final releases only; 3.11 to 3.14 are preferred,
# because the locked packages were tried on them; a newer one is taken when nothing else works.
set -u

probe='
import sys, sysconfig
import ensurepip, venv, sqlite3, ssl, ctypes, zlib
v = sys.version_info
if (v < (3, 11) or v.releaselevel != "final" or sys.implementation.name != "cpython"
        or sysconfig.get_config_var("Py_GIL_DISABLED") or sys.maxsize < 2**32):
    sys.exit(1)
tried = 1 if v < (3, 15) else 0
print("%d %03d %03d %s" % (tried, v.minor, v.micro, sys.executable))
'

candidates() {
    for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
        # every one on PATH, not only the first: the first may be a shim that fails
        old_ifs=$IFS; IFS=:
        for folder in $PATH; do
            [ -x "${folder:-.}/$name" ] && echo "${folder:-.}/$name"
        done
        IFS=$old_ifs
    done
    for root in "${PYENV_ROOT:-}" "${HOME:-}/.pyenv"; do
        [ -n "$root" ] || continue
        for found in "$root"/versions/*/bin/python3; do
            [ -x "$found" ] && echo "$found"
        done
    done
    for found in "${HOME:-}"/.local/share/uv/python/*/bin/python3 /usr/local/bin/python3.* \
        /opt/homebrew/bin/python3.* /opt/python*/bin/python3; do
        case "$found" in *-config) continue ;; esac
        [ -x "$found" ] && echo "$found"
    done
}

# A choice of yours is taken as it is, when it works.
if [ -n "${SHANHAI_PYTHON:-}" ] && "$SHANHAI_PYTHON" -I -c "$probe" >/dev/null 2>&1; then
    echo "$SHANHAI_PYTHON"
    exit 0
fi

# An activated virtual environment must not become the base of another; -I keeps PYTHONPATH out.
best=$(candidates | awk '!seen[$0]++' | while IFS= read -r python; do
    "$python" -I -c "$probe" </dev/null 2>/dev/null
done | sort | tail -n 1 | cut -d ' ' -f 4-)

if [ -z "$best" ]; then
    echo "No usable Python found: Python 3.11 or newer with the venv module is needed" \
        "(on Debian or Ubuntu: apt-get install python3 python3-venv)." >&2
    exit 1
fi
echo "$best"
