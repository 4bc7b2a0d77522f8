"""Tests: fast password hashing and a database file that a second process can open."""

import os

from config.env import env_int, env_text
from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Everything that one test process writes stands in a folder of its own, so that runs beside each
# other do not meet. A worker started by a test is told its parent's folder.
TEST_DIR = VAR_DIR / "test" / (env_text("SHANHAI_TEST_RUN") or f"pid-{os.getpid()}")
BROKER_DIR = TEST_DIR / "broker"
MEDIA_ROOT = TEST_DIR / "media"
REPORTS_DIR = TEST_DIR / "reports"
STATIC_ROOT = TEST_DIR / "static"

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DIR / "test.sqlite3")}
    # Tests kill processes, never the machine: nothing is lost without fsync.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;"
    )

# A test that wants changed orders to be attributed by themselves says so to its worker.
ATTRIBUTION_SWEEP_SECONDS = env_int("SHANHAI_ATTRIBUTION_SWEEP_SECONDS", default=0, minimum=0)

# Tests ask as fast as they can; the one about asking too often sets a limit of its own.
INTEGRATION_REQUESTS_PER_SECOND = 100_000
SEARCHES_PER_MINUTE = 100_000
SIGN_INS_PER_MINUTE = 100_000
CHECKOUTS_PER_MINUTE = 100_000
NOTICES_PER_MINUTE = 100_000
CLAIMS_PER_MINUTE = 100_000
