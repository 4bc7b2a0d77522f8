"""The ledger and what is recorded beside it, read into the engine's frames.

Nothing here decides anything; PostgreSQL and SQLite give the same frames. Every read is one
statement, whatever the number of orders. Both databases write the rows as CSV themselves,
because a Python object per value costs several times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import connection

from marketplace.models import AttributionDecision, AttributionEntry, Campaign, Touchpoint
from marketplace.rules.attribution import CREDIT_MONEY, CREDITS, LINES
from marketplace.rules.line_evidence import DECISIONS, REDEMPTIONS, LineEvidence
from marketplace.rules.touches import TOUCHES
from operations.models import STATES_IN_FORCE
from operations.selectors.among import among
from orders.models import SalesEntry, VoucherRedemption

_LEDGER = SalesEntry._meta.db_table
_ENTRIES = AttributionEntry._meta.db_table
_REDEMPTIONS = VoucherRedemption._meta.db_table
_DECISIONS = AttributionDecision._meta.db_table
_CAMPAIGNS = Campaign._meta.db_table
_TOUCHES = Touchpoint._meta.db_table


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
    condition, params = among("{column}", order_ids)
    return OrderSet(condition, tuple(params))


def read_lines(orders: OrderSet) -> pl.DataFrame:
    """Return the ledger rows with an amount of these orders (LINES)."""
    paid = _micros("s.paid_at") if connection.vendor == "postgresql" else "s.paid_at"
    columns = ", ".join(_COLUMN.get(name, f"s.{name}") for name in LINES if name != "paid_us")
    select = (
        f"SELECT {columns}, {paid} AS paid FROM {_LEDGER} s "
        f"WHERE s.amount_fen <> 0 AND {orders.on('s.order_id')}"
    )
    raw = _read(select, orders.params, _RAW_LINES)
    return raw.with_columns(paid_us=_as_micros("paid")).select(LINES.names())


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


def read_evidence(orders: OrderSet, lookback_days: int) -> LineEvidence:
    """Return what is recorded beside the ledger of these orders, in three statements.

    Touches as far as `lookback_days` before a payment; the engine looks closer.
    """
    redemptions = (
        f"SELECT {', '.join(f'v.{name}' for name in REDEMPTIONS)} FROM {_REDEMPTIONS} v "
        f"WHERE v.campaign_code <> '' AND {orders.on('v.order_id')}"
    )
    states = ", ".join(["%s"] * len(STATES_IN_FORCE))
    decisions = (
        "SELECT d.order_id, d.line_key, c.code AS campaign_code, d.verdict "
        f"FROM {_DECISIONS} d JOIN {_CAMPAIGNS} c ON c.id = d.campaign_id "
        f"WHERE {orders.on('d.order_id')} AND d.state IN ({states})"
    )
    return LineEvidence(
        _read(redemptions, orders.params, REDEMPTIONS),
        _read(decisions, (*orders.params, *STATES_IN_FORCE), DECISIONS),
        _read_touches(orders, lookback_days),
    )


def _read_touches(orders: OrderSet, lookback_days: int) -> pl.DataFrame:
    """Return (TOUCHES) the touches of the buyers of these orders around their payments."""
    if connection.vendor == "postgresql":
        since, touched = "b.first - make_interval(hours => %s)", _micros("t.occurred_at")
        reach: int | str = lookback_days * 24
    else:
        since, touched = "datetime(b.first, %s)", "t.occurred_at"
        reach = f"-{lookback_days} days"
    columns = ", ".join(f"t.{name}" for name in TOUCHES if name != "touched_us")
    select = (
        f"SELECT {columns}, {touched} AS touched FROM "
        "(SELECT s.buyer_key, min(s.paid_at) AS first, max(s.paid_at) AS last "
        f"FROM {_LEDGER} s WHERE s.buyer_key <> '' AND s.amount_fen <> 0 "
        f"AND {orders.on('s.order_id')} GROUP BY s.buyer_key) b CROSS JOIN {_TOUCHES} t "
        f"WHERE t.buyer_key = b.buyer_key AND t.occurred_at <= b.last "
        f"AND t.occurred_at >= {since}"
    )
    raw = _read(select, (*orders.params, reach), _RAW_TOUCHES)
    return raw.with_columns(touched_us=_as_micros("touched")).select(TOUCHES.names())


def read_touches_without_sale(start: datetime, end: datetime) -> pl.DataFrame:
    """Return (TOUCHES) the touches in [start, end) of buyers who paid for nothing in it."""
    touched = _micros("t.occurred_at") if connection.vendor == "postgresql" else "t.occurred_at"
    columns = ", ".join(f"t.{name}" for name in TOUCHES if name != "touched_us")
    # One list of buyers, joined: asked per touch, SQLite would walk the ledger for each.
    select = (
        f"SELECT {columns}, {touched} AS touched FROM {_TOUCHES} t LEFT JOIN "
        f"(SELECT DISTINCT s.buyer_key AS paid_key FROM {_LEDGER} s "
        "WHERE s.buyer_key <> '' AND s.side = 'gross' AND s.amount_fen > 0 "
        "AND s.paid_at >= %s AND s.paid_at < %s) b ON b.paid_key = t.buyer_key "
        "WHERE b.paid_key IS NULL AND t.occurred_at >= %s AND t.occurred_at < %s"
    )
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (start, end)]
    raw = _read(select, (*moments, *moments), _RAW_TOUCHES)
    return raw.with_columns(touched_us=_as_micros("touched")).select(TOUCHES.names())


def count_orders(orders: OrderSet) -> int:
    """Return how many of these orders have ledger rows."""
    select = f"SELECT count(DISTINCT s.order_id) FROM {_LEDGER} s WHERE {orders.on('s.order_id')}"
    with connection.cursor() as cursor:
        cursor.execute(select, orders.params)
        return int(cursor.fetchone()[0])


_COLUMN = {
    "entry_id": "s.id AS entry_id",
    "is_certified": "CASE WHEN s.is_certified THEN 1 ELSE 0 END AS is_certified",
}
# As the database writes them: the moment of payment comes last, in the database's own form.
_RAW_LINES = pl.Schema(
    [*((name, kind) for name, kind in LINES.items() if name != "paid_us"), ("paid", pl.String())]
)
_RAW_TOUCHES = pl.Schema([*list(TOUCHES.items())[:-1], ("touched", pl.String())])


def _micros(moment: str) -> str:
    """Return the SQL of PostgreSQL for microseconds since 1970."""
    return f"CAST(extract(epoch FROM {moment}) * 1000000 AS bigint)"


def _as_micros(name: str) -> pl.Expr:
    """Return a moment, in the database's own form, as microseconds since 1970."""
    if connection.vendor == "postgresql":
        return pl.col(name).cast(pl.Int64)
    moment = pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return moment.dt.timestamp("us")


