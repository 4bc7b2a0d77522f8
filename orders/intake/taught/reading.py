"""A taught format as one file format: the generic reader with the columns of other files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from orders.intake.cells import free_order_number
from orders.intake.generic.assembling import assemble
from orders.intake.generic.columns import plain_header
from orders.intake.generic.rows import Row, RowReader, read_rows
from orders.intake.layouts import Format, Layout, Shop, Table
from orders.intake.numbers import OrderNumbers
from orders.intake.taught.filling import FilledNumbers
from orders.intake.taught.translating import Translation, columns_of
from orders.intake.text_files import TextTable
from orders.rules.readings import Reading
from orders.rules.taught import OF_THE_ORDER, TaughtDefinition


def taught_format(definition: TaughtDefinition, *, is_asked: bool = False) -> Format:
    """Return the format that a definition teaches.

    One that is asked for by its code recognises a file that lacks some of its columns as well,
    so that the refusal can name them.
    """
    return Format(
        code=definition.code,
        name=definition.name,
        platforms=frozenset({definition.platform}),
        fits_anywhere=not definition.platform,
        recognise=partial(_recognise, definition, is_asked),
        numbers=partial(_numbers, definition),
        read=partial(_read, definition),
        version=definition.version,
    )


def _recognise(
    definition: TaughtDefinition, is_asked: bool, header: Sequence[str]
) -> Layout | None:
    wanted = {plain_header(text): name for name, text in definition.columns.items()}
    found = [(text, wanted[plain_header(text)]) for text in header if plain_header(text) in wanted]
    there = {name for _text, name in found}
    missing = tuple(text for name, text in definition.columns.items() if name not in there)
    if not found or (missing and not (is_asked and "order_number" in there)):
        return None
    names = [name for _text, name in found]
    repeated = tuple(text for text, name in found if names.count(name) > 1)
    kept = tuple(text for text, name in found if name != "buyer")
    return Layout(Table.ITEMS, missing, repeated, kept)


def _numbers(definition: TaughtDefinition, header: Sequence[str]) -> OrderNumbers | None:
    """Return the reader of a file's order numbers, None where it has no such column."""
    columns = columns_of(definition, header)
    place = columns.place["order_number"]
    if place == len(header):
        return None
    if not definition.fills_down:
        return OrderNumbers(place, free_order_number)
    of_the_order = {columns.place[name] for name in OF_THE_ORDER} - {len(header)}
    return FilledNumbers(place, free_order_number, sorted(of_the_order))


def _read(
    definition: TaughtDefinition,
    tables: Mapping[Table, TextTable],
    _shop: Shop,
    result: Reading,
) -> None:
    table = tables[Table.ITEMS]
    numbers = _numbers(definition, table.header)
    assert numbers is not None  # the layout was complete
    translation = Translation(definition, table.header)
    reader = RowReader(translation.columns)

    def read(row: int, number: str, cells: list[str]) -> Row:
        return reader.row(row, number, translation.translate(cells))

    assemble(table.ordinal, read_rows(table, numbers, read), result)
