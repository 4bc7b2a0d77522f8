"""Production: refuses to start on development secrets or without explicit hosts."""

from __future__ import annotations

from common.sealing import check_keys
from config.env import BadEnvironment, env_bool, env_int, env_list, env_text
from config.settings.base import *  # noqa: F403
from config.settings.base import (
    ALLOWED_HOSTS,
    BUYER_KEY,
    DEVELOPMENT_BUYER_KEY,
    DEVELOPMENT_FIELD_KEYS,
    DEVELOPMENT_SECRET_KEY,
    FIELD_KEYS,
    SANDBOX_PHONES,
    SECRET_KEY,
)

# Lengths below which a secret can be guessed. Unit: characters.
SHORTEST_SECRET = 50
SHORTEST_KEY = 24

for _name, _value, _default in (
    ("SHANHAI_SECRET_KEY", SECRET_KEY, DEVELOPMENT_SECRET_KEY),
    ("SHANHAI_FIELD_KEYS", ",".join(FIELD_KEYS), DEVELOPMENT_FIELD_KEYS),
    ("SHANHAI_BUYER_KEY", BUYER_KEY, DEVELOPMENT_BUYER_KEY),
):
    if _value == _default:
        raise BadEnvironment(f"{_name} must be set in production: the default is public")
if len(SECRET_KEY) < SHORTEST_SECRET:
    raise BadEnvironment(f"SHANHAI_SECRET_KEY must have at least {SHORTEST_SECRET} characters")
if len(BUYER_KEY) < SHORTEST_KEY:
    raise BadEnvironment(f"SHANHAI_BUYER_KEY must have at least {SHORTEST_KEY} characters")
check_keys(FIELD_KEYS)
if not env_text("SHANHAI_ALLOWED_HOSTS") or "*" in ALLOWED_HOSTS:
    raise BadEnvironment("SHANHAI_ALLOWED_HOSTS must name the hosts in production")

if SANDBOX_PHONES:
    raise BadEnvironment("SHANHAI_SANDBOX_PHONES must be empty in production: its codes are fixed")
# The sandbox pays orders without money: nobody is paid until a provider is set up.
PAYMENT_PROVIDERS = env_list("SHANHAI_PAYMENT_PROVIDERS")
if "sandbox" in PAYMENT_PROVIDERS:
    raise BadEnvironment("SHANHAI_PAYMENT_PROVIDERS must not name the sandbox in production")
# A code in a log is no secret: without a gateway nobody signs in by phone.
SMS_GATEWAY = env_text("SHANHAI_SMS_GATEWAY", "accounts.services.sms.to_nobody")

DEBUG = False
SECURE_SSL_REDIRECT = env_bool("SHANHAI_SSL_REDIRECT", default=True)
# Probes come from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env_int("SHANHAI_HSTS_SECONDS", default=31_536_000, minimum=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env_list("SHANHAI_TRUSTED_ORIGINS") or [
    f"https://{host}" for host in ALLOWED_HOSTS if host not in {"127.0.0.1", "localhost", "[::1]"}
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
