"""Invariant I5: credits add up to the ledger, follow the rules, and the totals follow them.

Reads only, in ranges of orders. Orders in the feed wait for the next run: the rules are not
held against them yet.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from django.conf import settings

from marketplace.models import DailyCount, DailyDigest, DailyMoney
from marketplace.rules.attribution import candidates, difference
from marketplace.selectors.campaigns import current_versions
from marketplace.services.attribution.checking import wrong_totals
from marketplace.services.attribution.edges import orders_between, read_credits, read_lines
from marketplace.services.attribution.partitions import ledger_ranges
from orders.models import ChangedOrder
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
            yield from _unruly(settled, candidates(lines, versions), existing)
        for wrong in wrong_totals()[:NAMED]:
            place = "/".join(str(part) for part in wrong.key)
            yield Finding("I5", _TOTALS[wrong.table], place)


def _strays(lines: pl.DataFrame, existing: pl.DataFrame) -> Iterator[Finding]:
    """Credits of ledger rows that carry no amount."""
    strays = existing.join(lines.select("entry_id"), on="entry_id", how="anti")
    for entry_id in strays["entry_id"].head(NAMED):
        yield Finding("I5", "credit_without_a_sale", f"entry:{entry_id}")


def _unbalanced(lines: pl.DataFrame, existing: pl.DataFrame) -> Iterator[Finding]:
    """Ledger rows whose direct credits are not the row: counted twice, or lost."""
    credited = existing.group_by("entry_id").agg(
        pl.col("direct_fen").sum(), pl.col("direct_consumer_fen").sum()
    )
    wrong = lines.join(credited, on="entry_id", how="left").filter(
        (pl.col("direct_fen").fill_null(0) != pl.col("amount_fen"))
        | (pl.col("direct_consumer_fen").fill_null(0) != pl.col("consumer_paid_fen"))
    )
    yield from _named("credits_do_not_add_up", wrong)


def _unruly(
    lines: pl.DataFrame, desired: pl.DataFrame, existing: pl.DataFrame
) -> Iterator[Finding]:
    """Ledger rows whose credits are not what the current rules say."""
    changes = difference(desired, existing).select("entry_id").unique()
    wrong = lines.join(changes, on="entry_id", how="semi")
    yield from _named("credits_differ_from_the_rules", wrong)


def _named(code: str, wrong: pl.DataFrame) -> Iterator[Finding]:
    for row in wrong.sort("entry_id").head(NAMED).iter_rows(named=True):
        place = f"{row['sales_point_code']}/{row['order_number']}/{row['line_key']}"
        yield Finding("I5", code, place)
