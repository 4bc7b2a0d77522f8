"""The door for files: turns one export of a platform into neutral sales.

No database here. The recorder takes the result; a refusal means that nothing is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from orders.intake.taobao import columns
from orders.intake.taobao.assembling import assemble_items, assemble_orders
from orders.intake.taobao.columns import Layout, Table
from orders.intake.taobao.details import read_details
from orders.intake.taobao.items import read_items
from orders.intake.taobao.numbers import OrderNumbers
from orders.intake.taobao.orders import read_orders
from orders.intake.text_files import TextTable
from orders.rules.readings import SIMULATION_MARKER, FileFacts, Reading, RowIssue

__all__ = ["FileFacts", "Reading", "RowIssue", "read_files"]

TAOBAO = "taobao"
# How far into a file the simulator's mark is looked for. Unit: bytes.
_MARK_WITHIN = 16_384


@paused_collector()
def read_files(
    paths: Sequence[Path],
    *,
    sales_point_platform: str,
    shop_id: str,
    shop_name: str,
    format: str = "auto",
) -> Reading:
    """Read the files of one export together, in any order and under any names.

    `shop_id` and `shop_name` are the sales point's, '' where unknown. `format` is "auto" or
    the format that all files must have. Raises subclasses of `orders.errors.FileRefused`;
    rows that cannot be taken are listed in the result instead.
    """
    if not paths:
        raise FileNotFound("")
    tables = [TextTable(ordinal, Path(path)) for ordinal, path in enumerate(paths, 1)]
    layouts = [_layout(table, sales_point_platform, format) for table in tables]
    _refuse_same_table(tables, layouts)
    for table, layout in zip(tables, layouts, strict=True):
        _check_columns(table, layout)
    result = Reading(format=TAOBAO, files=[])
    _read_tables(dict(zip((each.table for each in layouts), tables, strict=True)), shop_id,
                 shop_name, result)  # fmt: skip
    result.files = [_facts(*pair) for pair in zip(tables, layouts, strict=True)]
    result.is_simulated = any(_is_simulated(Path(path), table.encoding)
                              for path, table in zip(paths, tables, strict=True))  # fmt: skip
    result.issues.sort(key=lambda issue: (issue.part, issue.row))
    return result


def _read_tables(
    tables: dict[Table, TextTable], shop_id: str, shop_name: str, result: Reading
) -> None:
    if Table.ITEMS in tables:
        assemble_items(read_items(tables[Table.ITEMS], shop_id, shop_name), result)
        return
    details = read_details(tables[Table.DETAILS]) if Table.DETAILS in tables else None
    orders = (
        read_orders(tables[Table.ORDERS], shop_id, shop_name) if Table.ORDERS in tables else None
    )
    assemble_orders(orders, details, result)


def _layout(table: TextTable, platform: str, format: str) -> Layout:
    """Recognise one file. Raises WrongPlatform or UnknownFormat."""
    layout = columns.recognise(table.header)
    if layout is None:
        other = columns.other_platform(table.header)
        if other and other[0] != platform:
            raise WrongPlatform(table.name, found=other[1])
        raise UnknownFormat(table.name)
    if platform != TAOBAO:
        raise WrongPlatform(table.name, found="淘宝")
    if format not in ("auto", TAOBAO):
        raise UnknownFormat(table.name)
    return layout


def _refuse_same_table(tables: Sequence[TextTable], layouts: Sequence[Layout]) -> None:
    """Raise SameTableTwice unless every table comes once; a table of items is both."""
    seen: dict[Table, str] = {}
    for table, layout in zip(tables, layouts, strict=True):
        is_both = layout.table is Table.ITEMS
        for kind in (Table.ORDERS, Table.DETAILS) if is_both else (layout.table,):
            if kind in seen:
                raise SameTableTwice(table.name, other=seen[kind])
            seen[kind] = table.name


def _check_columns(table: TextTable, layout: Layout) -> None:
    """Raise DuplicateHeaders or MissingColumns, or what explains them better.

    A table that a person has cut down in a spreadsheet has mostly lost its order numbers
    too: that is the reason that helps.
    """
    if layout.repeated:
        raise DuplicateHeaders(table.name, columns="、".join(layout.repeated))
    if not layout.missing:
        return
    if columns.NUMBER in table.header:
        numbers = OrderNumbers(table.header)
        for _row, cells, defect in table.rows():
            numbers.look(cells, defect)
        numbers.refuse_if_lost(table.name)
    raise MissingColumns(table.name, columns="、".join(layout.missing))


def _is_simulated(path: Path, encoding: str) -> bool:
    """Say whether a file's first rows carry the simulator's mark."""
    with path.open("rb") as file:
        return SIMULATION_MARKER.encode(encoding) in file.read(_MARK_WITHIN)


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
    )
