"""How seeded rows of reference data are written: what an operator changed is never undone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Model


class Outcome(StrEnum):
    """What became of one seeded row."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    KEPT = "kept"


def add_or_keep(
    model: type[Model],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    moments: Mapping[str, Any] | None = None,
) -> Outcome:
    """Add a row where none has its natural key; otherwise leave the standing row as it is.

    `key` and `values` are by attname ("county_id"). A standing row with other values counts as
    kept: an operator's word is newer than the seed's. `moments` are written with a new row and
    not compared: they say when it was loaded. The caller owns the transaction.
    """
    standing = model._default_manager.filter(**key).order_by("pk")
    rows = list(standing.values(*values)) if values else list(standing.values("pk"))
    if not rows:
        model._default_manager.create(**key, **values, **(moments or {}))
        return Outcome.ADDED
    if not values or any(row == dict(values) for row in rows):
        return Outcome.UNCHANGED
    return Outcome.KEPT
