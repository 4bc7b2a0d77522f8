"""Makes a file format of what a platform's module says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orders.intake.layouts import Format, Layout, Shop, Table
from orders.intake.numbers import OrderNumbers
from orders.intake.platforms.assembling import assemble
from orders.intake.platforms.collecting import OrderRows, order_numbers
from orders.intake.platforms.columns import Columns, plain, repeated_headers
from orders.intake.platforms.details import Details
from orders.intake.platforms.platform import Platform, Sheet
from orders.intake.text_files import TextTable
from orders.rules.readings import Reading

# So many headers that only one platform writes make a file that platform's.
_SIGNS_NEEDED = 2


def format_of(platform: Platform) -> Format:
    """Return the file format of a platform."""

    def numbers(header: Sequence[str]) -> OrderNumbers | None:
        sheet = _sheet_of(platform, header) or platform.orders
        return order_numbers(Columns(header, sheet.headers), platform)

    return Format(
        code=platform.code,
        name=platform.name,
        platforms=frozenset({platform.code}),
        fits_anywhere=False,
        recognise=lambda header: _recognise(platform, header),
        numbers=numbers,
        read=lambda tables, shop, result: _read(platform, tables, shop, result),
    )


def _sheet_of(platform: Platform, header: Sequence[str]) -> Sheet | None:
    names = {plain(text) for text in header}
    for sheet in (platform.orders, platform.details):
        if sheet and len(names & {plain(sign) for sign in sheet.signs}) >= _SIGNS_NEEDED:
            return sheet
    return None


def _recognise(platform: Platform, header: Sequence[str]) -> Layout | None:
    sheet = _sheet_of(platform, header)
    if sheet is None:
        return None
    columns = Columns(header, sheet.headers)
    missing = []
    for need in sheet.needs:
        names = need if isinstance(need, tuple) else (need,)
        if not any(columns.places[name] for name in names):
            missing.append("/".join(columns.titles[name] for name in names))
    return Layout(_kind(platform, sheet), tuple(missing), repeated_headers(header, sheet.headers))


def _kind(platform: Platform, sheet: Sheet) -> Table:
    if sheet is platform.details:
        return Table.DETAILS
    return Table.ITEMS if platform.has_lines else Table.ORDERS


def _read(
    platform: Platform, tables: Mapping[Table, TextTable], shop: Shop, result: Reading
) -> None:
    details = Details(None)
    if platform.details and platform.read_detail and Table.DETAILS in tables:
        table = tables[Table.DETAILS]
        items = OrderRows(table, platform, platform.details, platform.read_detail, shop)
        details = Details(items)
    for kind in (Table.ORDERS, Table.ITEMS):
        if kind in tables:
            rows = OrderRows(tables[kind], platform, platform.orders, platform.read_row, shop)
            assemble(platform, rows, details, result)
    details.hand_over(result)
