"""The ledger columns that a row's seal covers, in the order in which they are hashed.

Changing this order breaks every seal ever written: append, never reorder.
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
