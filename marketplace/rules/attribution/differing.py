"""The rows that a run writes: what turns the stored state into the deserved one."""

from __future__ import annotations

import polars as pl

from marketplace.rules.attribution.shapes import CREDIT_KEY, CREDIT_MONEY


def difference(desired: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """Return the signed rows that turn the existing state into the desired one.

    Shapes: CREDITS in; CREDITS out, plus `direct_on` and `participation_on`: +1 where a credit
    of that model appears, -1 where it goes, 0 where only its amount moves. Sorted by key, so
    that the same change is always written the same way.
    """
    signed = [
        frame.select(
            *CREDIT_KEY,
            *(pl.col(name) * sign for name in CREDIT_MONEY),
            direct_on=pl.col("direct_fen").ne(0).cast(pl.Int64) * sign,
            participation_on=pl.col("participation_fen").ne(0).cast(pl.Int64) * sign,
        )
        for frame, sign in ((desired, 1), (existing, -1))
    ]
    if not existing.height:
        return signed[0].sort(CREDIT_KEY)
    return (
        pl.concat(signed)
        .group_by(CREDIT_KEY)
        .agg(pl.all().sum())
        .filter(pl.any_horizontal(pl.col(CREDIT_MONEY) != 0))
        .sort(CREDIT_KEY)
    )
