"""A sales point's months from both sides (对账), in a few statements whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from common import clock
from operations.services.bulk import fetch_columns
from orders.models import (
    Order,
    PlatformStatement,
    ReconciliationNote,
    SalesPoint,
)
from orders.rules.ledger_rows import GROSS_SIDE
from orders.rules.reconciliation import Difference, Explanation, Money, Month, next_month


def _speaks(table: str) -> str:
    """Build the condition that an import's rows speak: it wrote, and was not withdrawn.

    One that failed or was cancelled half-way left the orders of its first chunks.
    """
    return (
        f"({table}.state IN ('running', 'done') "
        f"OR {table}.state IN ('failed', 'cancelled') AND {table}.done_orders > 0)"
    )


# Rows that no order came of, in the newest import that read them. Their order is not recorded.
_UNRECORDED = (
    "FROM orders_importissue i JOIN orders_orderimport m ON m.id = i.order_import_id "
    f"WHERE m.sales_point_id = %s AND {_speaks('m')} "
    "AND i.verdict IN ('rejected', 'quarantined') AND i.paid_on BETWEEN %s AND %s "
    "AND i.order_number <> '' AND NOT EXISTS (SELECT 1 FROM orders_order o "
    "WHERE o.sales_point_id = m.sales_point_id AND o.number = i.order_number "
    "AND NOT o.is_withdrawn) AND i.order_import_id = (SELECT max(j.order_import_id) "
    "FROM orders_importissue j JOIN orders_orderimport n ON n.id = j.order_import_id "
    "WHERE j.order_number = i.order_number AND n.sales_point_id = m.sales_point_id "
    f"AND {_speaks('n')} AND j.verdict IN ('rejected', 'quarantined') "
    "AND j.paid_on IS NOT NULL) "
)


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def reconciled_months(
    sales_point: SalesPoint, first: date | None = None, last: date | None = None
) -> list[Month]:
    """Return the months of a sales point from `first` to `last`, ascending.

    Both are any day of their month; by default from the first month that anything is known of
    to the last. A month without anything between them is in it, all zero.
    """
    known = _known_span(sales_point)
    first, last = first or known[0], last or known[1]
    if first is None or last is None or last < first:
        return []
    months: dict[date, Month] = {}
    start = month_of(first)
    while start <= last:
        months[start] = Month(start)
        start = next_month(start)
    _add_orders(sales_point, months)
    _add_ledger(sales_point, months)
    _add_unrecorded(sales_point, months)
    _add_statements(sales_point, months)
    return list(months.values())


def reconciled_month(sales_point: SalesPoint, month: date) -> Month:
    """Return one month of a sales point; `month` is any day of it."""
    return reconciled_months(sales_point, month, month)[0]


def _known_span(sales_point: SalesPoint) -> tuple[date | None, date | None]:
    """Return the first and the last day that orders, bad rows or statements speak of."""
    days: list[date] = []
    paid = Order.objects.filter(sales_point=sales_point)
    edges = paid.aggregate(lowest=Min("paid_at"), highest=Max("paid_at"))
    days += [clock.business_day(moment) for moment in edges.values() if moment]
    for found in fetch_columns(
        "SELECT min(i.paid_on), max(i.paid_on) FROM orders_importissue i "
        "JOIN orders_orderimport m ON m.id = i.order_import_id "
        f"WHERE m.sales_point_id = %s AND {_speaks('m')} AND i.paid_on IS NOT NULL "
        "UNION ALL SELECT min(month), max(month) FROM orders_platformstatement "
        "WHERE sales_point_id = %s",
        [sales_point.pk, sales_point.pk],
    ):
        days += [as_day(value) for value in found if value is not None]
    return min(days, default=None), max(days, default=None)


def as_day(value: date | str) -> date:
    """Return a day that SQLite gives as text where an expression hides its type."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def windows(months: Sequence[date]) -> tuple[str, list[Any]]:
    """Return a table `windows(month, start_at, end_at)` for WITH, and its parameters.

    `month` is the place in `months`; the window of payment times is half-open.
    """
    parameters: list[Any] = []
    for place, month in enumerate(months):
        edges: tuple[datetime, ...] = (
            clock.start_of_day(month),
            clock.start_of_day(next_month(month)),
        )
        parameters.append(place)
        parameters.extend(connection.ops.adapt_datetimefield_value(edge) for edge in edges)
    kind = "timestamptz" if connection.vendor == "postgresql" else "text"
    row = f"(%s, CAST(%s AS {kind}), CAST(%s AS {kind}))"
    return (
        f"WITH windows (month, start_at, end_at) AS (VALUES {', '.join([row] * len(months))}) ",
        parameters,
    )


