"""A process of its own: writes the visible sheets of a workbook as csv files.

Run by `orders.intake.workbooks.opening` as `python -m`, so that whatever a workbook does to its
reader (memory, time, a crash below Python) ends with this process. Knows no Django. Writes one
JSON object: {"sheets": [{"name", "file", "rows"}]} or {"refused": a word}.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from orders.intake.workbooks.unread import Places, unread_cells

# What reading the largest workbook that is let in needs, and some more.
_MOST_MEMORY_BYTES = 1 << 30
_MOST_CPU_SECONDS = 60
# A spreadsheet keeps 15 digits; binary dust of zero is nothing anybody typed.
_DUST = 1e-9
_BLOCK_ROWS = 1000


@lru_cache(maxsize=50_000)
def _number(value: float) -> str:
    """Write a number as a spreadsheet shows it: lost digits stay visible as an exponent."""
    return "0" if -_DUST < value < _DUST else f"{value:.15g}"


@lru_cache(maxsize=50_000)
def _moment(value: datetime) -> str:
    """Write a time to the nearest second: a spreadsheet counts in fractions of a day."""
    if value.microsecond:
        whole = value.replace(microsecond=0)
        value = whole + timedelta(seconds=1) if value.microsecond >= 500_000 else whole
    return str(value)


def _day(value: date) -> str:
    return f"{value} 00:00:00"


def _clock(value: time) -> str:
    return value.isoformat("seconds")


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_WRITERS: dict[type, Any] = {
    float: _number,
    int: _number,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: _moment,
    date: _day,
    time: _clock,
    timedelta: _duration,
}


def _texts(rows: Sequence[Sequence[Any]]) -> Iterator[list[str]]:
    """Write cells as texts, column by column: most columns hold one kind of cells."""
    return map(list, zip(*map(_column, zip(*rows, strict=True)), strict=True))


def _column(values: tuple[Any, ...]) -> Iterable[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    if len(kinds) == 1:
        return map(_WRITERS[kinds.pop()], values)
    return [v if v.__class__ is str else _WRITERS[v.__class__](v) for v in values]


def _rows(sheet: CalamineSheet, unread: Places) -> Iterator[list[str]]:
    """Yield the filled rows of a sheet, each up to its last filled cell."""
    first_row, first_column = sheet.start or (0, 0)
    values = sheet.iter_rows()
    blocks = iter(lambda: list(islice(values, _BLOCK_ROWS)), [])
    for place, cells in enumerate(chain.from_iterable(map(_texts, blocks)), first_row):
        if place in unread:
            for column, content in unread[place].items():
                if 0 <= column - first_column < len(cells):
                    cells[column - first_column] = content
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield cells


def write_sheet(sheet: CalamineSheet, unread: Places, target: Path, most_rows: int) -> int:
    """Write the filled rows of a sheet, none past `most_rows`, and return their number.

    `unread` holds what stands in cells that calamine gives as empty.
    """
    rows = 0
    with target.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        for cells in islice(_rows(sheet, unread), most_rows):
            writer.writerow(cells)
            rows += 1
    return rows


def convert(workbook: Path, folder: Path, most_rows: int) -> list[dict[str, Any]]:
    """Write every visible sheet that holds anything. Raises CalamineError."""
    sheets = []
    # calamine reads a sheet without holding Python's lock: the look into its XML costs no time.
    with ThreadPoolExecutor(1) as aside, load_workbook(workbook) as book:
        unread = aside.submit(unread_cells, workbook)
        for number, about in enumerate(book.sheets_metadata):
            if (about.visible, about.typ) != (SheetVisibleEnum.Visible, SheetTypeEnum.WorkSheet):
                continue
            target = folder / f"sheet-{number}.csv"
            sheet = book.get_sheet_by_index(number)
            places = unread.result().get(about.name, {})
            rows = write_sheet(sheet, places, target, most_rows)
            if rows:
                sheets.append({"name": about.name, "file": target.name, "rows": rows})
    return sheets


def main(workbook: str, folder: str, most_rows: str) -> None:
    """Convert within bounds of memory and time, and print what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_SECONDS, _MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {"sheets": convert(Path(workbook), Path(folder), int(most_rows))}
    except PasswordError:
        answer = {"refused": "password"}
    except CalamineError as error:
        answer = {"refused": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
