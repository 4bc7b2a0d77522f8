"""Files of touches: read as a whole first, then recorded piece by piece, each row accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from accounts.models import User
from marketplace.intake.touch_columns import TouchColumns, columns_of, is_touch_header
from marketplace.intake.touch_rows import TouchRows
from marketplace.models import TouchImport
from marketplace.services.touch_imports import (
    TouchIssue,
    begin_touch_import,
    finish_touch_import,
    record_rows,
)
from marketplace.services.touchpoints import NewTouch
from orders.errors import DuplicateHeaders, MissingColumns
from orders.intake.recognising import opened_tables
from orders.intake.text_files import TextTable
from orders.models import SalesPoint

# Rows of one transaction: many for bulk statements, few for other writers to get in between.
PIECE_ROWS = 10_000


def import_touches(
    path: Path, *, sales_point: SalesPoint | None = None, actor: User | None = None
) -> TouchImport:
    """Record the touches of a file (docs/touchpoints.md); rows without sales point are this one's.

    The same file, or rows of it, may come again: what is recorded already is a duplicate. A file
    that cannot be read to its end is refused before anything is written: raises subclasses of
    `orders.errors.FileRefused`.
    """
    # A table is walked once: this one to its end before the other is recorded.
    with opened_tables([path, path], is_touch_header) as (probe, table):
        columns = _checked_columns(probe)
        for _row in probe.rows():
            pass
        found = begin_touch_import(
            name=table.name, sha256=table.sha256, sales_point=sales_point, actor=actor
        )
        for touches, issues in _pieces(table, TouchRows(columns, sales_point)):
            record_rows(found, touches, issues)
        finish_touch_import(found)
    return found


def preview_touches(path: Path, *, sales_point: SalesPoint | None = None) -> TouchImport:
    """Return what `import_touches` would count, and raise what it would; nothing is kept."""
    with transaction.atomic():
        found = import_touches(path, sales_point=sales_point)
        transaction.set_rollback(True)
    return found


def _checked_columns(table: TextTable) -> TouchColumns:
    columns = columns_of(table.header)
    # No raw rows are kept: they would name buyers.
    table.keep_raw(())
    if columns.repeated:
        raise DuplicateHeaders(table.name, columns="、".join(columns.repeated))
    if columns.missing:
        raise MissingColumns(table.name, columns="、".join(columns.missing))
    return columns


def _pieces(
    table: TextTable, rows: TouchRows
) -> Iterator[tuple[list[tuple[int, NewTouch]], list[TouchIssue]]]:
    """Yield the rows of a file in pieces: those that can be recorded, and the others."""
    table.keep_raw(())
    touches: list[tuple[int, NewTouch]] = []
    issues: list[TouchIssue] = []
    for row, cells, defect in table.rows():
        if defect is not None:
            issues.append(TouchIssue(row, "", defect.code, defect.message))
        else:
            stated = rows.read(row, [*cells, ""])
            if isinstance(stated, TouchIssue):
                issues.append(stated)
            else:
                touches.append((row, stated))
        if len(touches) + len(issues) == PIECE_ROWS:
            yield touches, issues
            touches, issues = [], []
    if touches or issues:
        yield touches, issues
