"""When attribution starts by itself: read from the environment, refused where unreadable."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.env import BadEnvironment, env_clock

ASK = (
    "import django; django.setup(); from config import celery_settings as c;"
    "print({n: (e['task'], str(e['schedule']), e.get('kwargs')) for n, e in c.beat_schedule.items()"
    " if 'attribut' in n})"
)


def schedule(**environment: str) -> str:
    """Return the entries of beat about attribution, as another process reads them."""
    known = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", **environment}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=known, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_schedule_follows_the_environment() -> None:
    assert schedule(SHANHAI_ATTRIBUTION_SWEEP_SECONDS="0", SHANHAI_ATTRIBUTION_FULL_AT="") == "{}"
    said = schedule(SHANHAI_ATTRIBUTION_SWEEP_SECONDS="30", SHANHAI_ATTRIBUTION_FULL_AT="03:05")
    assert "'marketplace.tasks.sweep_attribution', '30.0'" in said
    assert "5 3 * * *" in said
    assert "{'kind': 'full'}" in said


@pytest.mark.parametrize("value", ["25:00", "3", "03:60", "night"])
def test_a_time_of_day_that_is_none_stops_the_start(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_ATTRIBUTION_FULL_AT", value)
    with pytest.raises(BadEnvironment):
        env_clock("SHANHAI_ATTRIBUTION_FULL_AT")
