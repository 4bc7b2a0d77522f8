"""Recompute the daily totals from the entries, for `audit` and tests: what is stored must agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from django.conf import settings
from django.db.models import Model

from marketplace.models import DailyCount, DailyDigest, DailyMoney
from marketplace.models.totals import DAILY_MONEY
from marketplace.rules import state_digest, totals
from marketplace.rules.attribution import CREDITS, difference
from marketplace.selectors.ledger_frames import orders_between, read_credits, read_lines
from marketplace.services.attribution.batches import Movement, movement
from marketplace.services.attribution.partitions import ledger_ranges

Amounts = tuple[int, ...]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class WrongTotal:
    """A row of a daily table that is not what the entries add up to; None where there is none."""

    table: str
    key: Key
    stored: Amounts | None
    expected: Amounts | None


def wrong_totals(batch_orders: int | None = None) -> list[WrongTotal]:
    """Return every daily row that differs from what ledger and entries say, in batches."""
    expected: dict[str, dict[Key, Amounts]] = {}
    for change in _movements(batch_orders or settings.ATTRIBUTION_BATCH_ORDERS):
        for name, frame in (
            ("money", change.money),
            ("counts", change.counts),
            ("digest", change.digest),
        ):
            _add(expected.setdefault(name, {}), frame, len(_TABLES[name][1]))
    return [
        wrong
        for name, (model, key, amounts) in _TABLES.items()
        for wrong in _compared(model, key, amounts, expected.get(name, {}))
    ]


def _movements(batch_orders: int) -> Iterator[Movement]:
    """Yield what the stored entries of each batch of orders add to empty totals."""
    nothing = pl.DataFrame(schema=CREDITS)
    for low, high in ledger_ranges(batch_orders):
        lines, credits_ = (read(orders_between(low, high)) for read in (read_lines, read_credits))
        changes = difference(credits_, nothing).join(lines, on="entry_id", how="inner")
        yield movement(lines, credits_, nothing, changes)


def _add(sums: dict[Key, Amounts], frame: pl.DataFrame, width: int) -> None:
    for row in frame.iter_rows():
        before = sums.get(row[:width], (0,) * (len(row) - width))
        sums[row[:width]] = tuple(a + b for a, b in zip(before, row[width:], strict=True))


def _compared(
    model: type[Model],
    key: tuple[str, ...],
    amounts: tuple[str, ...],
    expected: dict[Key, Amounts],
) -> Iterator[WrongTotal]:
    """Yield the keys whose stored amounts are not the expected ones; a row of zeros is no row."""
    stored = {
        row[: len(key)]: row[len(key) :]
        for row in model._default_manager.values_list(*key, *amounts).iterator()
        if any(row[len(key) :])
    }
    wanted = {each: sums for each, sums in expected.items() if any(sums)}
    for each in sorted(stored.keys() | wanted.keys(), key=str):
        if stored.get(each) != wanted.get(each):
            yield WrongTotal(model._meta.db_table, each, stored.get(each), wanted.get(each))


_TABLES: dict[str, tuple[type[Model], tuple[str, ...], tuple[str, ...]]] = {
    "money": (DailyMoney, totals.MONEY_KEY, DAILY_MONEY),
    "counts": (DailyCount, totals.COUNT_KEY, totals.COUNTS),
    "digest": (DailyDigest, state_digest.DIGEST_KEY, state_digest.LIMBS),
}
