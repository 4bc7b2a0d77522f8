"""The database check that no append-only table stands without its triggers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from operations.services.append_only import missing_triggers


@register(Tags.database)
def append_only_tables_are_guarded(
    databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Report every missing trigger. Runs with `check --database default` and before migrate."""
    return [
        Error(
            f"append-only trigger missing: {trigger}",
            hint="Run `python manage.py migrate --skip-checks`: it installs the triggers again.",
            id="operations.E001",
        )
        for alias in databases or []
        if connections[alias].vendor in {"sqlite", "postgresql"}
        for trigger in missing_triggers(alias)
    ]
