"""One line per campaign, for lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from common.clock import SHANGHAI
from marketplace.models import DailyCount, DailyMoney
from marketplace.rules.campaign_report import COHORT, Money
from marketplace.rules.campaigns import CampaignRules
from marketplace.selectors.campaigns import current_versions
from marketplace.selectors.reports.counts import ALL_ORDERS


@dataclass(frozen=True, slots=True)
class Headline:
    """A campaign with its window and what it earned: direct rule, transaction basis, cohort."""

    rules: CampaignRules
    orders: int
    money: Money

    def as_json(self) -> dict[str, Any]:
        """Return the headline under the names of the interface."""
        return {
            "campaign": self.rules.code,
            "name": self.rules.name,
            "version": self.rules.number,
            "window": {
                "start": self.rules.starts_at.astimezone(SHANGHAI).isoformat(),
                "end": self.rules.ends_at.astimezone(SHANGHAI).isoformat(),
            },
            "orders": self.orders,
            **self.money.as_json(),
        }


def campaign_headlines() -> list[Headline]:
    """Return every published campaign, the latest start first, then by code."""
    money = {
        code: Money(gross, -refund)
        for code, gross, refund in DailyMoney.objects.filter(view=COHORT)
        .values("campaign_code")
        .annotate(gross=Sum("direct_gross_fen"), refund=Sum("direct_refund_fen"))
        .order_by()
        .values_list("campaign_code", "gross", "refund")
    }
    orders = dict(
        DailyCount.objects.filter(dimension=ALL_ORDERS)
        .values("campaign_code")
        .annotate(orders=Sum("direct_orders"))
        .order_by()
        .values_list("campaign_code", "orders")
    )
    by_code = sorted(current_versions(), key=lambda rules: rules.code.encode())
    latest_first = sorted(by_code, key=lambda rules: rules.starts_at, reverse=True)
    return [
        Headline(rules, orders.get(rules.code, 0), money.get(rules.code, Money()))
        for rules in latest_first
    ]
