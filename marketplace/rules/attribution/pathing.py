"""The path of a ledger row: the touches that led to it, in order (PATHS)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from marketplace.rules.attribution.contacts import lookback_us
from marketplace.rules.attribution.shapes import DIRECT, PATHS
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.evidence import Level

# Evidence borne by the order comes after every touch of the same instant.
AFTER_TOUCHES = 2**40
_STEPS = pl.Schema(dict.fromkeys(("entry_id", "rank", "touched_us", "place", "paid_us"), pl.Int64))


def build_paths(
    lines: pl.DataFrame,
    found: pl.DataFrame,
    contacts: pl.DataFrame,
    ranked: Sequence[CampaignRules],
    score: pl.Expr,
) -> pl.DataFrame:
    """Return (PATHS) the paths of the rows that some campaign touched, in order."""
    return build_steps(lines, found, contacts, ranked, score).select(PATHS.names())


def build_steps(
    lines: pl.DataFrame,
    found: pl.DataFrame,
    contacts: pl.DataFrame,
    ranked: Sequence[CampaignRules],
    score: pl.Expr,
) -> pl.DataFrame:
    """Return (PATHS, `touched_us`, `place`) the same; `place` AFTER_TOUCHES and up at payment.

    A path holds the touches of the row's candidates, the direct touches inside the longest
    lookback among them, and each candidate of level 3 to 5 as one touch at payment, the winner
    of the direct rule last (`score`). `place` is no touch. Rows without a campaign's touch have
    no path: none of their money is a campaign's under any model of a path.
    """
    borne = found.filter(pl.col("level") >= int(Level.REFERENCE))
    if not borne.height and not contacts.height:
        return pl.DataFrame(schema={**PATHS, "touched_us": pl.Int64, "place": pl.Int64})
    moments = lines.select("entry_id", "buyer_key", "paid_us")
    at_payment = borne.select("entry_id", "rank", place=score + AFTER_TOUCHES).join(
        moments.select("entry_id", "paid_us"), on="entry_id", how="left"
    )
    steps = [
        at_payment.with_columns(touched_us="paid_us").select(_STEPS.names()),
        *_touches(moments, found, contacts, ranked, borne),
    ]
    path = pl.concat(steps).sort("entry_id", "touched_us", "place")
    age = (pl.col("paid_us") - pl.col("touched_us")) // 10**6
    return path.with_columns(
        position=pl.int_range(pl.len(), dtype=pl.Int64).over("entry_id"), age_seconds=age
    )


def _touches(
    moments: pl.DataFrame,
    found: pl.DataFrame,
    contacts: pl.DataFrame,
    ranked: Sequence[CampaignRules],
    borne: pl.DataFrame,
) -> list[pl.DataFrame]:
    """Return (_STEPS) the candidates' touches, and the direct ones of rows with any touch."""
    if not contacts.height:
        return []
    reaches = pl.Series([lookback_us(rules) for rules in ranked], dtype=pl.Int64)
    judged = found.select("entry_id", "rank", reach_us=reaches[found["rank"]]).join(
        moments, on="entry_id", how="left"
    )
    buying = ["buyer_key", "paid_us"]
    own = judged.join(contacts, on=[*buying, "rank"], how="inner").select(_STEPS.names())
    touched = pl.concat([own.select("entry_id"), borne.select("entry_id")]).unique()
    farthest = (
        judged.join(touched, on="entry_id", how="semi")
        .group_by("entry_id", *buying)
        .agg(pl.col("reach_us").max())
    )
    direct = farthest.join(
        contacts.filter(pl.col("rank") == DIRECT), on=buying, how="inner"
    ).filter(pl.col("paid_us") - pl.col("touched_us") <= pl.col("reach_us"))
    return [own, direct.select(_STEPS.names())]
