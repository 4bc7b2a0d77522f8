"""Generic files as one file format: one table of lines that repeat their order."""

from __future__ import annotations

from collections.abc import Mapping

from orders.intake.generic import columns
from orders.intake.generic.assembling import assemble
from orders.intake.generic.rows import RowReader, read_rows
from orders.intake.layouts import Format, Shop, Table
from orders.intake.text_files import TextTable
from orders.rules.readings import Reading


def _read(tables: Mapping[Table, TextTable], _shop: Shop, result: Reading) -> None:
    table = tables[Table.ITEMS]
    numbers = columns.order_numbers(table.header)
    assert numbers is not None  # the layout was complete
    reader = RowReader(columns.columns_of(table.header))
    assemble(table.ordinal, read_rows(table, numbers, reader.row), result)


# A sales point without a platform is a centre, a fair, an institution, a supermarket.
GENERIC = Format(
    code="generic",
    name="通用格式",
    platforms=frozenset({"", "generic"}),
    fits_anywhere=True,
    recognise=columns.recognise,
    numbers=columns.order_numbers,
    read=_read,
)
