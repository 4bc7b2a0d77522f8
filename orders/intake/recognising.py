"""Finds in each file the table that a format reads: its sheet, its header, its layout."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orders.errors import SeveralTables, TooManyRows
from orders.intake.text_files import TextTable
from orders.intake.workbooks.opening import MOST_ROWS, read_workbook, workbook_kind


@contextmanager
def opened_tables(
    paths: Sequence[Path], is_known: Callable[[Sequence[str]], bool]
) -> Iterator[list[TextTable]]:
    """Give one table for each file, at the header that `is_known`, for the block.

    A file without such a header stays at its first row. Raises subclasses of FileRefused.
    """
    with tempfile.TemporaryDirectory(prefix="shanhai-sheets-") as folder:
        yield [
            _open(ordinal, Path(path), Path(folder) / str(ordinal), is_known)
            for ordinal, path in enumerate(paths, 1)
        ]


def _open(
    ordinal: int, path: Path, folder: Path, is_known: Callable[[Sequence[str]], bool]
) -> TextTable:
    kind = workbook_kind(path)
    if not kind:
        table = TextTable(ordinal, path)
        _find_header(table, is_known)
        return table
    folder.mkdir()
    tables = [TextTable(ordinal, path, sheet) for sheet in read_workbook(path, kind, folder)]
    known = [table for table in tables if _find_header(table, is_known)]
    if len(known) > 1:
        names = "、".join(table.sheet.name for table in known if table.sheet)
        raise SeveralTables(path.name, sheets=names)
    return known[0] if known else tables[0]


def _find_header(table: TextTable, is_known: Callable[[Sequence[str]], bool]) -> bool:
    """Take the first row that is a known header; say whether there is one."""
    for place, head in enumerate(table.heads):
        if is_known(head):
            table.take_header(place)
            if table.sheet and table.sheet.rows - place - 1 > MOST_ROWS:
                raise TooManyRows(table.name, most=f"{MOST_ROWS:,}")
            return True
    return False
