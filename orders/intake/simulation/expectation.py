"""The totals that the pipeline must give, added up from the generator's own decisions.

Definitions: docs/decisions/0005-import-accounting.md and the JSON of `campaign_report`. All in fen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from orders.intake.simulation.moments import CAMPAIGN_DAYS, DAY, business_date, in_window
from orders.intake.simulation.sale import SimulatedOrder

UNMATCHED_NAME = "未匹配"


@dataclass(slots=True)
class ImportTally:
    """What `import_orders --json` must count on an empty database."""

    orders: int = 0
    lines: int = 0
    unmatched: int = 0
    gross_fen: int = 0
    refund_fen: int = 0
    platform_gross_fen: int = 0
    platform_refund_fen: int = 0
    freight_fen: int = 0
    excluded_fen: int = 0

    def add(self, order: SimulatedOrder) -> None:
        """Count one order row and its detail rows."""
        self.orders += 1
        self.lines += len(order.lines)
        if order.paid is None:
            return
        self.platform_gross_fen += order.total_fen
        self.platform_refund_fen += order.refunded_fen + order.subsidy_back_fen
        self.freight_fen += order.freight_fen - order.freight_refunded_fen
        for line in order.lines:
            if line.item.excluded:
                self.excluded_fen += line.amount_fen - line.refunded_fen
                continue
            self.unmatched += not line.item.seller_code
            self.gross_fen += line.amount_fen
            self.refund_fen += line.refunded_fen

    def as_json(self) -> dict[str, int]:
        """Return the figures under the command's keys."""
        return {
            "rows": self.orders + self.lines,
            "orders": self.orders,
            "lines": self.lines,
            "created": self.orders,
            "updated": 0,
            "unchanged": 0,
            "rejected": 0,
            "quarantined": 0,
            "duplicate": 0,
            "unmatched": self.unmatched,
            "gross_fen": self.gross_fen,
            "refund_fen": self.refund_fen,
            "net_fen": self.gross_fen - self.refund_fen,
            "platform_gross_fen": self.platform_gross_fen,
            "platform_refund_fen": self.platform_refund_fen,
            "platform_net_fen": self.platform_gross_fen - self.platform_refund_fen,
            "freight_fen": self.freight_fen,
            "excluded_fen": self.excluded_fen,
        }


@dataclass(slots=True)
class Money:
    """Credited orders and their goods money; `net_fen` = gross less refund."""

    orders: int = 0
    gross_fen: int = 0
    refund_fen: int = 0

    def add(self, gross_fen: int, refund_fen: int) -> None:
        """Count one order."""
        self.orders += 1
        self.gross_fen += gross_fen
        self.refund_fen += refund_fen

    def as_json(self) -> dict[str, int]:
        """Return the figures under the report's keys."""
        money = {"gross_fen": self.gross_fen, "refund_fen": self.refund_fen}
        return {"orders": self.orders, **money, "net_fen": self.gross_fen - self.refund_fen}


@dataclass(slots=True)
class CampaignTally:
    """What the report of the store's campaign must say (cohort view, net of refunds)."""

    total: Money = field(default_factory=Money)
    orders_stood: int = 0
    lines: int = 0
    quantity: int = 0
    subsidy_fen: int = 0
    by_day: dict[int, Money] = field(default_factory=dict)
    by_county: dict[str, Money] = field(default_factory=dict)
    buyers: set[bytes] = field(default_factory=set)

    def add(self, order: SimulatedOrder) -> None:
        """Count one order if its payment falls into the window and it carries goods."""
        if order.paid is None or not in_window(order.paid):
            return
        counties: dict[str, tuple[int, int]] = {}
        for line in order.lines:
            if line.item.excluded:
                continue
            gross, refund = counties.get(line.item.county_code, (0, 0))
            sums = (gross + line.amount_fen, refund + line.refunded_fen)
            counties[line.item.county_code] = sums
            self.lines += 1
            self.quantity += line.quantity
        if not counties:
            return
        for code, (gross, refund) in counties.items():
            self.by_county.setdefault(code, Money()).add(gross, refund)
        gross = sum(gross for gross, _ in counties.values())
        refund = sum(refund for _, refund in counties.values())
        self.total.add(gross, refund)
        self.by_day.setdefault(order.paid // DAY, Money()).add(gross, refund)
        self.orders_stood += gross > refund
        self.subsidy_fen += order.coupon_fen - order.subsidy_back_fen
        # Buyers are told apart by their name as the file carries it.
        self.buyers.add(order.buyer.name.encode("gbk", "replace"))

    def as_json(self, county_names: dict[str, str]) -> dict[str, Any]:
        """Return the figures under the report's keys and in its order, every day listed."""
        money = self.total.as_json()
        totals = {
            **money,
            "orders_stood": self.orders_stood,
            "buyers": len(self.buyers),
            "lines": self.lines,
            "quantity": self.quantity,
            "consumer_paid_fen": money["net_fen"] - self.subsidy_fen,
            "subsidy_fen": self.subsidy_fen,
        }
        days = [
            {"date": business_date(day), **self.by_day.get(day, Money()).as_json()}
            for day in range(CAMPAIGN_DAYS)
        ]
        counties = [
            {
                "code": code,
                "name": county_names.get(code, code) if code else UNMATCHED_NAME,
                "orders": money.orders,
                "net_fen": money.gross_fen - money.refund_fen,
            }
            for code, money in sorted(self.by_county.items(), key=_largest_first)
        ]
        return {"totals": totals, "by_day": days, "by_county": counties}


def _largest_first(row: tuple[str, Money]) -> tuple[int, bytes]:
    code, money = row
    return money.refund_fen - money.gross_fen, code.encode()


def expected_of(orders: Iterable[SimulatedOrder], county_names: dict[str, str]) -> dict[str, Any]:
    """Return the expected `import` and `campaign_report` of these orders."""
    imported, campaign = ImportTally(), CampaignTally()
    for order in orders:
        imported.add(order)
        campaign.add(order)
    return {"import": imported.as_json(), "campaign_report": campaign.as_json(county_names)}
