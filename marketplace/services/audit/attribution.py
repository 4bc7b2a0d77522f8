"""Invariant I5: credits add up to the ledger, follow the rules, and the totals follow them.

Reads only, in ranges of orders. Orders in the feed wait for the next run: the rules are not
held against them yet.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from django.conf import settings

from marketplace.models import (
    AttributionEntry,
    AttributionRun,
    DailyCount,
    DailyDigest,
    DailyMoney,
)
from marketplace.rules.attribution import PATH_MONEY, difference
from marketplace.selectors.attribution import state_digest
from marketplace.selectors.campaigns import current_versions, versions_with_other_rules
from marketplace.selectors.ledger_frames import orders_between, read_credits, read_lines
from marketplace.services.attribution.batches import deserved_credits
from marketplace.services.attribution.checking import wrong_totals
from marketplace.services.attribution.partitions import ledger_ranges
from operations.services.bulk import fetch_columns
from orders.models import ChangedOrder, SalesEntry
from orders.rules.audit import Finding

# At most this many rows are named per violation and batch; one is enough to look.
NAMED = 20

_TOTALS = {
    DailyMoney._meta.db_table: "daily_totals_differ",
    DailyCount._meta.db_table: "daily_counts_differ",
    DailyDigest._meta.db_table: "digest_differs",
}


class AttributionAudit:
    """One pass over all credits; `entries` counts the ledger rows that were checked."""

    def __init__(self) -> None:
        self.entries = 0

    def findings(self) -> Iterator[Finding]:
        """Yield every violation, the totals last."""
        versions = current_versions()
        waiting = ChangedOrder.objects.order_by().values_list("order_id", flat=True).distinct()
        unsettled = pl.Series("order_id", sorted(waiting), dtype=pl.Int64)
        for low, high in ledger_ranges(settings.ATTRIBUTION_BATCH_ORDERS):
            orders = orders_between(low, high)
            lines, existing = read_lines(orders), read_credits(orders)
            self.entries += lines.height
            settled = lines.filter(~pl.col("order_id").is_in(unsettled.implode()))
            yield from _strays(lines, existing)
            yield from _unbalanced(settled, existing)
            desired = deserved_credits(orders, lines, versions)
            yield from _unruly(settled, desired, existing)
        yield from _misnamed()
        for code, number in versions_with_other_rules():
            yield Finding("I5", "campaign_rules_changed", f"{code} v{number}")
        for wrong in wrong_totals()[:NAMED]:
            place = "/".join(str(part) for part in wrong.key)
            yield Finding("I5", _TOTALS[wrong.table], place)
        yield from _last_run()


def _strays(lines: pl.DataFrame, existing: pl.DataFrame) -> Iterator[Finding]:
    """Credits of ledger rows that carry no amount."""
    strays = existing.join(lines.select("entry_id"), on="entry_id", how="anti")
    for entry_id in strays["entry_id"].head(NAMED):
        yield Finding("I5", "credit_without_a_sale", f"entry:{entry_id}")


def _unbalanced(lines: pl.DataFrame, existing: pl.DataFrame) -> Iterator[Finding]:
    """Ledger rows whose credits under an exclusive model are not the row: twice, or lost."""
    models = dict.fromkeys(("direct_fen", *PATH_MONEY), "amount_fen")
    models["direct_consumer_fen"] = "consumer_paid_fen"
    credited = existing.group_by("entry_id").agg(pl.col(*models).sum())
    wrong = lines.join(credited, on="entry_id", how="left").filter(
        pl.any_horizontal(
            pl.col(name).fill_null(0) != pl.col(whole) for name, whole in models.items()
        )
    )
    yield from _named("credits_do_not_add_up", wrong)


def _unruly(
    lines: pl.DataFrame, desired: pl.DataFrame, existing: pl.DataFrame
) -> Iterator[Finding]:
    """Ledger rows whose credits are not what the current rules say."""
    changes = difference(desired, existing).select("entry_id").unique()
    wrong = lines.join(changes, on="entry_id", how="semi")
    yield from _named("credits_differ_from_the_rules", wrong)


def _misnamed() -> Iterator[Finding]:
    """Credits that name another order than their ledger row does, or a run that is gone."""
    for credit_id, run_id in fetch_columns(
        f"SELECT a.id, r.id FROM {AttributionEntry._meta.db_table} a "
        f"JOIN {SalesEntry._meta.db_table} s ON s.id = a.entry_id "
        f"LEFT JOIN {AttributionRun._meta.db_table} r ON r.id = a.run_id "
        "WHERE r.id IS NULL OR a.sales_point_code <> s.sales_point_code "
        "OR a.order_number <> s.order_number ORDER BY a.id LIMIT %s",
        [NAMED],
    ):
        code = "credit_without_a_run" if run_id is None else "credit_names_another_order"
        yield Finding("I5", code, f"credit:{credit_id}")


def _last_run() -> Iterator[Finding]:
    """The digest of the last run, where it is not the state's; an unfinished run still moves."""
    last = AttributionRun.objects.order_by("-id").first()
    is_done = last is not None and last.status == AttributionRun.Status.DONE
    if last is not None and is_done and last.digest != state_digest():
        yield Finding("I5", "run_digest_differs", f"run:{last.pk}")


def _named(code: str, wrong: pl.DataFrame) -> Iterator[Finding]:
    for row in wrong.sort("entry_id").head(NAMED).iter_rows(named=True):
        place = f"{row['sales_point_code']}/{row['order_number']}/{row['line_key']}"
        yield Finding("I5", code, place)
