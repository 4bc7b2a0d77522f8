"""The door for files: turns one export of a platform into neutral sales.

No database here. The recorder takes the result; a refusal means that nothing is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from common.collector import paused_collector
from orders.errors import (
    DuplicateHeaders,
    FileNotFound,
    MissingColumns,
    SameTableTwice,
    UnknownFormat,
    WrongPlatform,
)
from orders.intake.generic.reading import GENERIC
from orders.intake.layouts import Format, Layout, Shop, Table
from orders.intake.platforms.alibaba_1688 import ALIBABA_1688
from orders.intake.platforms.douyin import DOUYIN
from orders.intake.platforms.jd import JD
from orders.intake.platforms.pinduoduo import PINDUODUO
from orders.intake.platforms.reading import format_of
from orders.intake.platforms.youzan import YOUZAN
from orders.intake.recognising import opened_tables
from orders.intake.taobao.reading import TAOBAO
from orders.intake.text_files import TextTable
from orders.rules.readings import SIMULATION_MARKER, FileFacts, Reading, RowIssue

__all__ = ["FORMAT_CODES", "FileFacts", "Reading", "RowIssue", "read_files"]

# By how surely they are known: two headers that only one platform writes, then those that no
# platform writes, last Taobao's, whose words other tools use as well.
FORMATS = (
    *map(format_of, (PINDUODUO, YOUZAN, ALIBABA_1688, JD, DOUYIN)),
    GENERIC,
    TAOBAO,
)
FORMAT_CODES = tuple(sorted(form.code for form in FORMATS))
# How far into a file the simulator's mark is looked for. Unit: characters.
_MARK_WITHIN = 16_384


@paused_collector()
def read_files(
    paths: Sequence[Path],
    *,
    sales_point_platform: str,
    shop_id: str,
    shop_name: str,
    format: str = "auto",
    taught: Sequence[Format] = (),
) -> Reading:
    """Read the files of one export together, in any order and under any names.

    `shop_id` and `shop_name` are the sales point's, '' where unknown. `format` is "auto" or
    the format that all files must have; `taught` formats are known beside the built-in ones.
    Raises subclasses of `orders.errors.FileRefused`;
    rows that cannot be taken are listed in the result instead.
    """
    if not paths:
        raise FileNotFound("")
    claim = partial(claimed, taught=taught)
    with opened_tables(paths, lambda header: claim(header) is not None) as tables:
        found = [_recognise(table, claim, sales_point_platform, format) for table in tables]
        return _read_tables(tables, found, Shop(shop_id, shop_name))


def claimed(header: Sequence[str], taught: Sequence[Format] = ()) -> tuple[Format, Layout] | None:
    """Return the format that reads a header, and how; None where none does.

    A built-in format goes before a taught one, unless the header lacks columns that it needs.
    """
    lacking = None
    for form in (*FORMATS, *taught):
        layout = form.recognise(header)
        if layout is not None and not layout.missing:
            return form, layout
        if layout is not None and lacking is None:
            lacking = form, layout
    return lacking


def _read_tables(
    tables: Sequence[TextTable], found: Sequence[tuple[Format, Layout]], shop: Shop
) -> Reading:
    # A sales point takes one format, asked for or not, so all files have the first one's.
    form = found[0][0]
    layouts = [layout for _form, layout in found]
    _refuse_same_table(tables, layouts)
    for table, layout in zip(tables, layouts, strict=True):
        _check_columns(table, layout, form)
        if layout.raw_columns is not None:
            table.keep_raw(layout.raw_columns)
    result = Reading(format=form.code, files=[], format_version=form.version)
    kinds = (layout.table for layout in layouts)
    form.read(dict(zip(kinds, tables, strict=True)), shop, result)
    result.files = [_facts(*pair) for pair in zip(tables, layouts, strict=True)]
    result.is_simulated = any(
        table.begins_with(SIMULATION_MARKER, within=_MARK_WITHIN) for table in tables
    )
    result.issues.sort(key=lambda issue: (issue.part, issue.row))
    return result


def _recognise(
    table: TextTable,
    claim: Callable[[Sequence[str]], tuple[Format, Layout] | None],
    platform: str,
    asked: str,
) -> tuple[Format, Layout]:
    """Recognise one file by its headers. Raises WrongPlatform or UnknownFormat."""
    found = claim(table.header)
    if found is not None:
        form, _layout = found
        if not form.is_taken_at(platform, asked):
            raise WrongPlatform(table.name, found=form.name)
        if asked not in ("auto", form.code):
            raise UnknownFormat(table.name)
        return found
    raise UnknownFormat(table.name)


def _refuse_same_table(tables: Sequence[TextTable], layouts: Sequence[Layout]) -> None:
    """Raise SameTableTwice unless every table comes once; a table of items is both."""
    seen: dict[Table, str] = {}
    for table, layout in zip(tables, layouts, strict=True):
        is_both = layout.table is Table.ITEMS
        for kind in (Table.ORDERS, Table.DETAILS) if is_both else (layout.table,):
            if kind in seen:
                raise SameTableTwice(table.name, other=seen[kind])
            seen[kind] = table.name


def _check_columns(table: TextTable, layout: Layout, form: Format) -> None:
    """Raise DuplicateHeaders or MissingColumns, or what explains them better.

    A table that a person has cut down in a spreadsheet has mostly lost its order numbers
    too: that is the reason that helps.
    """
    if layout.repeated:
        raise DuplicateHeaders(table.name, columns="、".join(layout.repeated))
    if not layout.missing:
        return
    numbers = form.numbers(table.header)
    if numbers is not None:
        for _row, cells, defect in table.rows():
            numbers.look(cells, defect)
        numbers.refuse_if_lost(table.name)
    raise MissingColumns(table.name, columns="、".join(layout.missing))


def _facts(table: TextTable, layout: Layout) -> FileFacts:
    return FileFacts(
        ordinal=table.ordinal,
        name=table.name,
        table=layout.table.value,
        sha256=table.sha256,
        size_bytes=table.size_bytes,
        encoding=table.encoding,
        rows=table.row_count,
        blocks=table.raw.blocks,
        columns=table.raw.columns,
    )
