"""The breakdowns of a campaign report. Money adds up over each; orders do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Sum

from marketplace.models import DailyMoney
from marketplace.rules.campaign_report import Asked, Money, Row, Window
from marketplace.selectors.reports.counts import OrderCounts
from marketplace.selectors.reports.names import Names

# A window longer than this lists only the days that have figures. Unit: days.
MOST_LISTED_DAYS = 366
# Per breakdown: its column in DailyMoney and its dimension in DailyCount.
_COLUMNS = {
    "by_county": ("county_code", "county"),
    "by_sales_point": ("sales_point_code", "sales_point"),
    "by_channel": ("channel_class", "channel"),
    "by_product": ("sku_code", "product"),
    "by_evidence": ("level", "level"),
}


def by_day(asked: Asked, window: Window, counts: OrderCounts) -> tuple[Row, ...]:
    """Return every day of the window and every other day with figures, ascending.

    Money stands on the order's day (cohort) or on the day it moved (cash), orders always on
    the order's day. The code of a row is its date, `YYYY-MM-DD`.
    """
    money: dict[date, Money] = _money_by(asked, "date")
    counted = counts.by_day
    listed = set(window.days(MOST_LISTED_DAYS))
    listed |= {day for day, orders in counted.items() if orders}
    listed |= {day for day, moved in money.items() if moved != Money()}
    return tuple(
        Row(day.isoformat(), day.isoformat(), counted.get(day, 0), money.get(day, Money()))
        for day in sorted(listed)
    )


def by_dimension(asked: Asked, names: Names, counts: OrderCounts) -> dict[str, tuple[Row, ...]]:
    """Return the five breakdowns by code, largest net first, then by code.

    `orders` of a row are the orders with a credited sale of that value: an order with goods of
    two counties stands in both, so orders are not summable. Money adds up to the total. The
    code '' gathers lines without county or without SKU.
    """
    name_of: dict[str, Callable[[str], str]] = {
        "by_county": names.county,
        "by_sales_point": names.sales_point,
        "by_channel": names.channel,
        "by_product": names.product,
        "by_evidence": names.evidence,
    }
    breakdowns = {}
    for key, (column, dimension) in _COLUMNS.items():
        money = {str(value): moved for value, moved in _money_by(asked, column).items()}
        breakdowns[key] = _rows(money, counts.by_value, dimension, name_of[key])
    return breakdowns


def unmatched(asked: Asked) -> Money:
    """Return the money of the lines credited to the campaign that no SKU is known for."""
    own, basis = asked.model_columns, asked.basis_columns
    found = DailyMoney.objects.filter(
        campaign_code=asked.campaign, view=asked.view, sku_code=""
    ).aggregate(
        gross=Sum(f"{own}_{basis}gross_fen", default=0),
        refund=Sum(f"{own}_{basis}refund_fen", default=0),
    )
    return Money(found["gross"], -found["refund"])


def _rows(
    money: dict[str, Money],
    counted: dict[tuple[str, str], int],
    dimension: str,
    name_of: Callable[[str], str],
) -> tuple[Row, ...]:
    codes = set(money) | {value for kind, value in counted if kind == dimension}
    rows = [
        Row(code, name_of(code), counted.get((dimension, code), 0), money.get(code, Money()))
        for code in codes
    ]
    standing = [row for row in rows if row.orders or row.money != Money()]
    return tuple(sorted(standing, key=lambda row: (-row.money.net_fen, row.code.encode())))


def _money_by(asked: Asked, column: str) -> dict[Any, Money]:
    """Return the campaign's money by one column of the daily totals, in one query."""
    own, basis = asked.model_columns, asked.basis_columns
    rows = (
        DailyMoney.objects.filter(campaign_code=asked.campaign, view=asked.view)
        .values(column)
        .annotate(
            gross=Sum(f"{own}_{basis}gross_fen"),
            refund=Sum(f"{own}_{basis}refund_fen"),
        )
        .order_by()
        .values_list(column, "gross", "refund")
    )
    return {value: Money(gross, -refund) for value, gross, refund in rows}
