"""A set of weighted paths: who touched, in which order, and how often that ended in what.

For indices and for the tool `attribute_paths`, never for money: numbers are floats here.
Source: docs/decisions/0023-path-models.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

# The name of a touch without campaign.
DIRECT = "direct"
# One row per path. `ages_days`, one per touch, from the touch to the conversion, may be left out.
WEIGHTED_PATHS = pl.Schema(
    [
        ("touches", pl.List(pl.String)),
        ("conversions", pl.Float64()),
        ("value", pl.Float64()),
        ("nulls", pl.Float64()),
    ]
)
AGES = "ages_days"


@dataclass(frozen=True, slots=True)
class PathSet:
    """Paths with their weights, taken apart.

    `names`: every name that touches, by ascending bytes. `paths`: one row per path with
    `conversions`, `value` (of these conversions) and `nulls` (journeys of it that ended in no
    conversion). `touches`: `path` (row in `paths`), `position` (0 first), `length` (of the path),
    `name` (place in `names`), and AGES where they are known; in the order of the paths.
    """

    names: tuple[str, ...]
    paths: pl.DataFrame
    touches: pl.DataFrame

    @property
    def direct(self) -> int:
        """Return the place of the direct touch in `names`; -1 where no touch is direct."""
        return self.names.index(DIRECT) if DIRECT in self.names else -1

    def totals(self) -> tuple[float, float]:
        """Return the conversions of all paths and their value."""
        return float(self.paths["conversions"].sum()), float(self.paths["value"].sum())


@dataclass(frozen=True, slots=True)
class Credit:
    """What a name earns: parts of conversions and of their value."""

    conversions: float
    value: float


def path_set(rows: pl.DataFrame) -> PathSet:
    """Take paths (WEIGHTED_PATHS) apart. Every path has a touch; equal ones may repeat."""
    lengths = rows["touches"].list.len().cast(pl.Int64)
    starts = lengths.cum_sum() - lengths
    exploded = ["touches", AGES] if AGES in rows.columns else ["touches"]
    touches = (
        rows.select(
            *exploded,
            path=pl.int_range(pl.len(), dtype=pl.Int64),
            length=lengths,
            start=starts,
        )
        .explode(exploded)
        .with_row_index("row")
    )
    names = touches["touches"].unique().sort()
    places = touches["touches"].cast(pl.Enum(names)).to_physical().cast(pl.Int64)
    return PathSet(
        tuple(names),
        rows.select("conversions", "value", "nulls"),
        touches.select(
            "path",
            "length",
            *exploded[1:],
            position=pl.col("row").cast(pl.Int64) - pl.col("start"),
            name=places,
        ),
    )


def credits_by_name(found: PathSet, shares: pl.DataFrame) -> dict[str, Credit]:
    """Add up what each name earns; a name that earns nothing has 0.

    `shares`: `path`, `name` and `share`, the part of the path that the row earns.
    """
    weights = found.paths[shares["path"]]
    earned = (
        shares.select(
            "name",
            conversions=pl.col("share") * weights["conversions"],
            value=pl.col("share") * weights["value"],
        )
        .group_by("name")
        .agg(pl.col("conversions").sum(), pl.col("value").sum())
    )
    credited = {row[0]: Credit(row[1], row[2]) for row in earned.iter_rows()}
    return {name: credited.get(place, Credit(0.0, 0.0)) for place, name in enumerate(found.names)}
