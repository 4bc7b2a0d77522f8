#!/usr/bin/env bash
# make serve: the site with worker and beat, all ended together by Ctrl-C.
. "$(dirname "$0")/common.sh"
port=${SHANHAI_PORT:-8000}

step "database: migrate and load the reference data"
manage migrate --verbosity 0
manage load_seeds
step "static files"
manage collectstatic --noinput --verbosity 0
step "demo logins"
manage demo_logins

step "start worker and beat (logs in var/log)"
start_worker

step "http://127.0.0.1:$port    (Ctrl-C ends everything)"
set -m
"$python" -m gunicorn config.wsgi --bind "127.0.0.1:$port" -w 2 --threads 4 \
    --no-control-socket --log-level warning </dev/null &
set +m
groups+=("$!")
names+=("gunicorn")
# Slept in the background, so that a signal to this script is heard at once.
while all_alive; do
    sleep 1 &
    wait "$!"
done
exit 1
