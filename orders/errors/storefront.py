"""How the storefront says no."""

from __future__ import annotations

from common.errors import DomainError


class OrderRefused(DomainError):
    """Something of the order cannot be sold; `details["problems"]` says what, line by line."""

    code = "order_not_possible"
    status = 409


class AmountChanged(DomainError):
    """The amount that was shown is not what the order costs now: nothing was ordered."""

    code = "amount_changed"
    status = 409


class ReturnNotWaived(DomainError):
    """Fresh goods are in the order, and the shopper has not confirmed that they stay sold."""

    code = "return_not_waived"
    status = 422


class ConsentMissing(DomainError):
    """The shopper has not agreed to the privacy policy in force."""

    code = "consent_missing"
    status = 403


class StorefrontOrderNotFound(DomainError):
    """The shopper has no such order."""

    code = "order_not_found"
    status = 404


class MoveNotAllowed(DomainError):
    """The order does not stand where this act begins."""

    code = "order_cannot_change"
    status = 409


class ProviderUnknown(DomainError):
    """No such payment provider is set up."""

    code = "provider_unknown"
    status = 404


class NoticeNotTrue(DomainError):
    """The notice is not the provider's: its signature does not hold, or it cannot be read."""

    code = "notice_not_true"
    status = 401


class ShipmentNotValid(DomainError):
    """Carrier and tracking number were used for another parcel."""

    code = "shipment_not_valid"
    status = 409


class StorefrontClosed(DomainError):
    """There is no sales point to sell at."""

    code = "storefront_closed"
    status = 503


class OrdersOpen(DomainError):
    """The shopper cannot leave while an order or a refund is under way."""

    code = "orders_open"
    status = 409
