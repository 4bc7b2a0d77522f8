"""Read a file of blocks for the tool `uplift`: one row is one block, every row is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from marketplace.errors import UpliftFileRefused
from marketplace.rules.uplift.estimating import (
    AFTER_BLOCKS,
    Block,
    NoEstimate,
    Refusal,
)
from marketplace.rules.uplift.judging import Measured
from orders.errors import DuplicateHeaders, MissingColumns
from orders.intake.cells import clean, shown
from orders.intake.text_files import TextTable

WEEK, TREATED, CONTROL, CLEAN = "week_rel", "treated_total", "control_total", "clean"
_WEEK = re.compile(r"[-+−]?[0-9]{1,4}(\.0+)?")
_NUMBER = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,2})?")
# Smaller or larger figures are damaged cells, not sales.
_SMALLEST, _LARGEST = 1e-6, 1e15


@dataclass(frozen=True, slots=True)
class FileBlocks:
    """The blocks of a file by their place: 0 is the campaign's, those before are negative.

    `unclean`: places that the file marks as no measure of normal sales.
    """

    blocks: dict[int, Block]
    unclean: frozenset[int]
    has_control: bool

    def measured(self, wanted: int) -> Measured:
        """Return the campaign's block, the `wanted` clean ones before it and those after.

        With fewer than `wanted` in the file, all. Raises NoEstimate where a block between is
        missing: what was not clean is marked, not left out.
        """
        if 0 not in self.blocks:
            raise NoEstimate(Refusal.MISSING_BLOCK)
        before: list[Block] = []
        earliest = min(self.blocks)
        for place in range(-1, earliest - 1, -1):
            if len(before) == wanted:
                break
            if place not in self.blocks:
                raise NoEstimate(Refusal.MISSING_BLOCK)
            if place not in self.unclean:
                before.append(self.blocks[place])
        return Measured(self.blocks[0], before, self._after(), Refusal.NO_OTHER_LINES)

    def _after(self) -> list[Block] | Refusal:
        """Return the blocks that follow the campaign's, up to the first that is missing."""
        after = []
        for place in range(1, AFTER_BLOCKS + 1):
            if place not in self.blocks:
                break
            if place in self.unclean:
                return Refusal.AFTER_DISTURBED
            after.append(self.blocks[place])
        return after or Refusal.AFTER_NOT_OVER


def read_blocks(path: Path) -> FileBlocks:
    """Read a whole file: columns WEEK and TREATED, and where it has them CONTROL and CLEAN.

    Other columns are not read. The first bad row refuses the file: raises UpliftFileRefused,
    or a subclass of `orders.errors.FileRefused` where the file is none.
    """
    table = TextTable(1, path)
    missing = [name for name in (WEEK, TREATED) if name not in table.header]
    if missing:
        raise MissingColumns(table.name, columns="、".join(missing))
    repeated = [name for name in (WEEK, TREATED, CONTROL, CLEAN) if table.header.count(name) > 1]
    if repeated:
        raise DuplicateHeaders(table.name, columns="、".join(repeated))
    blocks: dict[int, Block] = {}
    unclean: set[int] = set()
    for row, cells, defect in table.rows():
        if defect is not None:
            raise _refusal(row, defect.code, defect.message)
        cell = dict(zip(table.header, cells, strict=True))
        place = _place(row, cell[WEEK])
        if place in blocks:
            raise _refusal(row, "week_repeated", _("第 %s 期在文件中出现了不止一次。") % place)
        blocks[place] = Block(
            _number(row, cell[TREATED], TREATED), _number(row, cell.get(CONTROL, ""), CONTROL)
        )
        if not _is_clean(row, cell.get(CLEAN, "")):
            unclean.add(place)
    return FileBlocks(blocks, frozenset(unclean), CONTROL in table.header)


def _place(row: int, cell: str) -> int:
    text = clean(cell)
    if not _WEEK.fullmatch(text):
        message = _("“%(column)s”不是整数：%(cell)s。")
        raise _refusal(row, "bad_week", message % {"column": WEEK, "cell": shown(text)})
    return int(text.replace("−", "-").partition(".")[0])


def _number(row: int, cell: str, column: str) -> float | None:
    """Read a plain number, None for an empty cell. Raises UpliftFileRefused."""
    text = clean(cell)
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number == 0 or _SMALLEST <= abs(number) <= _LARGEST:
            return number
    message = _("“%(column)s”不是数字：%(cell)s。")
    raise _refusal(row, "bad_number", message % {"column": column, "cell": shown(text)})


def _is_clean(row: int, cell: str) -> bool:
    text = clean(cell)
    if text not in ("", "0", "1"):
        message = _("“%(column)s”只能是 1（干净）或 0：%(cell)s。")
        raise _refusal(row, "bad_clean", message % {"column": CLEAN, "cell": shown(text)})
    return text != "0"


def _refusal(row: int, code: str, message: str) -> UpliftFileRefused:
    return UpliftFileRefused(
        _("第 %(row)s 行：%(message)s") % {"row": row, "message": message}, code=code, row=row
    )
