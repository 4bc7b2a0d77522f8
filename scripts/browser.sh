#!/usr/bin/env bash
# The browser tests, on the system's Chromium; installs Debian's where that is possible.
set -euo pipefail
cd "$(dirname "$0")/.."

find_chromium() {
    local name
    if [ -n "${SHANHAI_CHROMIUM:-}" ]; then echo "$SHANHAI_CHROMIUM" && return; fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        # executed, since Ubuntu's chromium-browser may be a stub that only asks for a snap
        if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
            command -v "$name" && return
        fi
    done
    return 1
}

install_chromium() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "==> installing Chromium and a Chinese font (apt-get)"
    mkdir -p var/log
    export DEBIAN_FRONTEND=noninteractive
    {
        apt-get update -q || true
        apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk ||
            apt-get install -y -q --no-install-recommends chromium fonts-wqy-microhei
    } >var/log/apt.log 2>&1 || return 1
}

if ! chromium=$(find_chromium); then
    install_chromium || true
    chromium=$(find_chromium) || {
        echo "NOT CHECKED: no Chromium"
        exit 0
    }
fi
export SHANHAI_CHROMIUM="$chromium"
exec .venv/bin/python -m scripts.provision --redis -- .venv/bin/python -m pytest -m browser tests/browser
