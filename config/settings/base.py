"""What is true everywhere. Every constant has its unit and its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from config.env import env_clock, env_int, env_list, env_pairs, env_text, set_default
from config.settings.unfold import UNFOLD as UNFOLD

# One thread per process for the attribution engine: parallel work is more workers. It is read
# when the engine is first imported, so it stands here.
set_default("POLARS_MAX_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

# Development defaults, refused by config.settings.production.
DEVELOPMENT_SECRET_KEY = "development-only-secret-key-of-shanhai-refused-in-production"  # noqa: S105
DEVELOPMENT_FIELD_KEYS = "dev:c2hhbmhhaS1kZXZlbG9wbWVudC1maWVsZC1rZXktMDE="
DEVELOPMENT_BUYER_KEY = "development-only-buyer-key"

SECRET_KEY = env_text("SHANHAI_SECRET_KEY", DEVELOPMENT_SECRET_KEY)
# `id:base64(32 bytes)`, comma separated, newest first: the first encrypts, all decrypt.
FIELD_KEYS = env_list("SHANHAI_FIELD_KEYS", DEVELOPMENT_FIELD_KEYS)
# Keyed hash of buyers. It never rotates: a new key would make every returning buyer a new one.
BUYER_KEY = env_text("SHANHAI_BUYER_KEY", DEVELOPMENT_BUYER_KEY)

DEBUG = False
ALLOWED_HOSTS = env_list("SHANHAI_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Before the admin, so that its templates win; without a site of its own, since ours is one.
    "unfold.apps.BasicAppConfig",
    "config.apps.ShanhaiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "operations",
    "products",
    "orders",
    "marketplace",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Database: SQLite under var/ unless DATABASE_URL names another.
DATABASES = {
    "default": dj_database_url.parse(
        env_text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'shanhai.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction takes the write lock when it starts, so two writers queue up
    # (20 s at most) instead of failing half-way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        ),
    }

# Where uploads and exports lie. Relative paths start at the checkout.
MEDIA_ROOT = BASE_DIR / env_text("SHANHAI_MEDIA_DIR", "var/media")
REPORTS_DIR = VAR_DIR / "reports"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"

# Language and time: Chinese first, English when chosen; business days are Shanghai's.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# Background work. Celery is a doorbell: the work is a row in the database (docs/decisions/0008).
REDIS_URL = env_text("REDIS_URL")
BROKER_DIR = VAR_DIR / "broker"
# A job's lease. A worker renews it with every chunk (seconds apart); after a kill another
# worker may take the job over when it has run out. Unit: seconds.
JOB_LEASE_SECONDS = env_int("SHANHAI_JOB_LEASE_SECONDS", default=20, minimum=2)
# How often the sweeper rings again for work that waits. Unit: seconds.
JOB_SWEEP_SECONDS = env_int("SHANHAI_JOB_SWEEP_SECONDS", default=10, minimum=1)
# A job that failed this often waits for a person instead of looping.
JOB_MAX_ATTEMPTS = 5
# Requests that one integration key may make in a second. Without REDIS_URL each web process
# counts for itself.
INTEGRATION_REQUESTS_PER_SECOND = env_int(
    "SHANHAI_INTEGRATION_REQUESTS_PER_SECOND", default=20, minimum=1
)
# Requests with touches that one address may send in a minute; a network may share an address.
TOUCH_REQUESTS_PER_MINUTE = env_int("SHANHAI_TOUCH_REQUESTS_PER_MINUTE", default=600, minimum=1)
# Searches of the catalogue that one address may make a minute.
SEARCHES_PER_MINUTE = env_int("SHANHAI_SEARCHES_PER_MINUTE", default=60, minimum=1)
# What sends login codes to phones: the dotted name of a callable (phone, code).
SMS_GATEWAY = env_text("SHANHAI_SMS_GATEWAY", "accounts.services.sms.to_console")
# Shoppers of the sandbox, phone:code: nothing is sent, the code is fixed. None in production.
SANDBOX_PHONES = env_pairs("SHANHAI_SANDBOX_PHONES")
# Requests to sign in that one address may make a minute; phones and codes have their own limits.
SIGN_INS_PER_MINUTE = env_int("SHANHAI_SIGN_INS_PER_MINUTE", default=60, minimum=1)
# The privacy policy that a shopper has to have agreed to.
PRIVACY_VERSION = env_text("SHANHAI_PRIVACY_VERSION", "2026-11")
# How long a storefront order waits for payment, and when a sent one counts as received.
UNPAID_MINUTES = env_int("SHANHAI_UNPAID_MINUTES", default=30, minimum=1)
RECEIPT_DAYS = env_int("SHANHAI_RECEIPT_DAYS", default=10, minimum=1)
# Refunds above this many fen are approved by who holds the duty to check.
REFUND_LIMIT_FEN = env_int("SHANHAI_REFUND_LIMIT_FEN", default=50_000, minimum=0)
# Who takes money for the storefront; the sandbox takes none and signs with its key.
PAYMENT_PROVIDERS = env_list("SHANHAI_PAYMENT_PROVIDERS", "sandbox")
SANDBOX_PAYMENT_KEY = env_text("SHANHAI_SANDBOX_PAYMENT_KEY", "sandbox-payment-key")
# Orders and claims that one shopper may make, and notices that one provider may send, a minute.
CHECKOUTS_PER_MINUTE = env_int("SHANHAI_CHECKOUTS_PER_MINUTE", default=10, minimum=1)
CLAIMS_PER_MINUTE = env_int("SHANHAI_CLAIMS_PER_MINUTE", default=5, minimum=1)
NOTICES_PER_MINUTE = env_int("SHANHAI_NOTICES_PER_MINUTE", default=600, minimum=1)
# Foreign sites that a campaign link may lead to, beside paths of this one.
LINK_HOSTS = env_list("SHANHAI_LINK_HOSTS")
# Orders written in one transaction of an import: large enough for bulk statements, small
# enough that a kill repeats under a second of work. Unit: orders.
IMPORT_CHUNK_ORDERS = env_int("SHANHAI_IMPORT_CHUNK_ORDERS", default=2000, minimum=1)
# The largest file that may be uploaded for an import, an archive as it comes. Unit: MB.
IMPORT_MOST_MB = env_int("SHANHAI_IMPORT_MOST_MB", default=100, minimum=1)
# Orders attributed in one transaction. Memory grows with it, results do not depend on it.
ATTRIBUTION_BATCH_ORDERS = env_int("SHANHAI_ATTRIBUTION_BATCH_ORDERS", default=10_000, minimum=1)
# How often changed orders are attributed by themselves; 0 = only when asked. Unit: seconds.
ATTRIBUTION_SWEEP_SECONDS = env_int("SHANHAI_ATTRIBUTION_SWEEP_SECONDS", default=60, minimum=0)
# When every order is attributed again each night, HH:MM in Shanghai; None = never.
ATTRIBUTION_FULL_AT = env_clock("SHANHAI_ATTRIBUTION_FULL_AT")

# Only requests are counted in the cache: losing it loses nothing, and a server that does not
# answer must not hold a request up. Unit of the timeouts: seconds.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "shanhai",
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Object scope: how a district's scope becomes sales points. The cellar asks this function,
# the roof names it, so that accounts never imports orders.
DISTRICT_SALES_POINTS = "orders.selectors.sales_points.codes_of_district"
# Whether a helper district existed on a day. Districts live in marketplace, above orders.
DISTRICT_KNOWN = "marketplace.selectors.districts.district_existed"
# The code of a district by its name on a day, for files in which people write names.
DISTRICT_NAMED = "marketplace.selectors.districts.district_named"
# What joins a visitor's touches with the shopper who signs in; touches live in marketplace.
TOUCHES_STITCHED_BY = "marketplace.services.stitching.stitch_visitor"
# The cookie by which an opened campaign link knows its visitor again.
VISITOR_COOKIE = "shanhai_visitor"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Shanhai 山海集",
    "DESCRIPTION": "Sales ledger, attribution and reports of a consumption-assistance marketplace.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Who signs in without having asked for a page: the sign-in form of unfold names none.
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Form and API bodies are small; files do not count here. Unit: bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A form with files is refused by its announced length, before anything of it is kept.
FILE_UPLOAD_HANDLERS = [
    "common.overlong_forms.RefuseOverlongForms",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
