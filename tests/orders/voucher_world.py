"""Batches of vouchers in a storefront, and shoppers who claim and use them over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse

from common.clock import now
from orders.models import Voucher, VoucherBatch
from tests.shoppers import Phone


def make_batch(code: str = "tea-20", **fields: Any) -> VoucherBatch:
    """Make a batch that takes 20 yuan off 100 yuan of goods, of a campaign, for two funders."""
    values: dict[str, Any] = {
        "name": f"券 {code}",
        "campaign_code": "tea",
        "face_fen": 2000,
        "threshold_fen": 10_000,
        "most_claims": 100,
        "budget_fen": 100_000,
        "claim_from": now() - timedelta(days=1),
        "claim_to": now() + timedelta(days=30),
        "valid_days": 7,
        "funder_shares": {"government": 7500, "merchant-union": 2500},
    }
    batch = VoucherBatch(code=code, **(values | fields))
    batch.full_clean()
    batch.save()
    return batch


def claim(phone: Phone, code: str = "tea-20", key: str = "") -> HttpResponse:
    headers = {"Idempotency-Key": key or uuid4().hex}
    return phone.send("post", f"voucher-batches/{code}/claims/", **headers)


def claimed(phone: Phone, code: str = "tea-20") -> list[str]:
    answer = claim(phone, code)
    assert answer.status_code == 201, answer.content
    return [voucher["code"] for voucher in answer.json()["vouchers"]]


def states() -> list[str]:
    return list(Voucher.objects.order_by("pk").values_list("state", flat=True))


def counters(code: str = "tea-20") -> tuple[int, int]:
    batch = VoucherBatch.objects.get(code=code)
    return batch.claims, batch.committed_fen


def renewed(phone: Phone) -> Phone:
    phone.access = ""
    phone.take(phone.send("post", "auth/tokens/refresh/", {"refresh_token": phone.refresh}))
    return phone
