"""When the simulated shop sells: a first-day peak, evening peaks, and the window's edges.

Moments are whole seconds from the campaign's first instant, 2020-05-01 00:00:00 in Shanghai.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

FIRST_DAY = date(2020, 5, 1)
CAMPAIGN_DAYS = 7
DAY = 86_400
WINDOW_END = CAMPAIGN_DAYS * DAY
# The moment of the export, 2020-05-08 10:30: nothing in the file is later.
EXPORTED = WINDOW_END + 10 * 3600 + 30 * 60
EXPORT_STAMP = "202005081030"

_DAY_WEIGHTS = tuple(accumulate((26, 15, 13, 12, 11, 11, 12)))
_HOUR_WEIGHTS = tuple(
    accumulate((3, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 5, 5, 5, 5, 5, 6, 9, 13, 14, 11, 6))
)

# (placed, paid) around the two edges of the half-open window, one case per order.
EDGE_CASES = (
    (-2, 3),
    (-40, 0),
    (-60, -1),
    (WINDOW_END - 5, WINDOW_END + 15),
    (WINDOW_END - 31, WINDOW_END - 1),
    (WINDOW_END - 20, WINDOW_END),
)
# How often the edge cases recur: the first orders of every so many.
EDGE_EVERY = 5_000
SMALLEST_WITH_EDGES = 20


def weighted(rng: Random, cumulative_weights: Sequence[float]) -> int:
    """Draw a position with the odds that the ascending cumulative weights give."""
    return bisect_right(cumulative_weights, rng.random() * cumulative_weights[-1])


@cache
def business_date(day: int) -> str:
    """Return the date of a day of the campaign, counted from 0."""
    return str(FIRST_DAY + timedelta(days=day))


def as_text(seconds: int) -> str:
    """Print a moment as the platform does: local time with seconds."""
    day, second = divmod(seconds, DAY)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{business_date(day)} {hour:02d}:{minute:02d}:{second:02d}"


def in_window(seconds: int) -> bool:
    """Say whether a payment at this moment falls into the campaign's half-open window."""
    return 0 <= seconds < WINDOW_END


def shopping_moment(rng: Random) -> int:
    """Draw a moment inside the campaign, busy on the first day and in the evenings."""
    day = weighted(rng, _DAY_WEIGHTS)
    hour = weighted(rng, _HOUR_WEIGHTS)
    return day * DAY + hour * 3600 + int(rng.random() * 3600)


def outside_moment(rng: Random) -> int:
    """Draw a payment shortly before the campaign or in the morning after it."""
    if rng.random() < 0.5:
        return -1 - rng.randrange(2 * DAY)
    return WINDOW_END + rng.randrange(EXPORTED - WINDOW_END - 600)


def payment_delay(rng: Random) -> int:
    """Draw how long a buyer takes to pay: mostly under two minutes, sometimes hours."""
    if rng.random() < 0.03:
        return 120 + rng.randrange(20 * 3600)
    return 8 + rng.randrange(90)
