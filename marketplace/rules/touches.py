"""Touches: contacts of a buyer with a campaign before a purchase (触点). Pure values and shapes."""

from __future__ import annotations

import polars as pl

SHARE, VISIT, CLICK, SCAN = "share", "visit", "click", "scan"
# Of two touches at one instant the later in this order comes later in the path.
KINDS = (SHARE, VISIT, CLICK, SCAN)
# One row per touch of the buyers of some orders; campaign code '' is a direct touch.
# `touched_us`: microseconds since 1970, UTC.
TOUCHES = pl.Schema(
    {
        "buyer_key": pl.String,
        "campaign_code": pl.String,
        "kind": pl.String,
        "source": pl.String,
        "source_id": pl.String,
        "touched_us": pl.Int64,
    }
)
