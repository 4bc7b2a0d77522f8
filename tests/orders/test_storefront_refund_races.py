"""Many ask for the same money back at once: no piece is paid back twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from marketplace.services.audit import audit
from orders.models import Order, Refund
from orders.services.storefront import refunding
from orders.services.storefront.refunding import pay_refund, request_refund
from tests.builders import make_user
from tests.orders.ledger_reading import net_by
from tests.orders.storefront_world import RICE, buyer, open_storefront, paid, shelf
from tests.shoppers import GATEWAY, MESSAGES

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def shop(transactional_db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()


def race(act: Any, times: int) -> list[Any]:
    start, found = threading.Barrier(times), []

    def run(number: int) -> None:
        try:
            start.wait()
            found.append(act(number))
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_twenty_requests_and_decisions_at_once_pay_back_no_fen_twice() -> None:
    phone = buyer()
    order = paid(phone, (RICE, 4))
    race(lambda _: request_refund(order, kind="refund_only", pieces={1: 1}, reason="x"), 20)
    requests = list(Refund.objects.all())
    assert len(requests) == 4
    checker = make_user("checker")
    race(
        lambda number: pay_refund(
            requests[number % 4], decided_by=checker, may_exceed=True, is_restocked=False
        ),
        20,
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
    race(lambda _: request_refund(order, kind="refund_only", pieces={1: 1}, reason="x"), 4)
    assert Refund.objects.count() == 4
