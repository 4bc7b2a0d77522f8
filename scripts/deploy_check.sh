#!/bin/sh
# Django's deploy check on the production settings, with secrets made for this one run.
set -eu
cd "$(dirname "$0")/.."
secret() { .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))'; }
SHANHAI_SECRET_KEY=$(secret)
SHANHAI_BUYER_KEY=$(secret)
SHANHAI_FIELD_KEYS=k1:$(.venv/bin/python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')
export SHANHAI_SECRET_KEY SHANHAI_BUYER_KEY SHANHAI_FIELD_KEYS
SHANHAI_ALLOWED_HOSTS=shanhai.example DJANGO_SETTINGS_MODULE=config.settings.production \
    .venv/bin/python manage.py check --deploy --fail-level WARNING
