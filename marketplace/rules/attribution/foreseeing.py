"""What proposed rules of one campaign would move, gathered batch by batch (试算)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from marketplace.rules import totals
from marketplace.rules.attribution.differing import difference
from marketplace.rules.attribution.shapes import PATH_MONEY

# The moved lines that a preview shows, the largest first.
LINES_SHOWN = 50
# What a preview sums of the campaign itself, net of refunds.
SUMS = ("direct_fen", "participation_fen", *PATH_MONEY)
_SIDES = ("before", "after")
_BROKEN_DOWN = ("campaign_code", "sales_point_code", "county_code")
_LINE = ("sales_point_code", "order_number", "line_key")


class Foresight:
    """Sums what two sets of rules say of the same orders.

    Every amount is net (fen). `campaign_code` is the campaign whose rules differ.
    """

    def __init__(self, campaign_code: str) -> None:
        self._code = campaign_code
        self._looked_at = self._orders_changed = self._lines_changed = 0
        # By side, by (column, side), and by (code, side) of each column that is broken down.
        self._orders: Counter[str] = Counter()
        self._sums: Counter[tuple[str, str]] = Counter()
        self._by: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in _BROKEN_DOWN}
        self._moved: list[pl.DataFrame] = []

    def add(self, lines: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> None:
        """Take in a batch of whole orders. Shapes: LINES and CREDITS."""
        changed = difference(after, before).join(lines, on="entry_id", how="inner")
        self._looked_at += lines.get_column("order_id").n_unique()
        self._orders_changed += changed.get_column("order_id").n_unique()
        self._lines_changed += changed.select("order_id", "line_key").unique().height
        states = [state.join(lines, on="entry_id", how="inner") for state in (before, after)]
        for side, state in zip(_SIDES, states, strict=True):
            self._add_side(side, state)
        self._moved = [_largest([*self._moved, _moved_lines(*states)])]

    def _add_side(self, side: str, state: pl.DataFrame) -> None:
        own = state.filter(pl.col("campaign_code") == self._code)
        self._orders[side] += _orders_of(own)
        for name in SUMS:
            self._sums[name, side] += int(own[name].sum())
        for name, sums in self._by.items():
            whole = state if name == "campaign_code" else own
            for code, fen in whole.group_by(name).agg(pl.col("direct_fen").sum()).iter_rows():
                sums[code, side] += fen

    def as_json(self) -> dict[str, Any]:
        """Return everything that was gathered, under stable names."""
        campaigns = self._rows("campaign_code")
        return {
            "orders_looked_at": self._looked_at,
            "orders_changed": self._orders_changed,
            "lines_changed": self._lines_changed,
            "orders": {side: self._orders[side] for side in _SIDES},
            "sums": {
                name.removesuffix("_fen"): {side: self._sums[name, side] for side in _SIDES}
                for name in SUMS
            },
            "campaigns": [row for row in campaigns if row["before_fen"] != row["after_fen"]],
            "sales_points": self._rows("sales_point_code"),
            "counties": self._rows("county_code"),
            "lines": [
                {
                    "sales_point": row["sales_point_code"],
                    "order_number": row["order_number"],
                    "line_key": row["line_key"],
                    "from": row["before"],
                    "to": row["after"],
                    "moved_fen": row["moved_fen"],
                }
                for moved in self._moved
                for row in moved.iter_rows(named=True)
            ],
        }

    def _rows(self, name: str) -> list[dict[str, Any]]:
        """Return the direct sums of both sides by a code, in order of the code."""
        sums = self._by[name]
        return [
            {"code": code, "before_fen": sums[code, "before"], "after_fen": sums[code, "after"]}
            for code in sorted({code for code, _side in sums})
        ]


def _orders_of(own: pl.DataFrame) -> int:
    """Count the orders that the direct rule gives the campaign, as the daily counts do."""
    if not own.height:
        return 0
    counted = totals.count_changes(own, own.clear())
    return int(counted.filter(pl.col("dimension") == "all")["direct_orders"].sum())


def _moved_lines(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return the lines whose winner under the direct rule changes, with the amount that moves."""
    earned = pl.col("direct_fen") != 0
    winners = [
        state.filter(earned).select(
            "entry_id", *_LINE, "direct_fen", pl.col("campaign_code").alias(side)
        )
        for side, state in zip(_SIDES, (before, after), strict=True)
    ]
    both = winners[0].join(winners[1].select("entry_id", "after"), on="entry_id", how="inner")
    moved = both.filter(pl.col("before") != pl.col("after"))
    return moved.group_by(*_LINE, "before", "after").agg(moved_fen=pl.col("direct_fen").sum())


def _largest(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Keep the lines that move most; ties by order and line, so that it is always the same."""
    order = [pl.col("moved_fen").abs(), *map(pl.col, (*_LINE, "before", "after"))]
    return pl.concat(frames).sort(order, descending=[True, *[False] * 5]).head(LINES_SHOWN)
