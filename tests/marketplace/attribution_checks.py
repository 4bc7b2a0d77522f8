"""What stands in the database after runs, and whether the oracle agrees with it."""

from __future__ import annotations

from typing import NamedTuple

from marketplace.models import AttributionDecision, DailyCount, DailyMoney, Touchpoint
from marketplace.models.totals import DAILY_MONEY
from marketplace.rules.totals import COUNT_KEY, COUNTS, MONEY_KEY
from marketplace.selectors.attribution import campaign_digest, credited_and_none, state_digest
from marketplace.selectors.campaigns import current_versions
from marketplace.selectors.ledger_frames import orders_between, read_credits
from marketplace.services.attribution.checking import wrong_totals
from orders.models import SalesEntry, VoucherRedemption
from tests.marketplace.attribution_oracle import counts_of, credits_of, digest_of, totals_of
from tests.marketplace.ledger_builders import Sale

EVERYTHING = orders_between(0, 2**62)


class Decided(NamedTuple):
    """A decision as the oracle reads it."""

    order_id: int
    line_key: str
    campaign_code: str
    verdict: str


def stored_state(as_of_run: int | None = None) -> dict[tuple, tuple]:
    rows = read_credits(EVERYTHING, as_of_run=as_of_run).iter_rows()
    return {row[:4]: row[4:] for row in rows}


def ledger() -> dict[int, SalesEntry]:
    return {entry.pk: entry for entry in SalesEntry.objects.all()}


def recorded() -> tuple[list[VoucherRedemption], list[Decided], list[Touchpoint]]:
    """Return the redemptions, the decisions in force and the touches."""
    rows = AttributionDecision.objects.filter(state__in=["approved", "revoking"])
    columns = ("order_id", "line_key", "campaign__code", "verdict")
    decisions = [Decided(*row) for row in rows.values_list(*columns)]
    return list(VoucherRedemption.objects.all()), decisions, list(Touchpoint.objects.all())


def check_everything() -> None:
    """Compare state, totals, counts, digests and sums with the oracle."""
    entries = ledger()
    state = credits_of(entries.values(), current_versions(), *recorded())
    assert stored_state() == state
    width = len(MONEY_KEY)
    rows = DailyMoney.objects.values_list(*MONEY_KEY, *DAILY_MONEY)
    assert {row[:width]: row[width:] for row in rows if any(row[width:])} == totals_of(
        entries, state
    )
    rows = DailyCount.objects.values_list(*COUNT_KEY, *COUNTS)
    assert {row[:4]: row[4:] for row in rows if any(row[4:])} == counts_of(entries, state)
    assert state_digest() == digest_of(entries, state)
    for code in {key[1] for key in state}:
        assert campaign_digest(code) == digest_of(entries, state, code)
    assert sum(credited_and_none()) == sum(entry.amount_fen for entry in entries.values())
    assert wrong_totals(batch_orders=2) == []


def standing_of(sale: Sale, key: str = "line") -> dict[str, tuple[int, str]]:
    """Return {campaign: (level, reason)} of a line's sale row, as stored.

    '' only where no campaign is a candidate, not for what it keeps under path models.
    """
    sold = sale.sold[key].pk
    rows = stored_state().items()
    return {code: (level, why) for (entry, code, level, why), money in rows
            if entry == sold and money[1]}  # fmt: skip
