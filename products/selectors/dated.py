"""Rows with a first and a last day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Q

Row = TypeVar("Row")
Slot = TypeVar("Slot", bound=Hashable)


def valid_on(day: date) -> Q:
    """Return the condition that dated rows hold on a day, both of their days included."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))


def last_started(
    rows: Iterable[Row], *, slot: Callable[[Row], Slot], started: Callable[[Row], date | None]
) -> dict[Slot, Row]:
    """Return by slot the row that holds: of overlapping ones that which started last.

    Rows come by ascending id: of two that started together the newer one holds.
    """
    held: dict[Slot, Row] = {}
    for row in rows:
        known = held.get(slot(row))
        if known is None or (started(row) or date.min) >= (started(known) or date.min):
            held[slot(row)] = row
    return held
