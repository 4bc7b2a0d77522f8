"""The writer of the feed of changed orders, for changes that come from outside the orders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value

from orders.models import ChangedOrder, Order, SalesEntry


def mark_orders_paid_within(
    *,
    start: datetime,
    end: datetime,
    sales_point_codes: Collection[str] | None,
    channel_classes: Collection[str] | None,
    reason: str,
) -> int:
    """Put every order paid in [start, end) into the feed; return how many rows were added.

    `sales_point_codes` and `channel_classes` narrow the choice, None does not; the channel is the
    one that the ledger froze, whatever the sales point has become since. One statement, whatever
    the number of orders; the caller owns the transaction.
    """
    orders = Order.objects.filter(paid_at__gte=start, paid_at__lt=end)
    if sales_point_codes is not None:
        orders = orders.filter(sales_point__code__in=sales_point_codes)
    if channel_classes is not None:
        entries = SalesEntry.objects.filter(order=OuterRef("pk"), channel_class__in=channel_classes)
        orders = orders.filter(Exists(entries))
    return _insert_selected(orders, reason)


def _insert_selected(orders: QuerySet[Order], reason: str) -> int:
    """INSERT ... SELECT: the ORM builds the SELECT, so both databases get their own dialect."""
    selected = (
        orders.order_by()
        .annotate(why=Value(reason, output_field=CharField()))
        .values_list("pk", "why")
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
