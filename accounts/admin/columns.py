"""Columns about people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin


def person(field: str, label: Any) -> Callable[[Any], str]:
    """Return a column that names a user in plain text: few may open the page of a user."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> str:
        return str(getattr(row, field) or "—")

    return column