def _read(select: str, params: Sequence[Any], schema: pl.Schema) -> pl.DataFrame:
    """Run one SELECT, whose columns are those of the schema and never NULL, into a frame."""
    written = _postgresql_csv if connection.vendor == "postgresql" else _sqlite_csv
    content = written(select, params, schema)
    frame = pl.read_csv(content, has_header=False, schema=schema, raise_if_empty=False)
    # The reader takes an empty text for a missing one.
    return frame.with_columns(pl.col(pl.String).fill_null(""))


def _postgresql_csv(select: str, params: Sequence[Any], _schema: pl.Schema) -> bytes:
    # Composed first: under DEBUG Django's cursor takes no parameters for COPY.
    compose = connection.ops.compose_sql  # type: ignore[attr-defined]
    statement = compose(f"COPY ({select}) TO STDOUT (FORMAT csv)", params)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        return b"".join(copy)


def _sqlite_csv(select: str, params: Sequence[Any], schema: pl.Schema) -> bytes:
    """Let SQLite print the rows: %w doubles the quotes inside a text, as CSV asks."""
    form = ",".join("%d" if kind.is_integer() else '"%w"' for kind in schema.dtypes())
    text = f"SELECT group_concat(printf(%s, {', '.join(schema)}), char(10)) FROM ({select})"
    with connection.cursor() as cursor:
        cursor.execute(text, [form, *params])
        return (cursor.fetchone()[0] or "").encode()
