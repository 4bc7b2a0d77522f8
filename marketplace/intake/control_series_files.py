"""Read a file of a comparison series: one row is one period, every row is checked."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from django.utils.translation import gettext as _

from common.clock import is_plausible_period
from marketplace.errors import ControlSeriesRefused
from marketplace.services.uplift.series import SeriesPoint
from orders.errors import DuplicateHeaders, MissingColumns
from orders.intake.cells import clean, shown
from orders.intake.text_files import TextTable

PERIOD, VALUE, SOURCE, UNIT = COLUMNS = ("period", "value", "source", "unit")
_DAY = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_PERIOD = re.compile(rf"{_DAY}(?:/{_DAY})?")
_NUMBER = re.compile(r"-?[0-9]{1,14}(\.[0-9]{0,4})?")
_LONGEST_SOURCE, _LONGEST_UNIT = 300, 20


def read_series(path: Path) -> list[SeriesPoint]:
    """Read a whole file with the columns COLUMNS; others are not read.

    `period` is a day, `2020-05-01`, or days with both ends, `2020-05-01/2020-05-07`. Periods
    never overlap, and the unit is one. The first bad row refuses the file: raises
    ControlSeriesRefused, or a subclass of `orders.errors.FileRefused`.
    """
    table = TextTable(1, path)
    missing = [name for name in COLUMNS if name not in table.header]
    if missing:
        raise MissingColumns(table.name, columns="、".join(missing))
    repeated = [name for name in COLUMNS if table.header.count(name) > 1]
    if repeated:
        raise DuplicateHeaders(table.name, columns="、".join(repeated))
    found: list[tuple[int, SeriesPoint]] = []
    for row, cells, defect in table.rows():
        if defect is not None:
            raise _refusal(row, defect.code, defect.message)
        found.append((row, _point(row, dict(zip(table.header, cells, strict=True)))))
    _check_together(found)
    return [point for _row, point in found]


def _check_together(found: list[tuple[int, SeriesPoint]]) -> None:
    ordered = sorted(found, key=lambda each: each[1].first_day)
    for (_before, earlier), (row, point) in pairwise(ordered):
        if point.first_day <= earlier.last_day:
            raise _refusal(row, "periods_overlap", _("该期间与另一行的期间重叠。"))
    for row, point in found:
        if point.unit != found[0][1].unit:
            raise _refusal(row, "units_differ", _("一个序列只能用一种单位。"))


def _point(row: int, cell: dict[str, str]) -> SeriesPoint:
    first, last = _period(row, clean(cell[PERIOD]))
    number, source, unit = (clean(cell[name]) for name in (VALUE, SOURCE, UNIT))
    if not _NUMBER.fullmatch(number):
        message = _("“%(column)s”不是数字：%(cell)s。")
        raise _refusal(row, "bad_number", message % {"column": VALUE, "cell": shown(number)})
    if not 1 <= len(source) <= _LONGEST_SOURCE:
        raise _refusal(row, "source_missing", _("每一行都须写明来源，最长 300 个字符。"))
    if not 1 <= len(unit) <= _LONGEST_UNIT:
        raise _refusal(row, "unit_missing", _("每一行都须写明单位，最长 20 个字符。"))
    return SeriesPoint(first, last, Decimal(number), unit, source)


def _period(row: int, text: str) -> tuple[date, date]:
    if found := _PERIOD.fullmatch(text):
        try:
            first = date.fromisoformat(found[1])
            last = date.fromisoformat(found[2] or found[1])
        except ValueError:  # a day that does not exist
            pass
        else:
            if is_plausible_period(first, last):
                return first, last
    message = _("“%(column)s”不是有效期间（YYYY-MM-DD 或 YYYY-MM-DD/YYYY-MM-DD）：%(cell)s。")
    raise _refusal(row, "bad_period", message % {"column": PERIOD, "cell": shown(text)})


def _refusal(row: int, code: str, message: str) -> ControlSeriesRefused:
    return ControlSeriesRefused(
        _("第 %(row)s 行：%(message)s") % {"row": row, "message": message}, code=code, row=row
    )
