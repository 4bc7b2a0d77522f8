"""The only reader of the clock, and the calendar that sales are dated by."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Datetimes outside these years are refused at every door (docs/decisions/0005): they are damaged
# cells or hostile input, and PostgreSQL and SQLite fail on them in different ways.
EARLIEST_YEAR = 2000
LATEST_YEAR = 2100

# What another system dates may lie so much ahead of us: clocks differ.
CLOCKS_DIFFER = timedelta(minutes=5)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """Return the Shanghai calendar day on which an aware moment falls."""
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    """Return the present business day in Shanghai."""
    return business_day(now())


def in_shanghai(moment: datetime | None) -> datetime | None:
    """Return an aware moment in Shanghai time, as interfaces print it; None stays None."""
    return moment and moment.astimezone(SHANGHAI)


def start_of_day(day: date) -> datetime:
    """Return the first instant of a Shanghai business day, aware."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def window_of_days(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the half-open window [start, end) that covers business days `first` to `last`.

    Both days are included. Raises ValueError if `last` lies before `first`.
    """
    if last < first:
        raise ValueError("the last day lies before the first")
    return start_of_day(first), start_of_day(last + timedelta(days=1))


def is_plausible(moment: datetime) -> bool:
    """Say whether a moment lies in the years that this system accepts."""
    return EARLIEST_YEAR <= moment.year < LATEST_YEAR


def is_plausible_period(first: date | None, last: date) -> bool:
    """Say whether days `first` (None: open) to `last` are in order and in accepted years."""
    first = first or last
    return EARLIEST_YEAR <= first.year <= last.year < LATEST_YEAR and first <= last
