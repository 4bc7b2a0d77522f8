"""Imported comparison series: their values by blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from common.clock import SHANGHAI
from marketplace.models import ControlSeries
from marketplace.rules.uplift.spans import Span


def values_of(series: ControlSeries, spans: Sequence[Span]) -> list[float | None]:
    """Return the sum of a series in each block; None where its periods do not fill it exactly.

    A period must lie whole inside the block, and a block must consist of whole days.
    """
    points = {
        first: (last, float(value))
        for first, last, value in series.points.values_list("first_day", "last_day", "value")
    }
    return [_value(points, span) for span in spans]


def _value(points: dict[date, tuple[date, float]], span: Span) -> float | None:
    start, end = (moment.astimezone(SHANGHAI) for moment in (span.start, span.end))
    if any(moment.time() != moment.min.time() for moment in (start, end)):
        return None
    day, total = start.date(), 0.0
    while day < end.date():
        if day not in points:
            return None
        last, value = points[day]
        total += value
        day = last + timedelta(days=1)
    return total if day == end.date() else None
