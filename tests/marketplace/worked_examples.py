"""The notation of the worked examples in docs/attribution.md: yuan in, yuan out, real engine.

A campaign is a code with its rules; a path is `a > b > direct`, one touch a day, the last one a
day before payment. Amounts are printed as yuan with two decimals, campaigns by code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from common.money import yuan
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.paths.markov import markov_index
from marketplace.rules.paths.path_sets import WEIGHTED_PATHS, path_set
from tests.marketplace.attribution_rows import (
    START,
    Decision,
    Row,
    Touch,
    Voucher,
    judged,
    rules,
)

PAID = START + timedelta(days=2)
NOBODY = "未归属"
MODELS = {"direct_rule": "direct_fen", "participation": "participation_fen"}


def campaign(code: str, **changes: object) -> CampaignRules:
    """Make a campaign of the window 2020-05-01 to 2020-05-07, everywhere."""
    return rules(code, **changes)


def path(text: str, days: Iterable[int] | None = None) -> list[Touch]:
    """Read `a > b > direct`; `days` are the ages of the touches, oldest first."""
    names = [name.strip() for name in text.split(">")]
    ages = list(days) if days is not None else list(range(len(names), 0, -1))
    return [
        Touch(
            "" if name == "direct" else name,
            PAID - timedelta(days=age),
            source_id=str(number),
        )
        for number, (name, age) in enumerate(zip(names, ages, strict=True))
    ]


def voucher(code: str, discount: str = "10.00") -> Voucher:
    """Redeem a voucher of a campaign on the line."""
    return Voucher(code, discount_fen=_fen(discount))


def exclude(code: str) -> Decision:
    """Record the operator's decision that a campaign does not have the order."""
    return Decision(code, verdict="exclude")


def split(
    amount: str,
    campaigns: Iterable[CampaignRules],
    evidence: Iterable[object] = (),
    *,
    model: str = "direct_rule",
    refunds: Iterable[str] = (),
    number: str = "A1",
    reference: str = "",
    buyer: str = "buyer",
) -> str:
    """Print what each campaign nets of one line of `amount` yuan after its refunds."""
    said = {"order_number": number, "paid_at": PAID, "buyer_key": buyer}
    rows = [Row(amount_fen=_fen(amount), reference_code=reference, **said)]
    rows += [
        Row(
            **said,
            pk=sequence,
            sequence=sequence,
            kind="refund",
            side="refund",
            reference_code=reference,
            amount_fen=-_fen(refund),
        )
        for sequence, refund in enumerate(refunds, start=2)
    ]
    found = judged(rows, list(campaigns), list(evidence))
    column = MODELS.get(model, f"{model}_fen")
    net: dict[str, int] = defaultdict(int)
    for code, fen in found.select("campaign_code", column).iter_rows():
        net[code or NOBODY] += fen
    is_named = {code: fen for code, fen in net.items() if fen or code != NOBODY}
    return "  ".join(f"{code} {yuan(is_named[code])}" for code in sorted(is_named))


def reasons(
    amount: str, campaigns: Iterable[CampaignRules], evidence: Iterable[object] = ()
) -> str:
    """Print level and reason of every candidate of one line."""
    row = Row(amount_fen=_fen(amount), paid_at=PAID, buyer_key="buyer")
    found = judged([row], list(campaigns), list(evidence)).sort("campaign_code")
    said = found.select("campaign_code", "level", "reason").iter_rows()
    return "  ".join(f"{code}:{level}:{reason or 'won'}" for code, level, reason in said if code)


def removal_effects(journeys: dict[str, tuple[int, int]]) -> str:
    """Print the Markov removal effect of each name; a path came with (orders, none) ends."""
    rows = [
        ([name.strip() for name in text.split(">")], float(orders), 0.0, float(nulls))
        for text, (orders, nulls) in journeys.items()
    ]
    index = markov_index(path_set(pl.DataFrame(rows, schema=WEIGHTED_PATHS, orient="row")))
    effects = sorted(index.removal_effects.items())
    return "  ".join(f"{name} {effect:.4f}" for name, effect in effects)


def _fen(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))
