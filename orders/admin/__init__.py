"""The back office of sales: where, what, what became of the money, and how it came in."""

from orders.admin import (
    constraints,
    contacts,
    declared,
    evidence,
    exclusions,
    imports,
    ledger,
    orders,
    refunds,
    sales_points,
    statements,
    units,
    vouchers,
    withdrawals,
)

__all__ = [
    "constraints",
    "contacts",
    "declared",
    "evidence",
    "exclusions",
    "imports",
    "ledger",
    "orders",
    "refunds",
    "sales_points",
    "statements",
    "units",
    "vouchers",
    "withdrawals",
]
