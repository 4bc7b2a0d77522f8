"""Settings of the measured processes: production's speed on throw-away data.

`BENCH_SOURCE_URL` names a second database, from which references take their ready rows.
"""

import os

import dj_database_url

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES

if source := os.environ.get("BENCH_SOURCE_URL"):
    DATABASES["source"] = dj_database_url.parse(source)
