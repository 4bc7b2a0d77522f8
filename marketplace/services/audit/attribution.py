"""Invariant I5: credits add up to the ledger, follow the rules, and the totals follow them.

Reads only, in ranges of orders. Orders in the feed wait for the next run and are judged by
what their credits were, not by what the rules would say now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from marketplace.models import DailyCount, DailyDigest, DailyMoney
from marketplace.models.totals import MODELS, MONEY_COLUMNS
from marketplace.rules import state_digest, totals
from marketplace.rules.attribution import CREDITS, candidates, difference
from marketplace.selectors.campaigns import current_versions
from marketplace.services.attribution.batches import movement
from marketplace.services.attribution.edges import orders_between, read_credits, read_lines
from operations.services.bulk import fetch_columns
from orders.models import ChangedOrder
from orders.rules.audit import Finding

# Orders in memory at once. Unit: order ids.
CHUNK_IDS = 20_000
# At most this many rows are named per violation and chunk; one is enough to look.
NAMED = 20

_MONEY = [f"{model}_{name}" for model in MODELS for name in MONEY_COLUMNS]
Key = tuple[Any, ...]
Sums = dict[Key, list[int]]


class AttributionAudit:
    """One pass over all credits; `entries` counts the ledger rows that were checked."""

    def __init__(self) -> None:
        self.entries = 0
        self._money: Sums = {}
        self._counts: Sums = {}
        self._digest: Sums = {}

    def findings(self) -> Iterator[Finding]:
        """Yield every violation, the totals last."""
        versions = current_versions()
        waiting = set(ChangedOrder.objects.values_list("order_id", flat=True))
        (first, last), *_ = fetch_columns("SELECT min(id), max(id) FROM orders_order")
        for low in range(first or 0, (last or -1) + 1, CHUNK_IDS):
            orders = orders_between(low, low + CHUNK_IDS - 1)
            lines, existing = read_lines(orders), read_credits(orders)
            self.entries += lines.height
            settled = lines.filter(~pl.col("order_id").is_in(sorted(waiting)))
            yield from _strays(lines, existing)
            yield from _unbalanced(settled, existing)
            desired = candidates(lines, versions)
            yield from _unruly(settled, desired, existing)
            self._add(lines, existing)
        yield from self._totals()

    def _add(self, lines: pl.DataFrame, existing: pl.DataFrame) -> None:
        """Add what these credits put into the three daily tables."""
        nothing = pl.DataFrame(schema=CREDITS)
        whole = difference(existing, nothing).join(lines, on="entry_id", how="inner")
        moved = movement(lines, existing, nothing, whole)
        _sum_up(self._money, moved.money, len(totals.MONEY_KEY))
        _sum_up(self._counts, moved.counts, len(totals.COUNT_KEY))
        _sum_up(self._digest, moved.digest, len(state_digest.DIGEST_KEY))

    def _totals(self) -> Iterator[Finding]:
        stored = (
            ("daily_totals_differ", DailyMoney, totals.MONEY_KEY, _MONEY, self._money),
            ("daily_counts_differ", DailyCount, totals.COUNT_KEY, totals.COUNTS, self._counts),
            (
                "digest_differs",
                DailyDigest,
                state_digest.DIGEST_KEY,
                state_digest.LIMBS,
                self._digest,
            ),
        )
        for code, model, key, columns, computed in stored:
            found: Sums = {
                row[: len(key)]: list(row[len(key) :])
                for row in model._default_manager.values_list(*key, *columns)
            }
            wrong = [
                place
                for place in found.keys() | computed.keys()
                if found.get(place, [0] * len(columns)) != computed.get(place, [0] * len(columns))
            ]
            for place in sorted(wrong, key=str)[:NAMED]:
                yield Finding("I5", code, "/".join(str(part) for part in place))


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


def _sum_up(sums: Sums, frame: pl.DataFrame, width: int) -> None:
    for row in frame.iter_rows():
        amounts = sums.setdefault(row[:width], [0] * (len(row) - width))
        for position, amount in enumerate(row[width:]):
            amounts[position] += amount
