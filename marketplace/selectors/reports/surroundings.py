"""What the rest of the ledger did on a campaign's days."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, Sum

from marketplace.models import DailyCount, DailyMoney
from marketplace.rules.campaign_report import COHORT, Asked, Money, Surroundings, Window
from marketplace.selectors.reports.counts import ALL_ORDERS
from marketplace.selectors.reports.places import Place
from orders.models import SalesEntry


def surroundings_of(asked: Asked, window: Window, place: Place) -> Surroundings:
    """Return what nobody and what other campaigns earned, each fen counted once.

    Under the path model that is asked for, otherwise under the direct rule.

    By order date, whatever view is asked for; on the basis asked for. `none`: sales that no
    campaign earned, on the window's days at the scope's sales points. `others_net_fen`: net
    that other campaigns earned there. `distinct_total_fen`: net of all ledger lines of these
    days with at least one candidate campaign, wherever sold, each line once.
    """
    own, basis = asked.exclusive_columns, asked.basis_columns
    gross, refund = f"{own}_{basis}gross_fen", f"{own}_{basis}refund_fen"
    whole = F(f"direct_{basis}gross_fen") + F(f"direct_{basis}refund_fen")
    nobody, here = Q(campaign_code=""), place.of_sale
    net = F(gross) + F(refund)
    found = DailyMoney.objects.filter(
        view=COHORT, date__range=(window.first_day, window.last_day)
    ).aggregate(
        gross=_sum(gross, nobody & here),
        refund=_sum(refund, nobody & here),
        others=_sum(net, ~nobody & ~Q(campaign_code=asked.campaign) & here),
        distinct=_sum(whole, ~nobody),
    )
    return Surroundings(
        none_orders=_orders_of_nobody(asked, window, place),
        none=Money(found["gross"], -found["refund"]),
        others_net_fen=found["others"],
        distinct_total_fen=found["distinct"],
    )


def _sum(what: Any, condition: Q) -> Sum:
    return Sum(what, filter=condition, default=0)


def _orders_of_nobody_by_entry(asked: Asked, window: Window, place: Place) -> int:
    credits = Sum(f"attributions__{asked.model_columns}_fen")
    orders = (
        SalesEntry.objects.filter(place.of_sale)
        .filter(
            side="gross",
            order_date__range=(window.first_day, window.last_day),
            attributions__campaign_code="",
        )
        .order_by()
        .values("order_id")
        .annotate(fen=credits)
        .exclude(fen=0)
    )
    return orders.count()


def _orders_of_nobody(asked: Asked, window: Window, place: Place) -> int:
    """Count orders with a sale that no campaign earned.

    An order has one sales point and one channel, so these counts add up over either.
    """
    rows = DailyCount.objects.filter(
        campaign_code="", date__range=(window.first_day, window.last_day)
    )
    if asked.is_analysis:
        return _orders_of_nobody_by_entry(asked, window, place)
    if place.sales_points:
        rows = rows.filter(dimension="sales_point", value__in=sorted(place.sales_points))
    elif place.channel_classes:
        rows = rows.filter(dimension="channel", value__in=sorted(place.channel_classes))
    else:
        rows = rows.filter(dimension=ALL_ORDERS)
    return int(rows.aggregate(orders=Sum("direct_orders", default=0))["orders"])
