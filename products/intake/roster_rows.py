"""One row of a roster file, read strictly: what cannot be taken is a BadCell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.clock import EARLIEST_YEAR, LATEST_YEAR
from products.intake import roster_columns as columns
from products.models import HouseholdStatus, Mechanism
from products.rules.roster import RosterLink, RosterStatus, holds_personal_number
from products.selectors.roster import RosterReference

_MOST_PERSONS = 50
_LONGEST_VILLAGE = 60
_DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?")
_SCIENTIFIC = re.compile(r"\d(\.\d*)?E\+?\d+")
# A spreadsheet keeps 15 significant digits and writes zeros for the rest.
_KEPT_DIGITS = 15
_STATUS_WORDS = {
    "建档立卡贫困户": HouseholdStatus.Status.REGISTERED_POOR,
    "建档立卡户": HouseholdStatus.Status.REGISTERED_POOR,
    "贫困户": HouseholdStatus.Status.REGISTERED_POOR,
    "脱贫户": HouseholdStatus.Status.LIFTED,
    "脱贫不稳定户": HouseholdStatus.Status.UNSTABLE,
    "边缘易致贫户": HouseholdStatus.Status.MARGINAL,
    "突发严重困难户": HouseholdStatus.Status.HARDSHIP,
}
_MECHANISM_WORDS = {
    "务工": Mechanism.WAGE,
    "分红": Mechanism.DIVIDEND,
    "土地流转": Mechanism.LAND_LEASE,
    "订单收购": Mechanism.CONTRACT,
    "技术带动": Mechanism.GUIDANCE,
    "其他": Mechanism.OTHER,
}
_STATUSES = _STATUS_WORDS | {str(value): value for value in HouseholdStatus.Status}
_MECHANISMS = _MECHANISM_WORDS | {str(value): value for value in Mechanism}


class BadCell(ValueError):
    """A cell that cannot be taken for what its column says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class PersonalCell(ValueError):
    """A cell holds the number of a phone or of an identity card."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row: its household, and at most one status and one link."""

    county_code: str
    village: str
    number: str
    persons: int
    status: RosterStatus | None
    link: RosterLink | None


def read_row(cell: Callable[[str], str], reference: RosterReference) -> RosterRow:
    """Read one row; `cell` gives the text of a column, '' where it is empty or not there.

    Raises PersonalCell, or BadCell for the first cell that is wrong.
    """
    village, number = cell(columns.VILLAGE), _number(cell(columns.NUMBER))
    if holds_personal_number(village) or holds_personal_number(number):
        raise PersonalCell
    county = cell(columns.COUNTY)
    if county not in reference.counties:
        raise BadCell("unknown_county", _("没有这个县（市）代码"))
    if not 0 < len(village) <= _LONGEST_VILLAGE:
        raise BadCell("bad_village", _("村名为空或超过 60 字"))
    return RosterRow(
        county_code=county,
        village=village,
        number=number,
        persons=_persons(cell(columns.PERSONS)),
        status=_status(cell),
        link=_link(cell, reference),
    )


def clean(cell: str) -> str:
    """Return a cell without what spreadsheets dress it in: blanks, `="..."`, a leading `'`."""
    text = unicodedata.normalize("NFKC", cell).strip("\ufeff\u200b \t\r\n")
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    return text.removeprefix("'").strip()


def _number(text: str) -> str:
    number = "".join(text.split()).upper()
    if not number:
        raise BadCell("no_household_number", _("户编号为空"))
    rounded = number.isdecimal() and len(number) > _KEPT_DIGITS
    if _SCIENTIFIC.fullmatch(number) or (rounded and not int(number[_KEPT_DIGITS:])):
        raise BadCell("damaged_household_number", _("户编号被表格软件改成了近似值，请按文本导出"))
    return number


def _persons(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= _MOST_PERSONS:
        raise BadCell("bad_persons", _("人口应为 1 至 50 的整数"))
    return int(text)


def _status(cell: Callable[[str], str]) -> RosterStatus | None:
    word = cell(columns.STATUS)
    if not word:
        _refuse_filled(cell, (columns.STATUS_FROM, columns.STATUS_TO), _("有身份日期而没有身份"))
        return None
    if word not in _STATUSES:
        raise BadCell("unknown_status", _("没有这种农户身份"))
    first, last = _days(cell(columns.STATUS_FROM), cell(columns.STATUS_TO), _("身份"))
    return RosterStatus(_STATUSES[word].value, first, last)


def _link(cell: Callable[[str], str], reference: RosterReference) -> RosterLink | None:
    producer, word = cell(columns.PRODUCER), cell(columns.MECHANISM)
    if not producer and not word:
        _refuse_filled(cell, (columns.LINK_FROM, columns.LINK_TO), _("有联结日期而没有供货主体"))
        return None
    code = reference.producers.get(producer)
    if code is None:
        raise BadCell("unknown_producer", _("没有这个供货主体"))
    if not code:
        raise BadCell("ambiguous_producer", _("有多个同名供货主体，请填写编码"))
    if word not in _MECHANISMS:
        raise BadCell("unknown_mechanism", _("没有这种联结机制"))
    first, last = _days(cell(columns.LINK_FROM), cell(columns.LINK_TO), _("联结"))
    return RosterLink(code, _MECHANISMS[word].value, first, last)


def _refuse_filled(cell: Callable[[str], str], names: tuple[str, ...], message: str) -> None:
    if any(cell(name) for name in names):
        raise BadCell("incomplete_row", message)


def _days(first: str, last: str, what: str) -> tuple[date, date | None]:
    start, end = _day(first, what), _day(last, what) if last else None
    if end is not None and end < start:
        raise BadCell("ends_before_it_starts", _("%s的截止日期早于起始日期") % what)
    return start, end


def _day(text: str, what: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not EARLIEST_YEAR <= day.year < LATEST_YEAR:
        raise BadCell("bad_date", _("%s的日期为空或不是年-月-日") % what)
    return day
