"""The digest of the state of attribution (校验码): equal content, equal digest, anywhere.

A row is the net credit of one order line and campaign; ids, runs, clock times, event dates and
the path of events that led there do not count. The digest is the sum of the rows' hashes
modulo 2**160, so that a change moves it by what it adds and takes away. Sums are kept per
(campaign, order date) as five limbs of 32 bits, least significant first (docs/decisions/0007).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import polars as pl

from marketplace.rules.attribution import CREDIT_MONEY, PATH_MONEY

LIMBS = ("limb0", "limb1", "limb2", "limb3", "limb4")
DIGEST_KEY = ("campaign_code", "date")
_LIMB_BITS = 32
_BITS = _LIMB_BITS * len(LIMBS)
# The line key comes last: it holds text of platforms, the other fields are codes.
_ROW = (
    "sales_point_code",
    "order_number",
    "component",
    "campaign_code",
    "level",
    "reason",
    "order_date",
    "county_code",
    "sku_code",
)
_SIDES = ("gross", "refund")
_PATH_SUMS = tuple(f"{side}_{name}" for side in _SIDES for name in PATH_MONEY)
_RULE_SUMS = tuple(
    f"{side}_{name}" for side in _SIDES for name in CREDIT_MONEY if name not in PATH_MONEY
)
_SUMS = (*_RULE_SUMS, *_PATH_SUMS)


def digest_changes(after: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return what the move from `before` to `after` adds to the limbs, per DIGEST_KEY.

    Both hold the whole credits of the same orders with their ledger columns.
    """
    signed = [
        _net_lines(state).with_columns(sign=pl.lit(sign, dtype=pl.Int64))
        for state, sign in ((after, 1), (before, -1))
        if state.height
    ]
    if not signed:
        return pl.DataFrame(schema=[*DIGEST_KEY, *LIMBS])
    # A line that is the same before and after cancels out and need not be hashed.
    moved = pl.concat(signed)
    if len(signed) > 1:
        moved = moved.group_by("campaign_code", "order_date", "row").agg(pl.col("sign").sum())
        moved = moved.filter(pl.col("sign") != 0)
    rows = moved["row"].cast(pl.Binary).to_list()
    limbs = pl.Series("hash", [sha256(row).digest() for row in rows], dtype=pl.Binary)
    numbers = [
        (
            pl.col("hash").bin.slice(4 * place, 4).bin.reinterpret(dtype=pl.UInt32)
            .cast(pl.Int64) * pl.col("sign")
        ).sum().alias(name)
        for place, name in enumerate(LIMBS)
    ]  # fmt: skip
    return (
        moved.with_columns(limbs)
        .group_by("campaign_code", pl.col("order_date").alias("date"))
        .agg(numbers)
        .select(*DIGEST_KEY, *LIMBS)
    )


def hexadecimal(limbs: Sequence[int]) -> str:
    """Carry the sums of five limbs and print the digest: 40 hexadecimal characters."""
    number = sum(limb << (_LIMB_BITS * place) for place, limb in enumerate(limbs))
    return f"{number % (1 << _BITS):0{_BITS // 4}x}"


def _net_lines(state: pl.DataFrame) -> pl.DataFrame:
    """Sum credits per order line and write each as one text.

    A line that came to nothing everywhere does not exist. The sums of path models follow after
    a record separator where they are not all 0, so that credits from before these models keep
    their hash.
    """
    paths = pl.concat_str([pl.lit("\x1e"), pl.concat_str(_PATH_SUMS, separator="\x1f")])
    is_pathed = pl.any_horizontal(pl.col(_PATH_SUMS) != 0)
    by_side = [
        pl.when(pl.col("side") == side).then(pl.col(name)).otherwise(0).alias(f"{side}_{name}")
        for side in _SIDES
        for name in CREDIT_MONEY
    ]
    return (
        state.select(*_ROW, "line_key", *by_side)
        .group_by([*_ROW, "line_key"])
        .agg(pl.col(_SUMS).sum())
        .filter(pl.any_horizontal(pl.col(_SUMS) != 0))
        .select(
            "campaign_code",
            "order_date",
            row=pl.concat_str(
                pl.concat_str([*_ROW, *_RULE_SUMS, "line_key"], separator="\x1f"),
                pl.when(is_pathed).then(paths).otherwise(pl.lit("")),
            ),
        )
    )
