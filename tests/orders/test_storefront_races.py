"""Many shoppers at once, on connections of their own: nothing is sold, paid or ended twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from common.clock import now
from marketplace.services.audit import audit
from operations.models import IdempotencyKey
from operations.services import idempotency
from orders.errors.storefront import MoveNotAllowed
from orders.models import (
    Order,
    Payment,
    SalesEntry,
    StorefrontEvent,
    StorefrontOrder,
)
from orders.rules.storefront.states import Act, State
from orders.services.payments.sandbox import notice_of
from orders.services.storefront.ending import cancel_order
from tests.orders.storefront_world import (
    RICE,
    TEA,
    buyer,
    notify,
    open_storefront,
    ordered,
    ordering,
    paid,
    pending,
    shelf,
)
from tests.racing import at_once
from tests.shoppers import GATEWAY, MESSAGES, Phone

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def shop(settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront(packs=10)


def statuses(answers: list[HttpResponse]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def copy_of(phone: Phone) -> Phone:
    return Phone(access=phone.access, home=phone.home)


def test_ten_packs_are_ten_orders_however_many_ask(shop: None) -> None:
    phone = buyer()

    def buy(number: int) -> Callable[[], HttpResponse]:
        lines = ((TEA, 1), (RICE, 1)) if number % 2 else ((RICE, 1), (TEA, 1))
        return lambda: ordering(copy_of(phone), *lines, due_fen=21700)

    answers = at_once([buy(number) for number in range(40)])
    assert statuses(answers) == {201: 10, 409: 30}
    assert (shelf(TEA), shelf(RICE)) == ((10, 10), (10, 10))
    assert StorefrontOrder.objects.count() == IdempotencyKey.objects.count() == 10
    assert audit().violations == []


def test_one_key_sent_many_times_at_once_is_one_order(shop: None) -> None:
    phone = buyer()
    answers = at_once(
        [
            lambda: ordering(copy_of(phone), (TEA, 1), due_fen=16800, key="one-key-0001")
            for _ in range(20)
        ]
    )
    assert statuses(answers) == {201: 20}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 19
    assert shelf(TEA) == (10, 1)


def test_without_the_rule_of_one_key_the_race_is_lost(shop: None, monkeypatch) -> None:
    """The mutant: look whether the key is there, instead of writing it first."""
    phone, looked = buyer(), threading.Barrier(4)

    def look_first(*, actor: str, route: str, key: str, body: Any, act: Callable) -> Any:
        known = IdempotencyKey.objects.filter(actor=actor, route=route, key=key).exists()
        looked.wait()
        assert not known
        return act()

    monkeypatch.setattr("orders.api.storefront.keys.once", look_first)
    at_once(
        [
            lambda: ordering(copy_of(phone), (TEA, 1), due_fen=16800, key="one-key-0001")
            for _ in range(4)
        ]
    )
    assert StorefrontOrder.objects.count() == 4


def test_many_notices_at_once_are_one_payment_and_one_sale(shop: None) -> None:
    phone = buyer()
    payment = pending(phone, ordered(phone, (TEA, 1))["number"])
    same, other = notice_of(payment), notice_of(payment)
    answers = at_once([lambda body=body: notify(body) for body in (same, other) * 10])
    assert statuses(answers) == {200: 20}
    outcomes = Counter(answer.json()["outcome"] for answer in answers)
    assert outcomes == {"applied": 1, "repeated": 9, "anomaly": 10}
    assert (SalesEntry.objects.count(), Order.objects.count()) == (1, 1)
    assert audit().violations == []


def test_an_order_that_is_paid_and_cancelled_at_once_ends_one_way(shop: None) -> None:
    phone = buyer()
    numbers = [ordered(phone, (TEA, 1))["number"] for _ in range(5)]
    bodies = [notice_of(pending(phone, number)) for number in numbers]
    acts = [lambda body=body: notify(body) for body in bodies] + [
        lambda number=number: copy_of(phone).send("post", f"orders/{number}/cancellation/")
        for number in numbers
    ]
    answers = at_once(acts)
    assert set(statuses(answers)) <= {200, 409}
    assert StorefrontEvent.objects.count() == 5
    sold = StorefrontOrder.objects.filter(state=State.PAID).count()
    assert SalesEntry.objects.count() == sold
    assert shelf(TEA) == (10, sold)
    assert Payment.objects.filter(state="succeeded").count() == 5
    assert audit().violations == []


def test_without_the_guard_of_the_state_the_race_is_lost(shop: None, monkeypatch) -> None:
    """The mutant: read the state, then write it."""
    phone, read = buyer(), threading.Barrier(2)
    order = StorefrontOrder.objects.get(number=ordered(phone, (TEA, 1))["number"])

    def unguarded(order: StorefrontOrder, act: Act, *, actor: str, at: Any) -> StorefrontOrder:
        standing = StorefrontOrder.objects.get(pk=order.pk)
        read.wait()
        if standing.state != State.UNPAID:
            raise MoveNotAllowed("")
        StorefrontEvent.objects.create(
            order=order,
            act=act,
            from_state=State.UNPAID,
            to_state=State.CANCELLED,
            actor=actor,
            occurred_at=now(),
        )
        return standing

    monkeypatch.setattr("orders.services.storefront.ending.move", unguarded)
    at_once([lambda: cancel_order(order, actor="a"), lambda: cancel_order(order, actor="b")])
    assert StorefrontEvent.objects.count() == 2


def test_payments_and_orders_at_once_never_wait_in_a_circle(shop: None) -> None:
    phone = buyer()
    waiting = [
        notice_of(pending(phone, ordered(phone, (TEA, 1), (RICE, 1))["number"])) for _ in range(5)
    ]
    before = [paid(phone, (TEA, 1))]
    acts: list[Callable[[], Any]] = [lambda body=body: notify(body) for body in waiting]
    acts += [lambda: ordering(copy_of(phone), (RICE, 1), (TEA, 1), due_fen=21700) for _ in range(5)]
    acts += [lambda: copy_of(phone).send("post", f"orders/{before[0].number}/receipt/")]
    answers = at_once(acts)
    assert max(statuses(answers)) < 500
    assert StorefrontOrder.objects.filter(state=State.PAID).count() == 6
    assert audit().violations == []


def test_the_key_of_a_request_that_was_cut_off_is_free_again(shop: None, monkeypatch) -> None:
    phone = buyer()

    def cut_off(*_: Any, **__: Any) -> None:
        raise ConnectionError("the connection is gone")

    with monkeypatch.context() as broken:
        broken.setattr("orders.services.storefront.placing.reserve_stock", cut_off)
        [lost] = at_once(
            [lambda: ordering(copy_of(phone), (TEA, 1), due_fen=16800, key="cut-off-0001")]
        )
    assert isinstance(lost, ConnectionError)
    assert not StorefrontOrder.objects.exists()
    assert ordering(phone, (TEA, 1), due_fen=16800, key="cut-off-0001").status_code == 201
    assert idempotency.IdempotencyKey.objects.count() == 1
