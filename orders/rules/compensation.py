"""What was paid to a buyer beside refunds, as signed rows that sum to what is stated. Pure; fen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Paid(NamedTuple):
    """One signed row: fen, when it happened, and whether no source gave that date."""

    amount_fen: int
    occurred_at: datetime
    is_date_assumed: bool


def taken_back(rows: Sequence[Paid], fen: int) -> list[Paid]:
    """Return the rows that lower the sum of `rows` by `fen` > 0, newest first, on their dates."""
    standing: dict[tuple[datetime, bool], int] = {}
    for row in rows:
        key = (row.occurred_at, row.is_date_assumed)
        standing[key] = standing.get(key, 0) + row.amount_fen
    back: list[Paid] = []
    for occurred_at, is_assumed in sorted(standing, reverse=True):
        part = min(fen, standing[occurred_at, is_assumed])
        if part > 0:
            back.append(Paid(-part, occurred_at, is_assumed))
            fen -= part
    return back
