"""The weight of each touch of a path under each model, as exact integers.

Weights of one path are comparable with each other only; a share is weight / sum of weights.
Source: docs/decisions/0023; the table of models in docs/attribution.md.
"""

from __future__ import annotations

from math import isqrt

import polars as pl

# The models that may divide a sale; the others give it whole to one touch.
WHOLE_MODELS = ("first", "last", "last_non_direct")
SHARED_MODELS = ("linear", "linear_distinct", "position", "time_decay")
HALF_LIFE_SECONDS = 7 * 86_400
# One as a fixed-point number of time decay.
ONE_BITS = 60
ONE = 1 << ONE_BITS
# A half-life is cut into this many coarse steps; a step has as many fine ones.
_STEP_SECONDS = 1000
_GUARD_BITS = 64


def weights_of(paths: pl.DataFrame, direct: int) -> pl.DataFrame:
    """Return the integer weight of each name on each path, one column per model.

    In: `entry_id`, `position` (0 first), `rank` (the name; `direct` is a touch without
    campaign), `age_seconds` (whole, from the touch to the payment), in the order of the path.
    Out: one row per (entry_id, rank). `linear` counts touches, `linear_distinct` names;
    `position` gives 2/5 to the first and the last of three or more and shares the rest;
    `time_decay` halves every HALF_LIFE_SECONDS. Every path has a touch of a campaign.
    """
    summed = [pl.col(name).sum() for name in (*WHOLE_MODELS, "linear", "position", "time_decay")]
    return (
        touch_weights(paths, direct)
        .group_by("entry_id", "rank", maintain_order=True)
        .agg(*summed, linear_distinct=pl.lit(1, dtype=pl.Int64))
    )


def touch_weights(paths: pl.DataFrame, direct: int) -> pl.DataFrame:
    """Return the weight of each single touch, one column per model but `linear_distinct`.

    In and meaning as in `weights_of`; `position` becomes the weight.
    """
    length, position = pl.len().over("entry_id").cast(pl.Int64), pl.col("position")
    is_named = pl.col("rank") != direct
    last_named = pl.when(is_named).then(position).max().over("entry_id")
    is_end = (position == 0) | (position == length - 1)
    newest = pl.col("age_seconds").min().over("entry_id")
    return paths.with_columns(
        first=(position == 0).cast(pl.Int64),
        last=(position == length - 1).cast(pl.Int64),
        last_non_direct=(position == last_named).cast(pl.Int64),
        linear=pl.lit(1, dtype=pl.Int64),
        position=pl.when((length > 2) & is_end)
        .then(2 * (length - 2))
        .otherwise(pl.lit(1, dtype=pl.Int64)),
        time_decay=decay(pl.col("age_seconds") - newest),
    )


def decay(age_seconds: pl.Expr) -> pl.Expr:
    """Return 2^(-age / half-life) as a fixed-point integer (Int128) of ONE_BITS bits.

    Whole half-lives are shifts; what is left is two table entries multiplied, each exact to its
    last bit, so that every machine has the same integer. Below 2^-60 it is 0.
    """
    halvings = (age_seconds // HALF_LIFE_SECONDS).clip(upper_bound=ONE_BITS + 1)
    left = age_seconds % HALF_LIFE_SECONDS
    coarse = (left // _STEP_SECONDS).replace_strict(_COARSE, return_dtype=pl.Int64)
    fine = (left % _STEP_SECONDS).replace_strict(_FINE, return_dtype=pl.Int64)
    whole = coarse.cast(pl.Int128) * fine.cast(pl.Int128) // ONE
    shift = halvings.replace_strict(_SHIFTS, return_dtype=pl.Int64)
    return whole // shift.cast(pl.Int128)


def decay_integer(age_seconds: int) -> int:
    """Return the same integer for one age."""
    halvings, left = divmod(age_seconds, HALF_LIFE_SECONDS)
    coarse, fine = divmod(left, _STEP_SECONDS)
    whole = _COARSE[coarse] * _FINE[fine] // ONE
    return whole // _SHIFTS[min(halvings, ONE_BITS + 1)]


def _powers(count: int, seconds: int) -> dict[int, int]:
    """Return 2^(-k * seconds / half-life) for k below `count`, in ONE_BITS bits."""
    step = _half_to_the(seconds)
    found, power = {}, 1 << (ONE_BITS + _GUARD_BITS)
    for number in range(count):
        found[number] = power >> _GUARD_BITS
        power = power * step >> (ONE_BITS + _GUARD_BITS)
    return found


def _half_to_the(seconds: int) -> int:
    """Return 2^(-seconds / half-life) with guard bits, by square roots of one half.

    The exponent seconds / half-life is written in binary; each of its digits is a root.
    """
    bits = ONE_BITS + _GUARD_BITS
    product, rest = 1 << bits, seconds
    root = isqrt(1 << (2 * bits - 1))
    for _ in range(bits):
        rest *= 2
        if rest >= HALF_LIFE_SECONDS:
            rest -= HALF_LIFE_SECONDS
            product = product * root >> bits
        root = isqrt(root << bits)
    return product


_COARSE = _powers(HALF_LIFE_SECONDS // _STEP_SECONDS + 1, _STEP_SECONDS)
_FINE = _powers(_STEP_SECONDS, 1)
# Past ONE_BITS halvings nothing is left. A divisor of 2^61 still fits.
_SHIFTS = {number: 1 << number for number in range(ONE_BITS + 2)}
