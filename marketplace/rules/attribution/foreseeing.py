"""What proposed rules of one campaign would move, gathered batch by batch (试算)."""

from __future__ import annotations

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
_LINE = ("sales_point_code", "order_number", "line_key")


class Foresight:
    """Sums what two sets of rules say of the same orders.

    Every amount is net (fen). `campaign_code` is the campaign whose rules differ.
    """

    def __init__(self, campaign_code: str) -> None:
        self._code = campaign_code
        self._looked_at = self._orders = self._lines = 0
        self._sums: list[pl.DataFrame] = []
        self._campaigns: list[pl.DataFrame] = []
        self._counts: list[pl.DataFrame] = []
        self._groups: dict[str, list[pl.DataFrame]] = {"sales_point_code": [], "county_code": []}
        self._moved = pl.DataFrame()

    def add(self, lines: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> None:
        """Take in a batch of whole orders. Shapes: LINES and CREDITS."""
        self._looked_at += lines.get_column("order_id").n_unique()
        changed = difference(after, before).join(lines, on="entry_id", how="inner")
        self._orders += changed.get_column("order_id").n_unique()
        self._lines += changed.select("order_id", "line_key").unique().height
        states = [
            state.join(lines, on="entry_id", how="inner").with_columns(state=pl.lit(side))
            for side, state in zip(_SIDES, (before, after), strict=True)
        ]
        self._counts.extend(_orders_of(state, self._code) for state in states)
        both = pl.concat(states)
        self._campaigns.append(
            both.group_by("state", "campaign_code").agg(pl.col("direct_fen").sum())
        )
        own = both.filter(pl.col("campaign_code") == self._code)
        self._sums.append(own.group_by("state").agg(pl.col(SUMS).sum()))
        for name, frames in self._groups.items():
            frames.append(own.group_by("state", name).agg(pl.col("direct_fen").sum()))
        self._moved = _largest([self._moved, _moved_lines(*states)])

    def as_json(self) -> dict[str, Any]:
        """Return everything that was gathered, under stable names."""
        sums = _by_side(self._sums)
        return {
            "orders_looked_at": self._looked_at,
            "orders_changed": self._orders,
            "lines_changed": self._lines,
            "orders": _pair(_of_sides(_by_side(self._counts), "orders")),
            "sums": {name.removesuffix("_fen"): _pair(_of_sides(sums, name)) for name in SUMS},
            "campaigns": _rows(self._campaigns, "campaign_code", only_moved=True),
            "sales_points": _rows(self._groups["sales_point_code"], "sales_point_code"),
            "counties": _rows(self._groups["county_code"], "county_code"),
            "lines": [
                {
                    "sales_point": row["sales_point_code"],
                    "order_number": row["order_number"],
                    "line_key": row["line_key"],
                    "from": row["before"],
                    "to": row["after"],
                    "moved_fen": row["moved_fen"],
                }
                for row in self._moved.iter_rows(named=True)
            ],
        }


def _orders_of(state: pl.DataFrame, code: str) -> pl.DataFrame:
    """Count the orders that the direct rule gives the campaign, as the daily counts do."""
    own = state.filter(pl.col("campaign_code") == code)
    side = state.get_column("state").first() if state.height else ""
    if not own.height:
        return pl.DataFrame(schema={"state": pl.String, "orders": pl.Int64})
    counted = totals.count_changes(own.drop("state"), own.clear().drop("state"))
    whole = counted.filter(pl.col("dimension") == "all")
    return pl.DataFrame({"state": [side], "orders": [int(whole["direct_orders"].sum())]})


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
    held = [frame for frame in frames if frame.height]
    if not held:
        return frames[-1]
    order = [pl.col("moved_fen").abs(), *map(pl.col, (*_LINE, "before", "after"))]
    return pl.concat(held).sort(order, descending=[True, *[False] * 5]).head(LINES_SHOWN)


def _by_side(frames: list[pl.DataFrame]) -> pl.DataFrame | None:
    return pl.concat(frames).group_by("state").agg(pl.all().sum()) if frames else None


def _of_sides(sums: pl.DataFrame | None, name: str) -> dict[str, int]:
    return {} if sums is None else dict(zip(sums["state"], sums[name], strict=True))


def _pair(by_side: dict[str, int]) -> dict[str, int]:
    return {side: int(by_side.get(side, 0)) for side in _SIDES}


def _rows(
    frames: list[pl.DataFrame], key: str, *, only_moved: bool = False
) -> list[dict[str, Any]]:
    """Return the direct sums of both sides by a code, in order of the code."""
    if not frames:
        return []
    found: dict[str, dict[str, int]] = {}
    summed = pl.concat(frames).group_by("state", key).agg(pl.col("direct_fen").sum())
    for side, code, fen in summed.select("state", key, "direct_fen").iter_rows():
        found.setdefault(code, dict.fromkeys(_SIDES, 0))[side] = int(fen)
    return [
        {"code": code, "before_fen": sums["before"], "after_fen": sums["after"]}
        for code, sums in sorted(found.items())
        if not only_moved or sums["before"] != sums["after"]
    ]
