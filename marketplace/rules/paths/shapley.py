"""The Shapley value of the sum game: what each name is worth to the coalitions it plays in.

The game: a coalition of names is worth the conversions of every path whose names it holds. It
is a sum of unanimity games, one per set of names R that comes as a path, and the Shapley value
of a unanimity game is 1/|R| for each of R. So the value is found without walking the 2^n
coalitions, and equals `linear_distinct`. Proof: docs/decisions/0023-path-models.md.
"""

from __future__ import annotations

import polars as pl

from marketplace.rules.paths.path_sets import Credit, PathSet


def shapley_credits(found: PathSet) -> dict[str, Credit]:
    """Return the Shapley value of each name, in conversions and in value."""
    coalitions = (
        found.touches.select("path", "name")
        .unique()
        .sort("path", "name")
        .group_by("path", maintain_order=True)
        .agg(pl.col("name"))
    )
    dividends = (
        coalitions.with_columns(found.paths[coalitions["path"]].select("conversions", "value"))
        .group_by(pl.col("name").alias("coalition"), maintain_order=True)
        .agg(pl.col("conversions").sum(), pl.col("value").sum())
    )
    worth = {place: Credit(0.0, 0.0) for place in range(len(found.names))}
    for coalition, conversions, value in dividends.iter_rows():
        size = len(coalition)
        for place in coalition:
            earned = worth[place]
            worth[place] = Credit(
                earned.conversions + conversions / size, earned.value + value / size
            )
    return {name: worth[place] for place, name in enumerate(found.names)}
