"""The writer of the feed of changed orders, for changes that come from outside the orders."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, QuerySet, Value

from operations.services.bulk import insert_rows
from orders.models import ChangedOrder, SalesEntry


def mark_orders(order_ids: Iterable[int], reason: str) -> int:
    """Put these orders into the feed, in the caller's transaction; return how many rows.

    `reason`: one short code, at most 20 characters. Orders without ledger rows do no harm.
    """
    return insert_rows(
        ChangedOrder, ["order_id", "reason"], ((order_id, reason) for order_id in order_ids)
    )


def mark_orders_paid_within(
    *,
    start: datetime,
    end: datetime,
    sales_point_codes: Collection[str] | None,
    channel_classes: Collection[str] | None,
    reason: str,
) -> int:
    """Put every order with ledger rows paid in [start, end) into the feed; return how many.

    The rows' own frozen payment time, sales point and channel count, as for the engine: an order
    whose payment time was corrected has rows at both. `sales_point_codes` and `channel_classes`
    narrow the choice, None does not. One statement, whatever the number of orders; the caller
    owns the transaction.
    """
    entries = SalesEntry.objects.filter(paid_at__gte=start, paid_at__lt=end)
    if sales_point_codes is not None:
        entries = entries.filter(sales_point_code__in=sales_point_codes)
    if channel_classes is not None:
        entries = entries.filter(channel_class__in=channel_classes)
    return _insert_selected(entries, reason)


def mark_orders_of_buyers(spans: Mapping[str, tuple[datetime, datetime]], reason: str) -> int:
    """Put the orders that these buyers paid in their spans into the feed; return how many rows.

    `spans`: the first and the last moment of payment, both included, by buyer key. The ledger's
    own frozen keys and times count. One statement, whatever the number of buyers; the caller
    owns the transaction.
    """
    if not spans:
        return 0
    quote, moment = connection.ops.quote_name, connection.ops.adapt_datetimefield_value
    feed, ledger = (quote(model._meta.db_table) for model in (ChangedOrder, SalesEntry))
    rows = [[key, moment(first), moment(last)] for key, (first, last) in spans.items()]
    if connection.vendor == "postgresql":
        asked = "unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) AS b(buyer, first, last)"
        params: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    else:
        asked = (
            "(SELECT json_extract(value, '$[0]') AS buyer, "
            "json_extract(value, '$[1]') AS first, json_extract(value, '$[2]') AS last "
            "FROM json_each(%s)) AS b"
        )
        params = [json.dumps([[key, str(first), str(last)] for key, first, last in rows])]
    with connection.cursor() as cursor:
        # SQLite takes the tables of a CROSS JOIN in this order: the buyers, then their rows.
        cursor.execute(
            f"INSERT INTO {feed} (order_id, reason) SELECT DISTINCT s.order_id, %s "
            f"FROM {asked} CROSS JOIN {ledger} s WHERE s.buyer_key = b.buyer "
            "AND s.buyer_key <> '' AND s.side = 'gross' "
            "AND s.paid_at >= b.first AND s.paid_at <= b.last",
            [reason, *params],
        )
        return int(cursor.rowcount)


def _insert_selected(entries: QuerySet[SalesEntry], reason: str) -> int:
    """INSERT ... SELECT: the ORM builds the SELECT, so both databases get their own dialect."""
    selected = (
        entries.order_by()
        .annotate(why=Value(reason, output_field=CharField()))
        .values_list("order_id", "why")
        .distinct()
    )
    select, params = selected.query.sql_with_params()
    quote = connection.ops.quote_name
    table = quote(ChangedOrder._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quote('order_id')}, {quote('reason')}) {select}",
            params,
        )
        return int(cursor.rowcount)
