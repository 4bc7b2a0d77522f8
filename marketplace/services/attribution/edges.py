"""Where frames meet the database: PostgreSQL by COPY, SQLite by bulk rows.

Nothing here decides anything; both edges give the same frames. Every read is one statement,
whatever the number of orders.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Model

from marketplace.models import AttributionEntry
from marketplace.rules.attribution import CREDIT_MONEY, CREDITS, LINES
from operations.services.bulk import insert_rows
from orders.models import ChangedOrder, SalesEntry

_LEDGER = SalesEntry._meta.db_table
_ENTRIES = AttributionEntry._meta.db_table
_FEED = ChangedOrder._meta.db_table


@dataclass(frozen=True, slots=True)
class OrderSet:
    """Some orders, as a condition on an order id column: a range or a list, one parameter set."""

    condition: str
    params: tuple[Any, ...]

    def on(self, column: str) -> str:
        """Return the condition for a column."""
        return self.condition.format(column=column)


def orders_between(low: int, high: int) -> OrderSet:
    """Return the orders with ids from `low` to `high`, both included."""
    return OrderSet("{column} BETWEEN %s AND %s", (low, high))


def orders_listed(order_ids: Sequence[int]) -> OrderSet:
    """Return the orders with the given ids; any number of them is one parameter."""
    condition, param = _listed(order_ids)
    return OrderSet(condition, (param,))


def read_lines(orders: OrderSet) -> pl.DataFrame:
    """Return the ledger rows with an amount of these orders (LINES)."""
    columns = ", ".join(f"s.{_COLUMN.get(name, name)} AS {name}" for name in _PLAIN_LINES)
    select = (
        f"SELECT {columns}, {_dated('s')} FROM {_LEDGER} s "
        f"WHERE s.amount_fen <> 0 AND {orders.on('s.order_id')}"
    )
    return _with_dates(_read(select, orders.params, _RAW_LINES))


def read_credits(orders: OrderSet, *, as_of_run: int | None = None) -> pl.DataFrame:
    """Return the state of attribution of these orders (CREDITS), optionally as of a past run."""
    keys = "a.entry_id, a.campaign_code, a.level, a.reason"
    sums = ", ".join(f"CAST(sum(a.{name}) AS bigint) AS {name}" for name in CREDIT_MONEY)
    some = " OR ".join(f"sum(a.{name}) <> 0" for name in CREDIT_MONEY)
    until = "" if as_of_run is None else " AND a.run_id <= %s"
    # SQLite takes the tables of a CROSS JOIN in this order: a few orders first, then their rows.
    select = (
        f"SELECT {keys}, {sums} FROM {_LEDGER} s CROSS JOIN {_ENTRIES} a "
        f"WHERE a.entry_id = s.id AND {orders.on('s.order_id')}{until} "
        f"GROUP BY {keys} HAVING {some}"
    )
    params = orders.params if as_of_run is None else (*orders.params, as_of_run)
    return _read(select, params, CREDITS)


def count_orders(orders: OrderSet) -> int:
    """Return how many of these orders have ledger rows."""
    select = f"SELECT count(DISTINCT s.order_id) FROM {_LEDGER} s WHERE {orders.on('s.order_id')}"
    with connection.cursor() as cursor:
        cursor.execute(select, orders.params)
        return int(cursor.fetchone()[0])


def read_feed(low: int, high: int, until: int | None) -> list[tuple[int, int]]:
    """Return (id, order id) of the feed rows of an order range, up to the feed id `until`."""
    select = f"SELECT id, order_id FROM {_FEED} WHERE order_id BETWEEN %s AND %s"
    params = [low, high]
    if until is not None:
        select, params = f"{select} AND id <= %s", [*params, until]
    with connection.cursor() as cursor:
        cursor.execute(select, params)
        return list(cursor.fetchall())


def delete_feed(ids: Sequence[int]) -> None:
    """Delete exactly these rows of the feed."""
    if ids:
        condition, param = _listed(ids)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_FEED} WHERE {condition.format(column='id')}", [param])


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


def lock_open_run(run_table: str, run_id: int) -> str:
    """Return the status of a run, which stays as it is until this transaction ends."""
    share = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT status FROM {run_table} WHERE id = %s{share}", [run_id])
        return str(cursor.fetchone()[0])


def _listed(ids: Sequence[int]) -> tuple[str, Any]:
    if connection.vendor == "postgresql":
        return "{column} = ANY(%s)", list(ids)
    return "{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(ids))


# Ledger columns that are read as they are; times and dates travel as text or numbers.
_DATED = ("paid_us", "order_date", "event_date")
_PLAIN_LINES = tuple(name for name in LINES if name not in (*_DATED, "is_certified"))
_COLUMN = {"entry_id": "id"}
_PAID_RAW = "paid_raw"
_RAW_LINES = pl.Schema(
    [
        *((name, LINES[name]) for name in _PLAIN_LINES),
        ("is_certified", LINES["is_certified"]),
        (_PAID_RAW, pl.String()),
        *((name, pl.String()) for name in _DATED[1:]),
    ]
)


def _dated(table: str) -> str:
    """Return the columns whose type would make a driver build a Python object per row."""
    certified = f"CASE WHEN {table}.is_certified THEN 1 ELSE 0 END"
    if connection.vendor == "postgresql":
        paid = f"CAST(extract(epoch FROM {table}.paid_at) * 1000000 AS bigint)"
    else:
        paid = f"CAST({table}.paid_at AS text)"
    dates = ", ".join(f"CAST({table}.{name} AS text)" for name in _DATED[1:])
    return f"{certified}, {paid}, {dates}"


def _with_dates(raw: pl.DataFrame) -> pl.DataFrame:
    if connection.vendor == "postgresql":
        paid = pl.col(_PAID_RAW).cast(pl.Int64)
    else:
        moment = pl.col(_PAID_RAW).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
        paid = moment.dt.timestamp("us")
    dates = [pl.col(name).str.to_date("%Y-%m-%d") for name in _DATED[1:]]
    return raw.with_columns(paid.alias("paid_us"), *dates).select(LINES.names())


def _read(select: str, params: Sequence[Any], schema: pl.Schema) -> pl.DataFrame:
    """Run one SELECT into a frame. None of its columns is NULL."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(select, params)
            return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)", params) as copy,
        ):
            content = BytesIO(b"".join(copy))
    frame = pl.read_csv(content, has_header=False, schema=schema, raise_if_empty=False)
    # The reader takes an empty text for a missing one.
    return frame.with_columns(pl.col(pl.String).fill_null(""))
