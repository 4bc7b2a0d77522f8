"""The Celery application: a doorbell. The work is a row in the database (docs/decisions/0008)."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("shanhai")
# By name, so that it is read at first use: Django's settings are not ready while this loads.
app.config_from_object("config.celery_settings")
app.autodiscover_tasks()
