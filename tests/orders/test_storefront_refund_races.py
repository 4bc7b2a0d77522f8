"""Many ask for the same money back at once: no piece is paid back twice."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache

from marketplace.services.audit import audit
from orders.models import Order, Refund
from orders.services.storefront import refunding
from orders.services.storefront.refunding import pay_refund, request_refund
from tests.builders import make_user
from tests.orders.ledger_reading import net_by
from tests.orders.storefront_world import RICE, buyer, open_storefront, paid, shelf
from tests.racing import at_once
from tests.shoppers import GATEWAY, MESSAGES

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def shop(transactional_db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()


def test_twenty_requests_and_decisions_at_once_pay_back_no_fen_twice() -> None:
    phone = buyer()
    order = paid(phone, (RICE, 4))
    ask = partial(request_refund, order, kind="refund_only", pieces={1: 1}, reason="x")
    at_once([ask] * 20)
    requests = list(Refund.objects.all())
    assert len(requests) == 4
    checker = make_user("checker")
    at_once(
        [
            partial(pay_refund, refund, decided_by=checker, may_exceed=True, is_restocked=False)
            for refund in requests * 5
        ]
    )
    order.refresh_from_db()
    assert (order.state, Order.objects.get().refunded_fen) == ("closed", order.due_fen)
    assert (net_by("sku_code"), shelf(RICE)) == ({}, (10, 0))
    assert audit().violations == []


def test_without_the_lock_on_the_order_the_race_is_lost(monkeypatch) -> None:
    """The mutant: everybody counts what is left before anybody has claimed it."""
    phone = buyer()
    order = paid(phone, (RICE, 1))
    counted = threading.Barrier(4)

    honest = refunding._check

    def counts_first(*args: Any) -> None:
        honest(*args)
        counted.wait()

    monkeypatch.setattr(refunding, "_check", counts_first)
    monkeypatch.setattr(
        "django.db.models.query.QuerySet.select_for_update", lambda rows, *_, **__: rows
    )
    at_once([partial(request_refund, order, kind="refund_only", pieces={1: 1}, reason="x")] * 4)
    assert Refund.objects.count() == 4
