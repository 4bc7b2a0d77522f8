"""Half a year of orders, ledger rows and touches as frames, in the shape of the mission.

For 1,000,000 orders: 2.5 M lines, 3 M touches, 13 centres, 5 external channels, 400 products,
20 % full and 3 % partial refunds, 30 campaigns. Orders are numbered about as they were paid,
few points and products sell most. The same seed gives the same rows on every
machine: each value is a hash of (row, what it is for, seed). Frames come in slices of orders, so
that memory does not grow with the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

SLICE = 50_000
# The sizes that a large database is held against.
BASE_ORDERS, MIDDLE_ORDERS = 10_000, 60_000
START = datetime(2021, 1, 1, tzinfo=UTC)
SLOT_DAYS, SLOTS, CAMPAIGNS_A_SLOT = 30, 6, 5
CAMPAIGNS = SLOTS * CAMPAIGNS_A_SLOT
TOUCHES_AN_ORDER = 3
PRODUCTS = 400
CENTRES = [f"bench-centre-{number:02}" for number in range(1, 14)]
CHANNELS = [f"bench-channel-{number}" for number in range(1, 6)]
POINTS = [*CHANNELS, *CENTRES]
COUNTY_CODES = ["522601", *(f"5226{number}" for number in range(22, 37))]

_DAY_US = 86_400 * 10**6
_START_US = int(START.timestamp()) * 10**6
_KINDS = ["share", "visit", "click", "scan"]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some orders with their ledger rows and the touches of their buyers.

    Columns are those of the tables; moments are microseconds since 1970 in columns `*_us`.
    """

    orders: pl.DataFrame
    entries: pl.DataFrame
    touches: pl.DataFrame


def campaign_code(number: int) -> str:
    """Return the code of a campaign, 0 to CAMPAIGNS - 1."""
    return f"bench-{number:02}"


def slices(orders: int, seed: int) -> Iterator[Slice]:
    """Yield `orders` orders, numbered from 1, in slices."""
    for first in range(1, orders + 1, SLICE):
        ids = pl.int_range(first, min(first + SLICE, orders + 1), dtype=pl.UInt64, eager=True)
        heads = _heads(ids, orders, seed)
        lines = _lines(heads, seed)
        yield Slice(_orders(heads, lines), _entries(lines), _touches(heads, seed))


def write_paths(folder: Path, paths: int, seed: int = 60) -> Path:
    """Write a file of paths for the tools of attribution, or find an earlier run's.

    One to six touches of 30 names, each path with one to three conversions.
    """
    file = folder / f"paths-{paths}.csv"
    if file.exists():
        return file
    row = pl.col("row")
    touches = [_codes(_draw(row * 8 + touch, 30, seed) % CAMPAIGNS) for touch in range(6)]
    length = _draw(row, 31, seed) % 6
    pl.int_range(paths, dtype=pl.UInt64, eager=True).alias("row").to_frame().select(
        path=pl.concat_str(
            [
                touches[0],
                *(
                    pl.when(length >= place).then(pl.format(" > {}", touches[place]))
                    for place in range(1, 6)
                ),
            ],
            ignore_nulls=True,
        ),
        conversions=_draw(row, 32, seed) % 3 + 1,
        value=(_draw(row, 33, seed) % 100_000).cast(pl.Float64) / 100,
    ).write_csv(file)
    return file


