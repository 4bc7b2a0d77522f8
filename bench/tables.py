"""Which tables a job writes, in an order in which their rows can be written again."""

from __future__ import annotations

IMPORT_TABLES = (
    "operations_job",
    "orders_orderimport",
    "orders_importpart",
    "orders_rawblock",
    "orders_importissue",
    "orders_order",
    "orders_orderline",
    "orders_linediscount",
    "orders_contact",
    "orders_salesentry",
    "orders_changedorder",
)
ATTRIBUTION_TABLES = (
    "marketplace_attributionrun",
    "marketplace_attributionentry",
    "marketplace_dailymoney",
    "marketplace_dailycount",
    "marketplace_dailydigest",
)
