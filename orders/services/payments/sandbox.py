"""A provider without money, for development and tests: it signs and notifies like a real one.

A notice is JSON, signed with HMAC-SHA256 of its raw bytes in `X-Sandbox-Signature`.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from common.clock import is_plausible, now
from orders.errors.storefront import NoticeNotTrue
from orders.models import Payment, Refund
from orders.services.payments.providers import CURRENCY, Notice

HEADER = "X-Sandbox-Signature"
MERCHANT = "sandbox-merchant"
_TEXTS = ("notice_id", "payment_number", "transaction_id", "currency", "merchant", "paid_at")
_PLAIN = re.compile(r"[ -~]{1,64}", re.ASCII)


class Sandbox:
    """See the module's docstring."""

    merchant = MERCHANT

    def parameters(self, payment: Payment) -> dict[str, Any]:
        """Return what the sandbox's payer asks for."""
        return {"merchant": MERCHANT, "payment_number": payment.number, "currency": CURRENCY}

    def signature_in(self, headers: Mapping[str, str]) -> str:
        """Return the signature as it came."""
        return headers.get(HEADER, "")[:600]

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a notice says. Raises NoticeNotTrue."""
        stated = self.signature_in(headers)
        if not hmac.compare_digest(stated.encode(), sign(body).encode()):
            raise NoticeNotTrue(_("支付通知验签失败。"))
        try:
            told = json.loads(body)
            texts = [told[name] for name in _TEXTS]
            if not all(isinstance(text, str) and _PLAIN.fullmatch(text) for text in texts):
                raise ValueError
            if type(told["amount_fen"]) is not int:
                raise ValueError
            paid_at = datetime.fromisoformat(told["paid_at"])
            if paid_at.tzinfo is None or not is_plausible(paid_at):
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise NoticeNotTrue(_("支付通知的内容无法读取。")) from error
        return Notice(
            notice_id=told["notice_id"],
            payment_number=told["payment_number"],
            transaction_id=told["transaction_id"],
            amount_fen=told["amount_fen"],
            currency=told["currency"],
            merchant=told["merchant"],
            paid_at=paid_at,
        )

    def refund(self, payment: Payment, refund: Refund) -> str:  # noqa: ARG002
        """Pay back nothing at once: the sandbox never took money."""
        return f"SR{refund.number}"


def sign(body: bytes) -> str:
    """Return the sandbox's signature of a body."""
    return hmac.new(settings.SANDBOX_PAYMENT_KEY.encode(), body, "sha256").hexdigest()


def notice_of(payment: Payment, **changes: Any) -> bytes:
    """Return the body of the notice that a payment came; `changes` spoil it on purpose."""
    told = {
        "notice_id": secrets.token_hex(12),
        "payment_number": payment.number,
        "transaction_id": secrets.token_hex(12),
        "amount_fen": payment.amount_fen,
        "currency": CURRENCY,
        "merchant": MERCHANT,
        "paid_at": now().isoformat(),
        **changes,
    }
    return json.dumps(told).encode()
