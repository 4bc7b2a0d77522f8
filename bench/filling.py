"""Fills a database with `bench.shape` directly: COPY on PostgreSQL, executemany on SQLite.

What the engine, the reports and `audit`'s attribution part read is there. Order lines, raw rows
and contacts are not, and ledger seals are 0: no import brought these orders.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from bench import shape
from marketplace.models import Touchpoint
from marketplace.rules.campaigns import CHANNEL_CLASS, COUNTY, SALES_POINT
from marketplace.rules.evidence import Level
from marketplace.services.campaigns import publish_version
from orders.models import Order, SalesEntry, SalesPoint

_RECORDED_AT = "2021-08-01 00:00:00"
_LEDGER_CONSTANTS = {
    **dict.fromkeys(("component", "subsidy_fen", "freight_fen", "excluded_fen"), 0),
    **dict.fromkeys(("weight_grams", "seal"), 0),
    **dict.fromkeys(("helper_district_code", "producer_code", "beneficiary_unit_code"), ""),
    **dict.fromkeys(("excluded_reason", "channel_kind", "payer_unit_code"), ""),
    "bundle_sku_code": "",
    "purchase_mode": "online",
    "stage": "final",
    "helper_evidence": "none",
    "buyer_kind": "consumer",
    "source": "bench",
    "subsidies": "{}",
    "recorded_at": _RECORDED_AT,
}
_ORDER_CONSTANTS = {
    **dict.fromkeys(("freight_fen", "subsidy_fen", "subsidy_returned_fen", "compensation_fen"), 0),
    "status": "succeeded",
    "payer_unit_code": "",
    "flags": "[]",
    "fingerprint": "",
    "source": "bench",
    "recorded_at": _RECORDED_AT,
    "updated_at": _RECORDED_AT,
}


def fill(orders: int, seed: int = 60) -> float:
    """Fill a migrated and seeded database; return how long it took, in seconds."""
    started = time.perf_counter()
    points = _sales_points()
    _publish_campaigns()
    ids = pl.Series(points, dtype=pl.Int64)
    for part in shape.slices(orders, seed):
        with transaction.atomic():
            _write(Order, _orders(part.orders, ids), _ORDER_CONSTANTS)
            _write(SalesEntry, _entries(part.entries), _LEDGER_CONSTANTS)
            _write(Touchpoint, _touches(part.touches), {"sales_point_code": "", "link_code": ""})
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Order]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    return time.perf_counter() - started


def refund_some(orders: int) -> None:
    """Refund a line of `orders` orders that stood whole, spread evenly; feed them."""
    first = (
        "SELECT min(s.id), s.order_id FROM orders_salesentry s "
        "JOIN orders_order o ON o.id = s.order_id "
        "WHERE o.refunded_fen = 0 GROUP BY s.order_id ORDER BY s.order_id"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(first)
        whole = cursor.fetchall()
        spread = whole[:: max(len(whole) // orders, 1)][:orders]
        chosen = ", ".join(str(row[0]) for row in spread)
        copied = [
            field.column for field in SalesEntry._meta.concrete_fields
            if field.column not in {"id", *_REFUNDED}
        ]  # fmt: skip
        new = ", ".join(_REFUNDED.values())
        names = ", ".join([*copied, *_REFUNDED])
        cursor.execute(
            f"INSERT INTO orders_salesentry ({names}) SELECT {', '.join(copied)}, {new} "
            f"FROM orders_salesentry WHERE id IN ({chosen})"
        )
        cursor.execute(
            "INSERT INTO orders_changedorder (order_id, reason) SELECT order_id, 'refund' "
            f"FROM orders_salesentry WHERE id IN ({chosen})"
        )
        cursor.execute(  # chosen once
            "UPDATE orders_order SET refunded_fen = 1 "
            f"WHERE id IN ({', '.join(str(row[1]) for row in spread)})"
        )


_REFUNDED = {
    "sequence": "2",
    "kind": "'refund'",
    "side": "'refund'",
    "quantity": "0",
    "amount_fen": "-amount_fen",
    "consumer_paid_fen": "-consumer_paid_fen",
}


def _sales_points() -> list[int]:
    """Create the sales points; return their ids in the order of shape.POINTS."""
    return [
        SalesPoint.objects.create(
            code=code, name=code,
            channel_class="platform" if code in shape.CHANNELS else "centre",
        ).pk
        for code in shape.POINTS
    ]  # fmt: skip


def _publish_campaigns() -> None:
    """Publish five campaigns a month: two of a place, two of touches, one of marks on orders."""
    for number in range(shape.CAMPAIGNS):
        slot, form = divmod(number, shape.CAMPAIGNS_A_SLOT)
        level, days, scopes = (
            (Level.PLACE, shape.SLOT_DAYS, {SALES_POINT: shape.POINTS[slot : slot + 3]}),
            (Level.PLACE, 7, {CHANNEL_CLASS: ["platform"]}),
            (Level.TOUCH, shape.SLOT_DAYS, {}),
            (Level.TOUCH, shape.SLOT_DAYS, {COUNTY: shape.COUNTY_CODES[::4]}),
            (Level.REFERENCE, shape.SLOT_DAYS, {}),
        )[form]
        starts_at = shape.START + timedelta(days=slot * shape.SLOT_DAYS)
        publish_version(
            campaign_code=shape.campaign_code(number),
            name=shape.campaign_code(number),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=days),
            minimum_level=int(level),
            scopes=scopes,
            priority=number % 3,
        )


def _orders(orders: pl.DataFrame, point_ids: pl.Series) -> pl.DataFrame:
    return orders.select(
        pl.col("order_id").alias("id"),
        *("goods_fen", "refunded_fen", "buyer_key", "reference_code"),
        sales_point_id=point_ids.gather(orders["point"]),
        number="order_number",
        placed_at=_moment("paid_us"),
        paid_at=_moment("paid_us"),
        consumer_paid_fen="goods_fen",
        has_detail=_flag(value=False),
        is_withdrawn=_flag(value=False),
    )


def _entries(entries: pl.DataFrame) -> pl.DataFrame:
    return entries.with_columns(
        consumer_paid_fen="amount_fen",
        paid_at=_moment("paid_us"),
        order_date=_day("paid_us"),
        occurred_at=_moment("occurred_us"),
        event_date=_day("occurred_us"),
        is_certified=_flag(value=True),
        is_event_date_assumed=_flag(value=False),
    ).drop("paid_us", "occurred_us")


def _touches(touches: pl.DataFrame) -> pl.DataFrame:
    at = _moment("occurred_us")
    return touches.with_columns(occurred_at=at, recorded_at=at).drop("occurred_us")


def _moment(microseconds: str) -> pl.Expr:
    """Write a moment as both databases read it, in UTC (the connections' zone)."""
    return pl.from_epoch(microseconds, time_unit="us").dt.strftime("%Y-%m-%d %H:%M:%S")


def _day(microseconds: str) -> pl.Expr:
    """Return the day in China of a moment, as text."""
    return pl.from_epoch(pl.col(microseconds) + 8 * 3600 * 10**6, time_unit="us").dt.strftime(
        "%Y-%m-%d"
    )


def _flag(*, value: bool) -> pl.Expr:
    return pl.lit(int(value))


def _write(model: type[Model], frame: pl.DataFrame, constants: Mapping[str, Any]) -> None:
    frame = frame.with_columns(pl.lit(value).alias(name) for name, value in constants.items())
    table, names = model._meta.db_table, ", ".join(frame.columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = frame.write_csv(include_header=False, quote_style="non_numeric")
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(text)
        else:
            marks = ", ".join(["%s"] * frame.width)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", frame.rows())
