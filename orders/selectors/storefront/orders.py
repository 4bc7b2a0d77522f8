"""A shopper's orders. Somebody else's do not exist."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Shopper
from accounts.services.addresses import PostalAddress, opened_postal
from orders.errors.storefront import StorefrontOrderNotFound
from orders.models import StorefrontOrder


def orders_of(shopper: Shopper) -> QuerySet[StorefrontOrder]:
    """Return a shopper's orders with their lines, the newest first."""
    rows = StorefrontOrder.objects.filter(shopper=shopper).order_by("-pk")
    return rows.prefetch_related("lines__sku")


def order_of(shopper: Shopper, number: str) -> StorefrontOrder:
    """Return a shopper's order. Raises StorefrontOrderNotFound, also for somebody else's."""
    order = orders_of(shopper).filter(number=number).first()
    if order is None:
        raise StorefrontOrderNotFound(_("没有这个订单。"))
    return order


def delivery_of(order: StorefrontOrder) -> PostalAddress:
    """Return where an order goes, blanks once its shopper has left. Raises CannotUnseal."""
    if not order.sealed_address:
        return PostalAddress("", "", order.region_code, "", "")
    return opened_postal(order.sealed_address)
