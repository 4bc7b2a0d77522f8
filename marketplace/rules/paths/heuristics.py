"""The models that divide a path by a rule: which part of it each touch earns.

The same seven rules as divide money (`weights`), here on anybody's paths and in floats.
"""

from __future__ import annotations

import polars as pl

from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.paths.path_sets import AGES, Credit, PathSet, credits_by_name

HALF_LIFE_DAYS = 7.0


def heuristic_credits(
    found: PathSet, model: str, half_life_days: float = HALF_LIFE_DAYS
) -> dict[str, Credit]:
    """Return what each name earns under one of PATH_MODELS.

    A touch counts as often as it comes, under `linear_distinct` a name once. `last_non_direct`
    gives to a direct touch only where all touches are direct. `position`: 2/5 to the first and
    the last of three or more, the rest shared; two share alike. `time_decay` halves every
    `half_life_days` and needs the ages of the touches.
    """
    return credits_by_name(found, _shares(found, model, half_life_days))


def _shares(found: PathSet, model: str, half_life_days: float) -> pl.DataFrame:
    """Return (path, name, share) of one model; shares of a path add up to 1."""
    touches, place = found.touches, pl.col("position")
    is_last = place == pl.col("length") - 1
    if model == "linear_distinct":
        alike = touches.select("path", "name").unique(maintain_order=True)
        return _divided(alike, pl.lit(1.0))
    if model == "time_decay":
        newest = pl.col(AGES).min().over("path")
        halvings = (pl.col(AGES) - newest) / half_life_days
        return _divided(touches, pl.lit(0.5).pow(halvings))
    if model == "last_non_direct":
        return _whole(_last_non_direct(found))
    if model == "first":
        return _whole(touches.filter(place == 0))
    if model == "last":
        return _whole(touches.filter(is_last))
    if model == "linear":
        share = 1.0 / pl.col("length")
    elif model == "position":
        inner = 0.2 / (pl.col("length") - 2)
        ends = pl.when((place == 0) | is_last).then(0.4).otherwise(inner)
        share = pl.when(pl.col("length") > 2).then(ends).otherwise(1.0 / pl.col("length"))
    else:
        raise ValueError(f"not one of {PATH_MODELS}: {model!r}")
    return touches.select("path", "name", share=share)


def _last_non_direct(found: PathSet) -> pl.DataFrame:
    """Return the last touch of each path that is not direct; else its last."""
    is_named = pl.col("name") != found.direct
    is_last = pl.col("path") != pl.col("path").shift(-1, fill_value=-1)
    named = found.touches.filter(is_named).filter(is_last)
    all_direct = found.touches.filter(is_last).join(named, on="path", how="anti")
    return pl.concat([named, all_direct])


def _whole(touches: pl.DataFrame) -> pl.DataFrame:
    return touches.select("path", "name", share=pl.lit(1.0))


def _divided(touches: pl.DataFrame, weight: pl.Expr) -> pl.DataFrame:
    """Divide each path by weights that may have any sum."""
    return touches.with_columns(weight=weight).select(
        "path", "name", share=pl.col("weight") / pl.col("weight").sum().over("path")
    )
