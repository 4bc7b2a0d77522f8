"""The back office of sales: where, what, what became of the money, and how it came in."""

from orders.admin import (
    channels,
    constraints,
    contacts,
    declared,
    evidence,
    exclusions,
    import_rows,
    imports,
    ledger,
    matching,
    orders,
    refunds,
    sales_points,
    units,
    vouchers,
    withdrawals,
)

__all__ = [
    "channels",
    "constraints",
    "contacts",
    "declared",
    "evidence",
    "exclusions",
    "import_rows",
    "imports",
    "ledger",
    "matching",
    "orders",
    "refunds",
    "sales_points",
    "units",
    "vouchers",
    "withdrawals",
]
