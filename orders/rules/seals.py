"""The ledger columns that a row's seal covers, in the order in which they are hashed.

Changing the order of SEALED_COLUMNS breaks every seal ever written. A column that comes later
joins LATER_COLUMNS: it is hashed by its name, and only where it says something, so that rows
written before it keep their seals.
"""

from __future__ import annotations

SEALED_COLUMNS = (
    "sales_point_code",
    "order_number",
    "line_key",
    "component",
    "sequence",
    "kind",
    "side",
    "corrects_id",
    "channel_class",
    "purchase_mode",
    "stage",
    "helper_district_code",
    "helper_evidence",
    "county_code",
    "producer_code",
    "sku_code",
    "is_certified",
    "buyer_key",
    "buyer_kind",
    "beneficiary_unit_code",
    "reference_code",
    "quantity",
    "amount_fen",
    "consumer_paid_fen",
    "subsidy_fen",
    "subsidies",
    "freight_fen",
    "excluded_fen",
    "excluded_reason",
    "source",
    "paid_at",
    "order_date",
    "occurred_at",
    "event_date",
    "is_event_date_assumed",
    "recorded_at",
)
LATER_COLUMNS = ("channel_kind", "payer_unit_code", "bundle_sku_code", "weight_grams")
FROZEN_COLUMNS = SEALED_COLUMNS + LATER_COLUMNS
