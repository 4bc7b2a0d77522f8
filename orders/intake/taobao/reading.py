"""Taobao's exports as one file format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orders.intake.layouts import Format, Shop, Table
from orders.intake.numbers import OrderNumbers
from orders.intake.taobao import columns
from orders.intake.taobao.assembling import assemble_items, assemble_orders
from orders.intake.taobao.details import read_details
from orders.intake.taobao.items import read_items
from orders.intake.taobao.orders import read_orders
from orders.intake.text_files import TextTable
from orders.rules.readings import Reading


def _numbers(header: Sequence[str]) -> OrderNumbers | None:
    return columns.order_numbers(header) if columns.NUMBER in header else None


def _read(tables: Mapping[Table, TextTable], shop: Shop, result: Reading) -> None:
    """Read an order list and an order detail, either alone or both, or a table of items."""
    if Table.ITEMS in tables:
        assemble_items(read_items(tables[Table.ITEMS], shop.shop_id, shop.name), result)
        return
    details = read_details(tables[Table.DETAILS]) if Table.DETAILS in tables else None
    orders = (
        read_orders(tables[Table.ORDERS], shop.shop_id, shop.name)
        if Table.ORDERS in tables
        else None
    )
    assemble_orders(orders, details, result)


TAOBAO = Format(
    code="taobao",
    name="淘宝",
    platforms=frozenset({"taobao"}),
    fits_anywhere=False,
    recognise=columns.recognise,
    numbers=_numbers,
    read=_read,
)
