"""Many claim and spend at once: no claim beyond the count, no fen beyond the budget."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F

from accounts.models import Shopper
from common.clock import now
from common.sealing import encrypt_text
from marketplace.services.audit import audit
from orders.errors.vouchers import NotClaimable
from orders.models import Voucher, VoucherBatch
from orders.services.payments.sandbox import notice_of
from orders.services.storefront.vouchers import claim_vouchers
from tests.orders.storefront_world import (
    TEA,
    buyer,
    notify,
    open_storefront,
    ordered,
    ordering,
    pending,
)
from tests.orders.test_storefront_races import copy_of, statuses
from tests.orders.voucher_world import claimed, counters, make_batch, states
from tests.racing import at_once
from tests.shoppers import GATEWAY, MESSAGES

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def shop(transactional_db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront(packs=100)


def shoppers(count: int) -> list[Shopper]:
    return Shopper.objects.bulk_create(
        Shopper(phone_key=f"key-{number}", sealed_phone=encrypt_text("1"), created_at=now())
        for number in range(count)
    )


def test_fifty_claims_of_a_batch_of_ten_are_ten(shop: None) -> None:
    make_batch(most_claims=10)
    acts: list[Callable[[], Any]] = [
        lambda shopper=shopper: claim_vouchers(shopper, "tea-20") for shopper in shoppers(50)
    ]
    found = Counter(
        answer.code if isinstance(answer, NotClaimable) else "given" for answer in at_once(acts)
    )
    assert found == {"given": 10, "sold_out": 40}
    assert counters() == (10, 0)
    assert audit().violations == []


def test_one_shopper_claims_once_however_often_they_tap(shop: None) -> None:
    make_batch()
    [shopper] = shoppers(1)
    found = at_once([lambda: claim_vouchers(shopper, "tea-20") for _ in range(20)])
    assert sum(isinstance(answer, list) for answer in found) == 1
    assert {answer.code for answer in found if isinstance(answer, NotClaimable)} == {"claim_limit"}
    assert counters() == (1, 0)


def test_a_budget_is_never_exceeded_by_one_fen(shop: None) -> None:
    make_batch(budget_fen=9_999, per_person=20)
    phone = buyer()
    codes = [code for _ in range(12) for code in claimed(phone)]
    answers = at_once(
        [
            lambda code=code: ordering(copy_of(phone), (TEA, 1), voucher_code=code, due_fen=14800)
            for code in codes
        ]
    )
    assert statuses(answers) == {201: 4, 409: 8}
    assert counters() == (12, 8_000)
    assert audit().violations == []


def test_one_voucher_is_used_by_one_order(shop: None) -> None:
    make_batch()
    phone = buyer()
    [code] = claimed(phone)
    answers = at_once(
        [
            lambda: ordering(copy_of(phone), (TEA, 1), voucher_code=code, due_fen=14800)
            for _ in range(12)
        ]
    )
    assert statuses(answers) == {201: 1, 409: 11}
    assert (states(), counters()) == (["held"], (1, 2000))


def test_paid_and_cancelled_at_once_a_voucher_ends_with_its_order(shop: None) -> None:
    make_batch(per_person=5)
    phone = buyer()
    numbers = [
        ordered(phone, (TEA, 1), voucher_code=code, due_fen=14800)["number"]
        for _ in range(5)
        for code in claimed(phone)
    ]
    bodies = [notice_of(pending(phone, number)) for number in numbers]
    acts: list[Callable[[], Any]] = [lambda body=body: notify(body) for body in bodies]
    acts += [
        lambda number=number: copy_of(phone).send("post", f"orders/{number}/cancellation/")
        for number in numbers
    ]
    assert set(statuses(at_once(acts))) <= {200, 409}
    redeemed = Voucher.objects.filter(state="redeemed").count()
    assert counters() == (5, redeemed * 2000)
    assert audit().violations == []


def test_without_the_guard_of_the_count_the_race_is_lost(shop: None) -> None:
    """The mutant: read how many are left, then count."""
    make_batch(most_claims=1)
    read = threading.Barrier(4)

    def unguarded() -> None:
        batch = VoucherBatch.objects.get()
        read.wait()
        if batch.claims < batch.most_claims:
            VoucherBatch.objects.filter(pk=batch.pk).update(name=F("name"), claims=1)
            given.append(1)

    given: list[int] = []
    at_once([unguarded for _ in range(4)])
    assert len(given) == 4
