"""Turn what somebody asks for into the parameters of a counting report, or refuse."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from common import clock
from marketplace.errors import PeriodNotValid
from marketplace.rules.counting import COHORT, Asked

# Python reads more forms than these: basic ones without hyphens, weeks, hours alone.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _DAY.pattern
    + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
)


def ask(
    *,
    first: str = "",
    last: str = "",
    as_of: str = "",
    is_certified_only: bool = False,
    view: str = COHORT,
) -> Asked:
    """Return the parameters of a report from their texts.

    Days are `YYYY-MM-DD`, both included; without `first` the report is cumulative, without
    `last` it ends on the day of `as_of`, else today. `as_of` is a day, that is its end, or
    an ISO 8601 date with a time, Shanghai's where it names no offset. Raises PeriodNotValid.
    """
    moment = _moment(as_of) if as_of else None
    first_day = _day(first) if first else None
    last_day = _day(last) if last else clock.business_day(moment or clock.now())
    if first_day is not None and first_day > last_day:
        raise PeriodNotValid(
            _("起始日 %(first)s 晚于截止日 %(last)s。")
            % {"first": first_day.isoformat(), "last": last_day.isoformat()}
        )
    return Asked(
        last_day=last_day,
        first_day=first_day,
        as_of=moment,
        is_certified_only=is_certified_only,
        view=view,
        is_open_ended=not last,
    )


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise _not_valid(text)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise _not_valid(text) from None
    if not clock.EARLIEST_YEAR <= found.year < clock.LATEST_YEAR:
        raise _not_valid(text)
    return found


def _moment(text: str) -> datetime:
    if _DAY.fullmatch(text):
        return clock.start_of_day(_day(text) + timedelta(days=1)) - timedelta(microseconds=1)
    if not _MOMENT.fullmatch(text):
        raise _not_valid(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _not_valid(text) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=clock.SHANGHAI)
    if not clock.is_plausible(found):
        raise _not_valid(text)
    return found


def _not_valid(text: str) -> PeriodNotValid:
    return PeriodNotValid(
        _("无法识别的日期或时间“%(text)s”，请写成 2020-05-01 或 2020-05-01T12:00:00+08:00。")
        % {"text": text}
    )
