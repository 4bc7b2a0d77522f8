"""The sums of a whole campaign, from the daily totals."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from marketplace.models import DailyCount, DailyMoney
from marketplace.rules.campaign_report import MODEL_COLUMNS, Asked, Money

# The dimension of DailyCount that counts every order once.
ALL_ORDERS = "all"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over all days of a campaign, under the model that is asked for.

    `orders`: with a credited sale. `orders_stood`: whose credited lines have a net above zero.
    `lines`: credited sale rows that no correction took back; `quantity`: their pieces, refunds
    not deducted. `money`: on the basis asked for. `consumer_paid_fen`: net of what buyers paid
    themselves. `subsidy_fen`: of all funders, less what went back.
    """

    orders: int
    orders_stood: int
    lines: int
    quantity: int
    money: Money
    consumer_paid_fen: int
    subsidy_fen: int
    model_money: dict[str, Money]

    def net_fen(self, model: str) -> int:
        """Return the campaign's net under a model, on the basis asked for."""
        return self.model_money[model].net_fen


def sums_of(asked: Asked) -> Sums:
    """Add up a campaign's daily totals, in two queries."""
    own, basis = asked.model_columns, asked.basis_columns
    wanted = {
        f"{prefix}_{basis}{side}_fen"
        for prefix in MODEL_COLUMNS.values()
        for side in ("gross", "refund")
    }
    wanted |= {
        f"{own}_{name}"
        for name in (
            "consumer_gross_fen", "consumer_refund_fen", "subsidy_fen", "quantity", "lines"
        )
    }  # fmt: skip
    found = DailyMoney.objects.filter(campaign_code=asked.campaign, view=asked.view).aggregate(
        **{f"sum_{name}": Sum(name, default=0) for name in sorted(wanted)}
    )
    counted = DailyCount.objects.filter(
        campaign_code=asked.campaign, dimension=ALL_ORDERS
    ).aggregate(
        orders=Sum(f"{own}_orders", default=0),
        stood=Sum(f"{own}_stood", default=0),
    )
    model_money = {
        name: Money(
            found[f"sum_{prefix}_{basis}gross_fen"], -found[f"sum_{prefix}_{basis}refund_fen"]
        )
        for name, prefix in MODEL_COLUMNS.items()
    }
    return Sums(
        orders=counted["orders"],
        orders_stood=counted["stood"],
        lines=found[f"sum_{own}_lines"],
        quantity=found[f"sum_{own}_quantity"],
        money=model_money[asked.model],
        consumer_paid_fen=found[f"sum_{own}_consumer_gross_fen"]
        + found[f"sum_{own}_consumer_refund_fen"],
        subsidy_fen=found[f"sum_{own}_subsidy_fen"],
        model_money=model_money,
    )
