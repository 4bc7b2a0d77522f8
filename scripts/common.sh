# Sourced by demo.sh and serve.sh: folders, settings, and a process group that always ends.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DJANGO_SETTINGS_MODULE="${DJANGO_SETTINGS_MODULE:-config.settings.dev}"
export PYTHONUNBUFFERED=1
python=.venv/bin/python
mkdir -p var/log var/reports
groups=()
names=()

manage() { "$python" manage.py "$@"; }
step() { printf '\n==> %s\n' "$*"; }

# start NAME COMMAND...: runs in the background in a process group of its own, log in var/log.
start() {
    local name=$1
    shift
    set -m
    "$@" >"var/log/$name.log" 2>&1 </dev/null &
    set +m
    groups+=("$!")
    names+=("$name")
}

# stop_all: asks every group's leader to end, then makes sure of the whole group. Never fails,
# may run twice.
stop_all() {
    local group tries
    for group in ${groups[@]+"${groups[@]}"}; do kill -TERM "$group" 2>/dev/null || true; done
    for group in ${groups[@]+"${groups[@]}"}; do
        tries=50
        while kill -0 -- "-$group" 2>/dev/null && ((tries-- > 0)); do sleep 0.1; done
        kill -KILL -- "-$group" 2>/dev/null || true
        wait "$group" 2>/dev/null || true
    done
    groups=()
    names=()
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# all_alive: fails, with the log's end, when anything that was started has ended by itself.
all_alive() {
    local number
    for number in ${groups[@]+"${!groups[@]}"}; do
        kill -0 "${groups[$number]}" 2>/dev/null && continue
        echo "${names[$number]} ended by itself; the end of its log (var/log/${names[$number]}.log):" >&2
        [ -f "var/log/${names[$number]}.log" ] && tail -n 15 "var/log/${names[$number]}.log" >&2
        return 1
    done
}

# Gossip and mingle are talk between workers; one worker alone needs none.
start_worker() {
    start worker "$python" -m celery -A config --quiet worker --concurrency "${SHANHAI_WORKERS:-2}" \
        --loglevel INFO --without-gossip --without-mingle --without-heartbeat
    start beat "$python" -m celery -A config --quiet beat --loglevel WARNING --pidfile=
    local tries=1200
    until grep -q ' ready\.' var/log/worker.log; do
        all_alive
        ((tries-- > 0)) || { echo "the worker is not ready after two minutes: var/log/worker.log" >&2 && return 1; }
        sleep 0.1
    done
    all_alive
}
