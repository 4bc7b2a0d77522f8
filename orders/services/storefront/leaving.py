"""A shopper takes their data along, or leaves: what names them goes, what was sold stays."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Shopper
from accounts.services.login_codes import spend_code
from accounts.services.shoppers import forget_shopper, phone_of
from common.clock import now
from operations.services.idempotency import forget_keys_of
from orders.errors.storefront import OrdersOpen
from orders.models import Contact, Refund, StorefrontOrder
from orders.rules.storefront.states import State

# Somebody still waits for goods or money, and an address is needed for it.
_OPEN = (State.UNPAID, State.PAID, State.SHIPPED)


def leave(shopper: Shopper, code: str) -> None:
    """Erase who a shopper is, proven by a fresh code to their phone.

    Number, name, addresses and sign-ins go, and the addresses of their orders here and in the
    ledger's contacts; amounts and goods stay counted. Raises OrdersOpen while an order or a
    refund is under way, CodeNotValid (the try counts).
    """
    _check_nothing_open(shopper)
    spend_code(phone_of(shopper), code)
    with transaction.atomic():
        row = Shopper.objects.select_for_update().get(pk=shopper.pk)
        _check_nothing_open(row)
        orders = StorefrontOrder.objects.filter(shopper=row)
        for sales_point, number in orders.values_list("sales_point", "number"):
            Contact.objects.filter(order__sales_point=sales_point, order__number=number).update(
                sealed=b"", phone_index="", phone_last4="", erased_at=now()
            )
        orders.update(sealed_address=b"")
        forget_keys_of(f"shopper:{row.public_id}")
        forget_shopper(row)


def _check_nothing_open(shopper: Shopper) -> None:
    orders = StorefrontOrder.objects.filter(shopper=shopper)
    refunds = Refund.objects.filter(order__shopper=shopper, state=Refund.States.REQUESTED)
    if orders.filter(state__in=_OPEN).exists() or refunds.exists():
        raise OrdersOpen(_("还有未完成的订单或退款，完成后才能注销。"))
