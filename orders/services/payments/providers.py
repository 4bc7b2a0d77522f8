"""What a payment provider has to offer, and which ones are set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from orders.errors.storefront import ProviderUnknown
from orders.models import Payment, Refund

# The only money that orders are paid in.
CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider tells, once its signature holds: this payment came, so much, then.

    `merchant` is who was paid, as the provider knows them.
    """

    notice_id: str
    payment_number: str
    transaction_id: str
    amount_fen: int
    currency: str
    merchant: str
    paid_at: datetime


class Provider(Protocol):
    """One payment provider."""

    merchant: str

    def parameters(self, payment: Payment) -> dict[str, Any]:
        """Return what the shopper's client needs in order to pay."""
        ...

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a notice says. Raises NoticeNotTrue."""
        ...

    def signature_in(self, headers: Mapping[str, str]) -> str:
        """Return the signature as it came, to be kept with the notice."""
        ...

    def refund(self, payment: Payment, refund: Refund) -> str:
        """Pay a refund back by its number, once; return the provider's transaction id."""
        ...


_CLASSES = {"sandbox": "orders.services.payments.sandbox.Sandbox"}


def provider_named(code: str) -> Provider:
    """Return a provider that the settings allow. Raises ProviderUnknown."""
    if code not in settings.PAYMENT_PROVIDERS or code not in _CLASSES:
        raise ProviderUnknown(_("未启用这个支付渠道。"))
    provider: Provider = import_string(_CLASSES[code])()
    return provider
