"""The rows of a file that were not simply accepted, to be corrected and imported again."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from common.csv_text import harmless
from orders.models import ImportIssue, ImportPart, RawBlock

_DRESSED = re.compile(r'="(.*)"', re.DOTALL)
# A spreadsheet would round a longer number; a tab behind it keeps it a text, as platforms do.
_LONG_NUMBER = re.compile(r"[0-9]{12,}")


def error_rows(part: ImportPart) -> Iterator[list[str | int]]:
    """Yield the header, then each issue of a file with its original cells, in file order.

    Contact columns are not there: they were never kept (docs/decisions/0010-privacy.md). A row
    whose raw cells are not kept has its verdict alone.
    """
    own = _own_headers()
    columns = [name for name in part.columns if name not in own]
    yield [*own, *map(harmless, columns)]
    words = dict(ImportIssue.Verdict.choices)
    rows = _RawRows(part.same_as or part)
    issues = ImportIssue.objects.filter(
        order_import=part.order_import_id, part_ordinal=part.ordinal
    ).order_by("row", "pk")
    values = issues.values_list("row", "verdict", "code", "message", "order_number")
    for row, verdict, code, message, number in values.iterator():
        cells = rows.cells(row)
        yield [
            harmless(part.name),
            row,
            gettext(str(words[verdict])),
            code,
            harmless(message),
            _written(number),
            *(_written(cells.get(name, "")) for name in columns),
        ]


def parts_with_issues(order_import_id: int) -> list[ImportPart]:
    """Return the files of an import that have an error file."""
    ordinals = ImportIssue.objects.filter(order_import=order_import_id).values("part_ordinal")
    return list(
        ImportPart.objects.filter(order_import=order_import_id, ordinal__in=ordinals)
        .select_related("same_as")
        .order_by("ordinal")
    )


def _own_headers() -> tuple[str, ...]:
    """Return our own headers, so named that no format takes them for its own."""
    return (
        gettext("问题文件"),
        gettext("问题行号"),
        gettext("问题结论"),
        gettext("问题代码"),
        gettext("问题说明"),
        gettext("问题订单号"),
    )


class _RawRows:
    """Raw rows by ascending number, one block open at a time."""

    def __init__(self, part: ImportPart) -> None:
        self._part = part
        self._first, self._rows = 0, list[dict[str, Any]]()

    def cells(self, row: int) -> dict[str, str]:
        """Return the kept cells of a row by header, {} where they are not kept."""
        if not self._first <= row < self._first + len(self._rows):
            self._open(row)
        place = row - self._first
        return self._rows[place] if 0 <= place < len(self._rows) else {}

    def _open(self, row: int) -> None:
        blocks = RawBlock.objects.filter(part=self._part, first_row__lte=row)
        block = blocks.order_by("-first_row").first()
        if block is not None and row < block.first_row + block.rows:
            self._first = block.first_row
            self._rows = json.loads(zlib.decompress(bytes(block.body)))


def _written(cell: str) -> str:
    """Return a cell as it came, harmless, and with its long number kept whole.

    Outer blanks go, as they do when it is read: one before a quote would shield the quote.
    """
    cell = cell.strip()
    if dressed := _DRESSED.fullmatch(cell):
        cell = dressed[1]
    return f"{cell}\t" if _LONG_NUMBER.fullmatch(cell) else harmless(cell)
