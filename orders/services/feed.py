"""The writer of the feed of changed orders, for changes that come from outside the orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

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
