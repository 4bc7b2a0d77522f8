from orders.models.adjustment import OrderAdjustment
from orders.models.channel import ChannelReport
from orders.models.contact import Contact
from orders.models.correction import LedgerCorrection, RefundCorrection
from orders.models.counter import CounterSale
from orders.models.declared import DeclaredSale
from orders.models.evidence import EvidenceFile
from orders.models.exclusion import ExclusionDecision, LinkedOrders
from orders.models.feed import ChangedOrder
from orders.models.intake import ImportIssue, ImportPart, OrderImport, RawBlock
from orders.models.ledger import SalesEntry
from orders.models.matching import GoodsMatch
from orders.models.order import LineDiscount, Order, OrderLine
from orders.models.payment import Payment, PaymentNotice
from orders.models.reconciliation import PlatformStatement, ReconciliationNote
from orders.models.refund import Refund, RefundLine
from orders.models.sales_point import SalesPoint, SalesPointDistrict
from orders.models.storefront import (
    FreightTariff,
    Shipment,
    StorefrontEvent,
    StorefrontLine,
    StorefrontOrder,
)
from orders.models.taught import TaughtFormat
from orders.models.unit import CountedStage, SponsorshipAgreement, Unit, UnitDistrict
from orders.models.voucher import VoucherRedemption
from orders.models.voucher_batch import Voucher, VoucherBatch
from orders.models.withdrawal import ImportWithdrawal, OrderConfirmation, OrderRevision

__all__ = [
    "ChangedOrder",
    "ChannelReport",
    "Contact",
    "CountedStage",
    "CounterSale",
    "DeclaredSale",
    "EvidenceFile",
    "ExclusionDecision",
    "FreightTariff",
    "GoodsMatch",
    "ImportIssue",
    "ImportPart",
    "ImportWithdrawal",
    "LedgerCorrection",
    "LineDiscount",
    "LinkedOrders",
    "Order",
    "OrderAdjustment",
    "OrderConfirmation",
    "OrderImport",
    "OrderLine",
    "OrderRevision",
    "Payment",
    "PaymentNotice",
    "PlatformStatement",
    "RawBlock",
    "ReconciliationNote",
    "Refund",
    "RefundCorrection",
    "RefundLine",
    "SalesEntry",
    "SalesPoint",
    "SalesPointDistrict",
    "Shipment",
    "SponsorshipAgreement",
    "StorefrontEvent",
    "StorefrontLine",
    "StorefrontOrder",
    "TaughtFormat",
    "Unit",
    "UnitDistrict",
    "Voucher",
    "VoucherBatch",
    "VoucherRedemption",
]
