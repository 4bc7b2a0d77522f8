"""Split many amounts at once to the fen: the largest-remainder rule on frames.

The same rule as `common.money.split_fen`, with the tie rule of attribution: a fen that two
campaigns deserve equally goes by a hash, so that no campaign is favoured by its code.
"""

from __future__ import annotations

from hashlib import sha256

import polars as pl

_SMALL = 2**62


def largest_remainder(
    frame: pl.DataFrame, *, total: str, weight: str, group: str, tie: str
) -> pl.Series:
    """Return the share of each row of its group's total, in fen (Int64).

    Columns: `total`, the same within a group, whatever sign (a negative one mirrors the
    positive); `weight`, integers >= 0 that are not all 0 where the total is not; `tie`, the
    number whose smaller one takes a fen before its equals.
    """
    wide = _bound(frame[total], frame[weight]) >= _SMALL
    kind = pl.Int128 if wide else pl.Int64
    parts = frame.select(
        group,
        tie,
        sign=pl.col(total).sign().cast(pl.Int64),
        whole=pl.col(total).abs().cast(kind),
        weight=pl.col(weight).cast(kind),
    ).with_columns(sum=pl.col("weight").sum().over(group).clip(lower_bound=1))
    parts = parts.with_columns(
        share=pl.col("whole") * pl.col("weight") // pl.col("sum"),
        rest=pl.col("whole") * pl.col("weight") % pl.col("sum"),
    ).with_columns(missing=pl.col("whole") - pl.col("share").sum().over(group))
    short = parts.with_row_index("row").filter(pl.col("missing") > 0)
    shares = parts.select((pl.col("share").cast(pl.Int64) * pl.col("sign")).alias("share"))
    if not short.height:
        return shares["share"]
    given = (
        short.sort(group, pl.col("rest"), tie, descending=[False, True, False])
        .with_columns(turn=pl.int_range(pl.len()).over(group))
        .filter(pl.col("turn") < pl.col("missing"))
        .select("row", odd="sign")
    )
    return (
        shares.with_row_index("row")
        .join(given, on="row", how="left", maintain_order="left")
        .select((pl.col("share") + pl.col("odd").fill_null(0)).alias("share"))
        .to_series()
    )


def tie_keys(frame: pl.DataFrame) -> pl.Series:
    """Return the tie key of each row: a hash of order number, line key and campaign code.

    The first 8 bytes, most significant first, of the sha256 of the three joined by the unit
    separator (U+001F), in UTF-8; '' is the code of no campaign.
    """
    texts = frame.select(
        pl.concat_str("order_number", "line_key", "campaign_code", separator="\x1f")
    ).to_series()
    numbers = [int.from_bytes(sha256(text.encode()).digest()[:8], "big") for text in texts]
    return pl.Series("tie", numbers, dtype=pl.UInt64)


def _bound(total: pl.Series, weight: pl.Series) -> int:
    """Return a number that no product of a total and a weight and no sum of weights passes."""
    if not len(total):
        return 0
    highest, lowest, heaviest = total.max(), total.min(), weight.max()
    most = max(abs(int(highest)), abs(int(lowest)))  # type: ignore[arg-type]
    return max(most, len(weight)) * int(heaviest)  # type: ignore[arg-type]
