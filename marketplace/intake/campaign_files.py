"""Read a file of campaigns: one row is one campaign, every row is checked first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from common import clock
from marketplace.errors import CampaignFileRefused, CampaignNotValid, UnknownScopeCode
from marketplace.rules import campaigns as rules
from marketplace.rules.campaigns import VersionRules
from marketplace.rules.evidence import Level
from marketplace.selectors.campaign_scopes import check_rules, check_scopes
from marketplace.services.campaign_lists import StatedCampaign
from orders.errors import DuplicateHeaders, MissingColumns
from orders.intake.cells import clean, clean_code, shown
from orders.intake.text_files import TextTable

COLUMNS = (
    "code",
    "name",
    "start_date",
    "end_date",
    "sales_point",
    "minimum_level",
    "lookback_days",
)
PRIORITY = "priority"
DEFAULT_LOOKBACK_DAYS = 30

_LONGEST_NAME = 120
_BETWEEN_SALES_POINTS = re.compile(r"[|｜]")
_DAY = re.compile(r"(20[0-9]{2})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_LEVELS = {
    word: level
    for level in Level
    if level is not Level.NONE
    for word in (level.code, level.label, str(level.value))
}


def read_campaigns(path: Path) -> list[StatedCampaign]:
    """Read and check a whole file: columns COLUMNS, and PRIORITY where it has one.

    Other columns are not read. The first bad row refuses the file: raises
    CampaignFileRefused, or a subclass of `orders.errors.FileRefused` where the file is none.
    """
    table = TextTable(1, path)
    missing = [name for name in COLUMNS if name not in table.header]
    if missing:
        raise MissingColumns(table.name, columns="、".join(missing))
    read = [*COLUMNS, PRIORITY]
    repeated = [name for name in read if table.header.count(name) > 1]
    if repeated:
        raise DuplicateHeaders(table.name, columns="、".join(repeated))
    found: dict[str, StatedCampaign] = {}
    for row, cells, defect in table.rows():
        if defect is not None:
            raise _refusal(row, defect.code, defect.message)
        stated = _read_row(row, dict(zip(table.header, cells, strict=True)))
        if stated.code in found:
            message = _("活动编码“%s”在文件中出现了不止一次。") % stated.code
            raise _refusal(row, "campaign_repeated", message)
        found[stated.code] = stated
    return list(found.values())


def _read_row(row: int, cell: dict[str, str]) -> StatedCampaign:
    """Read and check one row. Raises CampaignFileRefused."""
    first, last = (_day(row, cell[name], name) for name in ("start_date", "end_date"))
    if last < first:
        raise _refusal(row, "ends_before_start", _("结束日期早于开始日期。"))
    name = clean(cell["name"])
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise _refusal(row, "name_not_valid", _("活动名称须有 1 至 120 个字符。"))
    starts_at, ends_at = clock.window_of_days(first, last)
    points = filter(None, map(clean_code, _BETWEEN_SALES_POINTS.split(cell["sales_point"])))
    lookback = _number(row, cell["lookback_days"], "lookback_days")
    stated = StatedCampaign(
        code=clean_code(cell["code"]),
        name=name,
        starts_at=starts_at,
        ends_at=ends_at,
        sales_points=tuple(dict.fromkeys(points)),
        minimum_level=_level(row, cell["minimum_level"]),
        lookback_days=DEFAULT_LOOKBACK_DAYS if lookback is None else lookback,
        priority=_number(row, cell.get(PRIORITY, ""), PRIORITY),
    )
    _check(row, stated)
    return stated


def _check(row: int, stated: StatedCampaign) -> None:
    """Raise CampaignFileRefused where the rules of a row cannot be published."""
    scopes: dict[str, Sequence[str]] = {rules.SALES_POINT: stated.sales_points}
    try:
        check_rules(
            stated.code,
            VersionRules(
                starts_at=stated.starts_at,
                ends_at=stated.ends_at,
                minimum_level=stated.minimum_level,
                scopes=scopes,
                priority=stated.priority or 0,
                lookback_days=stated.lookback_days,
            ),
        )
        check_scopes(scopes)
    except CampaignNotValid as refused:
        raise _refusal(row, refused.code, refused.message) from refused
    except UnknownScopeCode as refused:
        raise _refusal(row, "unknown_sales_point", refused.message) from refused


def _day(row: int, cell: str, column: str) -> date:
    """Read a business day of the years 2000 to 2099. Raises CampaignFileRefused."""
    text = clean(cell)
    if found := _DAY.fullmatch(text):
        year, _mark, month, day = found.groups()
        try:
            return date(int(year), int(month), int(day))
        except ValueError:  # a day that does not exist
            pass
    message = _("“%(column)s”不是有效日期（YYYY-MM-DD）：%(cell)s。")
    raise _refusal(row, "bad_date", message % {"column": column, "cell": shown(text)})


def _level(row: int, cell: str) -> int:
    """Read a level by its name, its Chinese label or its digit; `place` for an empty cell."""
    text = clean(cell)
    found = _LEVELS.get(text.lower()) if text else Level.PLACE
    if found is None:
        message = _("没有“%s”这一级归因依据，可用 place、touch、reference、voucher、manual。")
        raise _refusal(row, "unknown_level", message % shown(text))
    return found.value


def _number(row: int, cell: str, column: str) -> int | None:
    """Read a whole number, None for an empty cell. Raises CampaignFileRefused."""
    text = clean(cell)
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return int(text)
    message = _("“%(column)s”不是整数：%(cell)s。")
    raise _refusal(row, "bad_number", message % {"column": column, "cell": shown(text)})


def _refusal(row: int, code: str, message: str) -> CampaignFileRefused:
    return CampaignFileRefused(
        _("第 %(row)s 行：%(message)s") % {"row": row, "message": message}, code=code, row=row
    )
