from orders.models.contact import Contact
from orders.models.feed import ChangedOrder
from orders.models.intake import ImportIssue, ImportPart, OrderImport, RawBlock
from orders.models.ledger import SalesEntry
from orders.models.order import LineDiscount, Order, OrderLine
from orders.models.sales_point import SalesPoint, SalesPointDistrict

__all__ = [
    "ChangedOrder",
    "Contact",
    "ImportIssue",
    "ImportPart",
    "LineDiscount",
    "Order",
    "OrderImport",
    "OrderLine",
    "RawBlock",
    "SalesEntry",
    "SalesPoint",
    "SalesPointDistrict",
]