def _draw(key: pl.Expr, purpose: int, seed: int) -> pl.Expr:
    """Return 64 even bits for each key: the finisher of SplitMix64, arithmetic modulo 2^64."""
    mixed = key + pl.lit((purpose * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03) % 2**64,
                         dtype=pl.UInt64)  # fmt: skip
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = mixed.xor(mixed // 2**shift) * pl.lit(factor, dtype=pl.UInt64)
    return mixed.xor(mixed // 2**31) // 2**8


def _among(values: list[str], draw: pl.Expr) -> pl.Expr:
    """Return one of some values, each as likely."""
    return pl.lit(pl.Series(values)).gather(draw % len(values))


def _popular(count: int, draw: pl.Expr, draws: int) -> pl.Expr:
    """Return 0 to count - 1, the first ones more often: the smallest of some draws."""
    return pl.min_horizontal(
        (draw // 2 ** (12 * number) % 4096 * count // 4096).cast(pl.Int64)
        for number in range(draws)
    )


def _heads(ids: pl.Series, orders: int, seed: int) -> pl.DataFrame:
    order = pl.col("order_id")
    buyers = max(orders * 2 // 5, 1)
    return (
        ids.alias("order_id").to_frame()
        .with_columns(
            paid_us=(
                order * ((SLOTS * SLOT_DAYS - 2) * 86_400) // orders
                + _draw(order, 1, seed) % (2 * 86_400)
            ).cast(pl.Int64)
            * 10**6
            + _START_US,
            buyer=_draw(order, 2, seed) % buyers,
            point=_popular(len(POINTS), _draw(order, 3, seed), 3),
            fate=_draw(order, 4, seed) % 100,
            named=_draw(order, 5, seed) % 100,
            line_count=_draw(order, 6, seed) % 4 + 1,
        )
        .with_columns(
            sales_point_code=pl.lit(pl.Series(POINTS)).gather(pl.col("point")),
            order_number=pl.format("9{}", order.cast(pl.String).str.zfill(17)),
            slot=(pl.col("paid_us") - _START_US) // (SLOT_DAYS * _DAY_US),
            buyer_key=pl.concat_str(
                _draw(pl.col("buyer"), part, seed).cast(pl.String).str.zfill(21)
                for part in (20, 21, 22)
            ).str.zfill(64),
        )
        .with_columns(
            reference_code=pl.when(pl.col("named") < 6)
            .then(_codes(pl.col("slot") * CAMPAIGNS_A_SLOT + 4))
            .otherwise(pl.lit(""))
        )
    )  # fmt: skip


def _lines(heads: pl.DataFrame, seed: int) -> pl.DataFrame:
    line = pl.col("order_id") * 8 + pl.col("line")
    product = _popular(PRODUCTS, pl.col("choice"), 5)
    return (
        heads.with_columns(line=pl.int_ranges(1, pl.col("line_count") + 1, dtype=pl.UInt64))
        .explode("line")
        .with_columns(choice=_draw(line, 7, seed), quantity=(_draw(line, 8, seed) % 3 + 1))
        .with_columns(product=product, quantity=pl.col("quantity").cast(pl.Int64))
        .with_columns(
            amount_fen=(900 + pl.col("product") * 37 % 19_000) * pl.col("quantity"),
            sku_code=pl.format("BENCH-{}", pl.col("product").cast(pl.String).str.zfill(3)),
            county_code=pl.lit(pl.Series(COUNTY_CODES)).gather(
                pl.col("product") % len(COUNTY_CODES)
            ),
        )
        .with_columns(line_key=pl.format("{}#{}", "sku_code", "line"))
        .with_columns(
            refund_fen=pl.when(pl.col("fate") < 20)
            .then("amount_fen")
            .when((pl.col("fate") < 23) & (pl.col("line") == 1))
            .then((pl.col("amount_fen") + 1) // 2)
            .otherwise(0),
            refund_us=pl.col("paid_us") + (pl.col("choice") % 20 + 1).cast(pl.Int64) * _DAY_US,
        )
    )


def _orders(heads: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    sums = lines.group_by("order_id").agg(
        goods_fen=pl.col("amount_fen").sum(), refunded_fen=pl.col("refund_fen").sum()
    )
    return heads.join(sums, on="order_id", how="left", maintain_order="left").select(
        *("order_id", "point", "order_number", "paid_us", "buyer_key", "reference_code"),
        *("goods_fen", "refunded_fen"),
    )


def _entries(lines: pl.DataFrame) -> pl.DataFrame:
    """Return a sale of each line, and a refund of those that went back."""
    kept = (
        *("order_id", "sales_point_code", "order_number", "line_key", "sequence", "kind", "side"),
        *("channel_class", "county_code", "sku_code", "buyer_key", "reference_code"),
        *("quantity", "amount_fen", "paid_us", "occurred_us"),
    )
    classes = pl.lit(pl.Series(["platform"] * len(CHANNELS) + ["centre"] * len(CENTRES)))
    lines = lines.with_columns(channel_class=classes.gather(pl.col("point")))
    sales = lines.with_columns(
        sequence=pl.lit(1), kind=pl.lit("sale"), side=pl.lit("gross"), occurred_us="paid_us"
    )
    refunds = lines.filter(pl.col("refund_fen") > 0).with_columns(
        sequence=pl.lit(2),
        kind=pl.lit("refund"),
        side=pl.lit("refund"),
        quantity=pl.lit(0, dtype=pl.Int64),
        amount_fen=-pl.col("refund_fen"),
        occurred_us="refund_us",
    )
    return pl.concat([sales.select(kept), refunds.select(kept)])


def _touches(heads: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return contacts of each order's buyer in the 45 days before it pays."""
    touch = pl.col("order_id") * 8 + pl.col("touch")
    chosen = pl.col("choice") % 100
    here = pl.col("slot") * CAMPAIGNS_A_SLOT + (pl.col("choice") // 2**10 % 4).cast(pl.Int64)
    return (
        heads.with_columns(touch=pl.lit(list(range(TOUCHES_AN_ORDER)), dtype=pl.List(pl.UInt64)))
        .explode("touch")
        .with_columns(choice=_draw(touch, 9, seed), age=_draw(touch, 10, seed) % (45 * 86_400))
        .select(
            "buyer_key",
            campaign_code=pl.when(chosen < 30)
            .then(pl.lit(""))
            .when(chosen < 80)
            .then(_codes(here))
            .otherwise(_codes(pl.col("choice") // 2**20 % CAMPAIGNS)),
            kind=_among(_KINDS, pl.col("choice") // 2**40),
            occurred_us=pl.col("paid_us") - pl.col("age").cast(pl.Int64) * 10**6,
            source=pl.lit("bench"),
            source_id=pl.format("{}-{}", "order_id", "touch"),
        )
    )


def _codes(number: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series([campaign_code(number) for number in range(CAMPAIGNS)])).gather(number)
