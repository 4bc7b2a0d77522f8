"""The sums of a whole campaign, from the daily totals."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from marketplace.models import DailyMoney
from marketplace.rules.campaign_report import (
    MODEL_COLUMNS,
    RULE_COLUMNS,
    TRANSACTION,
    Asked,
    Money,
)
from marketplace.selectors.reports.counts import LineCounts, line_counts


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over all days of a campaign, under the model that is asked for.

    `counts.lines`: credited sale rows that no correction took back, `counts.quantity`: their
    pieces, refunds not deducted. `money`: on the basis asked for. `consumer_paid_fen`: net of
    what buyers paid themselves. `subsidy_fen`: of all funders, less what went back; None where
    the model splits neither.
    """

    counts: LineCounts
    money: Money
    consumer_paid_fen: int | None
    subsidy_fen: int | None
    model_net_fen: dict[str, int | None]


def sums_of(asked: Asked) -> Sums:
    """Add up a campaign's daily totals, in a fixed number of queries."""
    basis = asked.basis_columns
    models = MODEL_COLUMNS if asked.basis == TRANSACTION else RULE_COLUMNS
    wanted = {
        f"{prefix}_{basis}{side}_fen" for prefix in models.values() for side in ("gross", "refund")
    }
    own = asked.model_columns
    beside = ("consumer_gross_fen", "consumer_refund_fen", "subsidy_fen", "quantity", "lines")
    if not asked.is_analysis:
        wanted |= {f"{own}_{name}" for name in beside}
    rows = DailyMoney.objects.filter(campaign_code=asked.campaign, view=asked.view)
    found = rows.aggregate(**{f"sum_{name}": Sum(name, default=0) for name in sorted(wanted)})
    money = {
        name: Money(
            found[f"sum_{prefix}_{basis}gross_fen"], -found[f"sum_{prefix}_{basis}refund_fen"]
        )
        for name, prefix in models.items()
    }
    net = {name: money[name].net_fen if name in money else None for name in MODEL_COLUMNS}
    if asked.is_analysis:
        return Sums(line_counts(asked), money[asked.model], None, None, net)
    unmatched = rows.filter(sku_code="").aggregate(lines=Sum(f"{own}_lines", default=0))["lines"]
    return Sums(
        counts=LineCounts(found[f"sum_{own}_lines"], found[f"sum_{own}_quantity"], unmatched),
        money=money[asked.model],
        consumer_paid_fen=found[f"sum_{own}_consumer_gross_fen"]
        + found[f"sum_{own}_consumer_refund_fen"],
        subsidy_fen=found[f"sum_{own}_subsidy_fen"],
        model_net_fen=net,
    )
