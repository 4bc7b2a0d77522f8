"""The blocks of a campaign: its own length, whole weeks before and after its window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.rules.uplift.estimating import WANTED_BLOCKS

# Clean blocks are looked for among this many before the window.
MOST_STEPS_BACK = 26


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open period [start, end), aware."""

    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        """Say whether the two share a moment."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Say whether the other lies inside."""
        return self.start <= other.start and other.end <= self.end


class DisturbedBy(StrEnum):
    """What makes a block no measure of normal sales."""

    CAMPAIGN = "campaign"
    HOLIDAY = "holiday"
    DECLARED = "declared"
    BEFORE_FIRST_SALE = "before_first_sale"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A period that is not normal: by whom, and its code or name."""

    by: DisturbedBy
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Skipped:
    """A block before the window that was passed over, with the first reason."""

    span: Span
    because: Disturbance


def span_at(window: Span, steps: int) -> Span:
    """Return the block that lies `steps` steps after the window (before it where negative).

    A step is the window's length, rounded up to whole weeks: each block has the weekdays and
    the hours of the window.
    """
    week = timedelta(days=7)
    shift = -(-(window.end - window.start) // week) * week * steps
    return Span(window.start + shift, window.end + shift)


def choose_before(
    window: Span, disturbances: Iterable[Disturbance]
) -> tuple[list[Span], list[Skipped]]:
    """Return the nearest clean blocks before the window, latest first, and those passed over.

    At most WANTED_BLOCKS, looked for among MOST_STEPS_BACK.
    """
    known = list(disturbances)
    chosen: list[Span] = []
    skipped: list[Skipped] = []
    for steps in range(1, MOST_STEPS_BACK + 1):
        if len(chosen) == WANTED_BLOCKS:
            break
        span = span_at(window, -steps)
        because = next(disturbing(span, known), None)
        if because is None:
            chosen.append(span)
        else:
            skipped.append(Skipped(span, because))
    return chosen, skipped


def disturbing(span: Span, disturbances: Iterable[Disturbance]) -> Iterator[Disturbance]:
    """Yield what disturbs a block."""
    return (one for one in disturbances if one.span.meets(span))


def whole(spans: Sequence[Span]) -> Span:
    """Return the period from the first start to the last end."""
    return Span(min(span.start for span in spans), max(span.end for span in spans))
