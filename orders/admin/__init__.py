"""The back office of sales: where, what, what became of the money, and how it came in."""

from orders.admin import contacts, imports, ledger, orders, sales_points

__all__ = ["contacts", "imports", "ledger", "orders", "sales_points"]
