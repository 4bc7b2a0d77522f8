"""Csv for spreadsheets: in pieces, and with no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

# Spreadsheets of every maker take a file with this mark for UTF-8.
BYTE_ORDER_MARK = "\ufeff"
# A text that starts like this would be computed when the file is opened, also full-width.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# Text is handed on in pieces of about this size. Unit: characters.
_PIECE = 64 * 1024


def harmless(text: str) -> str:
    """Return a text that no spreadsheet computes: a quote before what looks like a formula.

    Our own readers take that quote off again. Numbers are written as numbers, not through here.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def written(rows: Iterable[Iterable[str | int]]) -> Iterator[str]:
    """Yield csv text in pieces of some kilobytes; cells go in as they are."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow(row)
        if buffer.tell() >= _PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
