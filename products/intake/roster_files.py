"""Read a roster file: one CSV, checked as a whole before anything of it is stored.

Several rows of one household carry its further statuses and links. The household's number is
hashed here and goes no further (docs/decisions/0013-beneficiaries.md).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from common.sealing import keyed_hash
from products.errors import (
    BadRow,
    PersonalDataRefused,
    RosterNotFound,
    RosterNotReadable,
    RosterRowsRefused,
)
from products.intake.roster_columns import columns_of
from products.intake.roster_rows import BadCell, PersonalCell, RosterRow, clean, read_row
from products.rules.roster import RosterHousehold
from products.selectors.roster import RosterReference, roster_reference


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A roster file that may be stored: its rows counted, its households in file order."""

    name: str
    sha256: str
    rows: int
    households: list[RosterHousehold]


def read_roster(path: Path) -> RosterFile:
    """Read a roster file whole. Raises a subclass of RosterRefused; the database is only read."""
    content = _bytes_of(path)
    header, records = _table(path.name, content)
    positions = columns_of(path.name, header)
    reference = roster_reference()
    gathered = _Gathered()
    rows = 0
    for number, cells in records:
        rows += 1
        try:
            gathered.add(_read(cells, len(header), positions, reference))
        except PersonalCell as found:
            raise PersonalDataRefused(path.name, where=_("第 %d 行") % number) from found
        except BadCell as bad:
            gathered.bad.append(BadRow(number, bad.code, bad.message))
    if gathered.bad:
        raise RosterRowsRefused(path.name, gathered.bad)
    if not rows:
        raise RosterNotReadable(path.name)
    digest = hashlib.sha256(content).hexdigest()
    return RosterFile(path.name, digest, rows, list(gathered.households.values()))


class _Gathered:
    """Households by key while rows are read. Rows of one household must not contradict."""

    def __init__(self) -> None:
        self.households: dict[str, RosterHousehold] = {}
        self.bad: list[BadRow] = []
        self._ends: dict[tuple[object, ...], object] = {}

    def add(self, row: RosterRow) -> None:
        """Add one row. Raises BadCell where it contradicts an earlier row."""
        key = keyed_hash("household", row.county_code + row.number)
        stated = RosterHousehold(key, row.county_code, row.village, row.persons)
        household = self.households.setdefault(key, stated)
        if (household.village, household.persons) != (row.village, row.persons):
            raise BadCell("contradicts_itself", _("与同一户的前一行的村或人口不一致"))
        if row.status and self._is_new(
            (key, row.status.status, row.status.valid_from), row.status.valid_to
        ):
            household.statuses.append(row.status)
        link = row.link
        if link and self._is_new(
            (key, link.producer_code, link.mechanism, link.valid_from), link.valid_to
        ):
            household.links.append(link)

    def _is_new(self, key: tuple[object, ...], end: object) -> bool:
        if key not in self._ends:
            self._ends[key] = end
            return True
        if self._ends[key] != end:
            raise BadCell("contradicts_itself", _("与同一户的前一行的截止日期不一致"))
        return False


def _read(
    cells: Sequence[str], width: int, positions: dict[str, int], reference: RosterReference
) -> RosterRow:
    if len(cells) != width:
        message = _("该行有 %(found)d 个单元格，表头有 %(expected)d 个")
        raise BadCell("wrong_cell_count", message % {"found": len(cells), "expected": width})

    def cell(name: str) -> str:
        position = positions.get(name)
        return "" if position is None else clean(cells[position])

    return read_row(cell, reference)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RosterNotFound(path.name) from error


def _table(file: str, content: bytes) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return the header and the filled rows after it, numbered as a spreadsheet does."""
    try:
        records = list(csv.reader(io.StringIO(_text(content), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RosterNotReadable(file) from error
    if not records or "\0" in "".join(records[0]):
        raise RosterNotReadable(file)
    rows = ((n, cells) for n, cells in enumerate(records[1:], 2) if any(map(str.strip, cells)))
    return records[0], rows


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