def _add_orders(sales_point: SalesPoint, months: dict[date, Month]) -> None:
    """Add what orders were last reported to come to, and what corrections take off it."""
    starts = list(months)
    table, parameters = windows(starts)
    back = "o.refunded_fen + o.subsidy_returned_fen"
    reported = (
        "coalesce(o.reported_refund_fen, o.refunded_fen) "
        "+ coalesce(o.reported_returned_fen, o.subsidy_returned_fen)"
    )
    for place, is_withdrawn, orders, gross, refund, less, paid_beside in fetch_columns(
        f"{table} SELECT w.month, o.is_withdrawn, count(*), sum(o.goods_fen + o.freight_fen), "
        f"sum({reported}), sum({reported}) - sum({back}), sum(o.compensation_fen) "
        "FROM windows w JOIN orders_order o ON o.sales_point_id = %s "
        "AND o.paid_at >= w.start_at AND o.paid_at < w.end_at GROUP BY w.month, o.is_withdrawn",
        [*parameters, sales_point.pk],
    ):
        month = months[starts[place]]
        money = Money(orders, int(gross), int(refund))
        if is_withdrawn:
            month.withdrawn = money
        else:
            month.reported = money
            month.corrected_fen, month.compensation_fen = int(less), int(paid_beside)


def _add_ledger(sales_point: SalesPoint, months: dict[date, Month]) -> None:
    """Add the sums of the ledger by order date; one pass over the sales point's rows."""
    first, last = _days(months)
    for day, side, reason, goods, freight, excluded in fetch_columns(
        "SELECT order_date, side, excluded_reason, sum(amount_fen), sum(freight_fen), "
        "sum(excluded_fen) FROM orders_salesentry WHERE sales_point_code = %s "
        "AND order_date BETWEEN %s AND %s GROUP BY order_date, side, excluded_reason",
        [sales_point.code, first, last],
    ):
        month = months[month_of(as_day(day))]
        _book(month.goods, side, int(goods))
        _book(month.freight, side, int(freight))
        if reason:
            _book(month.excluded.setdefault(reason, Money()), side, int(excluded))
    for month in months.values():
        kept = {reason: money for reason, money in month.excluded.items() if money != Money()}
        month.excluded = dict(sorted(kept.items()))


def _book(money: Money, side: str, fen: int) -> None:
    if side == GROSS_SIDE:
        money.gross_fen += fen
    else:
        money.refund_fen -= fen


def _add_unrecorded(sales_point: SalesPoint, months: dict[date, Month]) -> None:
    first, last = _days(months)
    for day, verdict, rows, gross, refund in fetch_columns(
        "SELECT i.paid_on, i.verdict, count(*), sum(i.gross_fen), sum(i.refund_fen) "
        f"{_UNRECORDED} GROUP BY i.paid_on, i.verdict ORDER BY i.verdict DESC",
        [sales_point.pk, first, last],
    ):
        money = months[month_of(as_day(day))].unrecorded.setdefault(verdict, Money())
        money.count += rows
        money.gross_fen += int(gross or 0)
        money.refund_fen += int(refund or 0)


def _add_statements(sales_point: SalesPoint, months: dict[date, Month]) -> None:
    """Add the newest statement of each month, and every note, oldest first."""
    asked = {"sales_point": sales_point, "month__gte": min(months), "month__lte": max(months)}
    for statement in PlatformStatement.objects.filter(**asked).order_by("pk"):
        months[statement.month].statement = Money(
            statement.orders or 0, statement.gross_fen, statement.refund_fen
        )
    notes = ReconciliationNote.objects.filter(**asked).select_related("made_by").order_by("pk")
    for note in notes:
        months[note.month].notes.append(
            Explanation(
                which=Difference(note.which),
                amount_fen=note.amount_fen,
                difference_fen=note.difference_fen,
                text=note.text,
                by=str(note.made_by or ""),
                on=f"{clock.business_day(note.made_at)}",
            )
        )


def _days(months: dict[date, Month]) -> tuple[date, date]:
    last = next_month(max(months))
    return min(months), date.fromordinal(last.toordinal() - 1)
