"""The doors that flow tests go through, and the seeded house they find."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

Command = Callable[..., dict[str, Any]]


@pytest.fixture
def seeded(db: None) -> None:
    """The reference data as `load_seeds` leaves it."""
    call_command("load_seeds", "--json", stdout=StringIO())


@pytest.fixture
def run() -> Command:
    """Run a command with `--json` and return what it answers, a refusal included."""

    def run_command(name: str, *args: object) -> dict[str, Any]:
        out = StringIO()
        with suppress(SystemExit):
            call_command(name, *map(str, args), "--json", stdout=out, stderr=StringIO())
        return json.loads(out.getvalue())

    return run_command
