"""Which of the facts that are stated for one figure a report prints. Pure.

Source: docs/decisions/0014-counting-figures.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

# A fact's first day, None from the beginning, and its last; both included.
StatedPeriod = tuple[date | None, date]


def current_place(periods: Sequence[StatedPeriod], *, is_cumulative: bool) -> int:
    """Return the place of the current fact among the periods of one figure, oldest first.

    Cumulative: the newest of those that start earliest, so that a month never replaces what was
    stated from the beginning. Of a period: the one of the most days, then the newest. Raises
    ValueError without periods.
    """

    def rank(place: int) -> tuple[int, date, int]:
        first, last = periods[place]
        start = first or date.min
        return -start.toordinal() if is_cumulative else (last - start).days, last, place

    return max(range(len(periods)), key=rank)
