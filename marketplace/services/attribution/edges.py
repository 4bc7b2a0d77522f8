"""Where frames are written: PostgreSQL by COPY, SQLite by bulk rows; and the feed of changes.

Nothing here decides anything. What is read into frames: `marketplace.selectors.ledger_frames`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.db import connection
from django.db.models import Model

from operations.selectors.among import among
from operations.services.bulk import insert_or_add, insert_rows
from orders.models import ChangedOrder

_FEED = ChangedOrder._meta.db_table


def read_feed(low: int, high: int, until: int | None) -> list[tuple[int, int, str]]:
    """Return (id, order id, reason) of the feed rows of an order range, up to the id `until`."""
    select = f"SELECT id, order_id, reason FROM {_FEED} WHERE order_id BETWEEN %s AND %s"
    params = [low, high]
    if until is not None:
        select, params = f"{select} AND id <= %s", [*params, until]
    with connection.cursor() as cursor:
        cursor.execute(select, params)
        return list(cursor.fetchall())


def delete_feed(ids: Sequence[int]) -> None:
    """Delete exactly these rows of the feed."""
    if ids:
        condition, params = among("id", ids)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_FEED} WHERE {condition}", params)


def write_frame(model: type[Model], frame: pl.DataFrame) -> int:
    """Insert a frame whose columns are attnames of the model; return the number of rows."""
    if not frame.height:
        return 0
    if connection.vendor != "postgresql":
        return insert_rows(model, frame.columns, frame.iter_rows())
    columns = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    names = ", ".join(columns[name] for name in frame.columns)
    # Text is always quoted, because CSV's unquoted emptiness is NULL to COPY.
    text = frame.write_csv(include_header=False, quote_style="non_numeric")
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(text)
    return frame.height


def add_frame(model: type[Model], key: Sequence[str], frame: pl.DataFrame) -> None:
    """Add the amounts of a frame, unique by `key`, to the totals rows of a model.

    Rows are taken in ascending key order, by bytes, so that two workers lock in the same order.
    """
    if not frame.height:
        return
    amounts = [name for name in frame.columns if name not in key]
    frame = frame.select(*key, *amounts).sort(key)
    if connection.vendor != "postgresql":
        insert_or_add(model, key, amounts, frame.iter_rows())
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    arrays = ", ".join(f"%s::{fields[name].db_type(connection)}[]" for name in frame.columns)
    table = model._meta.db_table
    added = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in amounts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(frame.columns)}) SELECT * FROM unnest({arrays}) "
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}",
            [_array_literal(column) for column in frame],
        )


def _array_literal(column: pl.Series) -> str:
    """Write a column as PostgreSQL's text of an array: the driver would take it value by value."""
    if column.dtype == pl.String:
        column = '"' + column.str.replace_all(r'(["\\])', r"\$1") + '"'
    return "{" + column.cast(pl.String).str.join(",").item() + "}"


def lock_open_run(run_table: str, run_id: int) -> str:
    """Return the status of a run, which stays as it is until this transaction ends."""
    share = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT status FROM {run_table} WHERE id = %s{share}", [run_id])
        return str(cursor.fetchone()[0])
