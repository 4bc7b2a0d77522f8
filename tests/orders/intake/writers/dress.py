"""The quirks with which tables come: encodings, marks around numbers, columns anywhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import strategies as st
from openpyxl import Workbook

from common.clock import SHANGHAI
from tests.orders.intake.writers.sheets import Sheet

# Anything that a person may type and that every encoding can write, without outer blanks.
TEXTS = st.text("米茶,，\"'=+-@\r\n 甲1x：㵲", max_size=12).map(lambda text: f"品{text}号")
# What is typed at the front of a cell becomes a formula in careless hands.
FREE_TEXTS = TEXTS | st.sampled_from("=+-@").flatmap(
    lambda mark: TEXTS.map(lambda text: f"{mark}{text}")
)
CODES = st.text("ABZ019-", min_size=1, max_size=12).map(lambda text: f"QDN{text}0")
MOMENTS = st.integers(0, 10**8).map(
    lambda seconds: datetime(2019, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=seconds)
)
FEN = st.integers(1, 10**7)


def parts_of(fen: int) -> st.SearchStrategy[int]:
    """Draw nothing, all or some of an amount."""
    return st.sampled_from([0, fen]) | st.integers(0, fen)


def yuan(fen: int) -> str:
    """Write fen as exports do."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def time(moment: datetime | None) -> str:
    """Write a moment as exports do, nothing for none."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
NUMBER_MARKS = ("%s", "%s\t", "\t%s", '="%s"', "'%s", "%s ", '"%s"', "`%s", "\ufeff%s", "%s\u200b")


@dataclass(frozen=True)
class Dress:
    """How one file is dressed. `none` stands for an empty cell, `unit` follows an amount."""

    encoding: str
    number_mark: str
    none: str
    unit: str
    brackets: str
    extra_columns: int
    has_blank_rows: bool
    has_total_row: bool
    seed: int

    def sheet(
        self,
        header: Sequence[str],
        rows: Sequence[Mapping[str, str]],
        *,
        numbers: Collection[str],
        amounts: Collection[str],
        may_be_none: Collection[str],
    ) -> Sheet:
        """Lay rows out: `numbers` and `amounts` are dressed, `may_be_none` cells may say so."""
        random = Random(self.seed)
        extra = [f"自加列{place}" for place in range(self.extra_columns)]
        columns = [*header, *extra]
        random.shuffle(columns)
        table = []
        for row in rows:
            cells = []
            for name in columns:
                cell = row.get(name, "随意" if name in extra else "")
                if not cell:
                    cell = self.none if name in may_be_none else ""
                elif name in numbers:
                    cell = self.number_mark % cell
                elif name in amounts:
                    cell += self.unit
                cells.append(cell)
            table.append(cells)
        width = len(columns)
        if self.has_blank_rows:
            for _row in range(2):
                table.insert(random.randint(0, len(table)), [random.choice(["", " "])] * width)
        if self.has_total_row:
            sums = [yuan(12345) if name in amounts else "" for name in columns]
            table.append(["合计", *sums[1:]])
        return Sheet(tuple(map(self._head, columns)), tuple(map(tuple, table)))

    def save(self, path: Path, sheet: Sheet) -> Path:
        """Write a csv file in this dress."""
        return sheet.save(path, self.encoding)

    def _head(self, name: str) -> str:
        return name.replace("(元)", self.brackets)


@st.composite
def dresses(draw: st.DrawFn) -> Dress:
    """Draw the dress of a file."""
    encodings = ["gb18030", "utf-8", "utf-8-sig", "utf-16"]
    return Dress(
        encoding=draw(st.sampled_from(encodings)),
        number_mark=draw(st.sampled_from(NUMBER_MARKS)),
        none=draw(st.sampled_from(["", "-", "——", "\t", "NULL"])),
        unit=draw(st.sampled_from(["", "元"])),
        brackets=draw(st.sampled_from(["(元)", "（元）", ""])),
        extra_columns=draw(st.integers(0, 3)),
        has_blank_rows=draw(st.booleans()),
        has_total_row=draw(st.booleans()),
        seed=draw(st.integers(0, 2**16)),
    )


def save_workbook(path: Path, sheet: Sheet, amounts: Collection[str] = ()) -> Path:
    """Write a table as a workbook: texts as texts, `amounts` as numbers where they are."""
    book = Workbook()
    page = book.active
    for place, row in enumerate([sheet.header, *sheet.rows], 1):
        for column, cell in enumerate(row, 1):
            if not cell:
                continue
            made = page.cell(place, column)
            if sheet.header[column - 1] in amounts and _AMOUNT.fullmatch(cell):
                made.value = float(cell)
            else:
                made.value, made.data_type = cell, "s"
    book.save(path)
    return path
