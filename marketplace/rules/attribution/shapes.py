"""The frames of the engine: what comes in, what goes out and what is passed on between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from marketplace.rules.attribution_models import PATH_MODELS

# One row per ledger entry whose amount is not 0. `paid_us`: microseconds since 1970, UTC.
LINES = pl.Schema(
    {
        "entry_id": pl.Int64,
        "order_id": pl.Int64,
        "sales_point_code": pl.String,
        "order_number": pl.String,
        "line_key": pl.String,
        "component": pl.Int64,
        "sequence": pl.Int64,
        "kind": pl.String,
        "side": pl.String,
        "channel_class": pl.String,
        "county_code": pl.String,
        "sku_code": pl.String,
        "bundle_sku_code": pl.String,
        "is_certified": pl.Int8,
        "buyer_key": pl.String,
        "buyer_kind": pl.String,
        "reference_code": pl.String,
        "quantity": pl.Int64,
        "amount_fen": pl.Int64,
        "consumer_paid_fen": pl.Int64,
        "subsidy_fen": pl.Int64,
        "paid_us": pl.Int64,
        "order_date": pl.Date,
        "event_date": pl.Date,
    }
)
CREDIT_KEY = ("entry_id", "campaign_code", "level", "reason")
RULE_MONEY = (
    "direct_fen",
    "participation_fen",
    "direct_consumer_fen",
    "participation_consumer_fen",
)
PATH_MONEY = tuple(f"{model}_fen" for model in PATH_MODELS)
CREDIT_MONEY = (*RULE_MONEY, *PATH_MONEY)
# The state of attribution: one row per ledger entry and campaign, '' for what no campaign earns.
CREDITS = pl.Schema(
    {
        "entry_id": pl.Int64,
        "campaign_code": pl.String,
        "level": pl.Int64,
        "reason": pl.String,
        **dict.fromkeys(CREDIT_MONEY, pl.Int64),
    }
)
# Candidates on the way: `rank` is the campaign's place in the order of `weakest_first`,
# `voucher` the place of its voucher at level 4, else 0.
FOUND = pl.Schema(dict.fromkeys(("entry_id", "rank", "level", "voucher"), pl.Int64))
# Touches of the campaigns at a moment of buying: `touched_us` and `place` put them in order.
# `rank` DIRECT is a touch without campaign.
CONTACTS = pl.Schema(
    {
        "buyer_key": pl.String,
        **dict.fromkeys(("paid_us", "rank", "touched_us", "place"), pl.Int64),
    }
)
DIRECT = -1
# The path of each ledger row that has one, in the order of (entry_id, position).
# `age_seconds`: whole seconds from the touch to the payment.
PATHS = pl.Schema(dict.fromkeys(("entry_id", "position", "rank", "age_seconds"), pl.Int64))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Return exact microseconds since 1970 UTC; a float would round them."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
