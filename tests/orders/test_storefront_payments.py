"""Money comes once, only if it is true and fits; then the ledger has the sale."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from itertools import permutations

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command

from common.clock import now
from config.celery import app
from marketplace.services.audit import audit
from orders.models import Order, Payment, PaymentNotice, SalesEntry, Shipment, StorefrontOrder
from orders.services.payments.sandbox import notice_of
from orders.services.storefront.sending import receive_by_time
from tests.back_office import desk, list_page, page_of
from tests.orders.storefront_world import (
    RICE,
    TEA,
    buyer,
    notify,
    open_storefront,
    ordered,
    paid,
    pending,
    shelf,
)
from tests.shoppers import GATEWAY, HOME, MESSAGES, refusal
from tests.workers import Broker, run_worker, wait_until


@pytest.fixture(autouse=True)
def shop(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()


def ledger() -> list[tuple]:
    return list(
        SalesEntry.objects.order_by("pk").values_list(
            "order_number", "kind", "sku_code", "county_code", "amount_fen", "channel_class"
        )
    )


def test_a_paid_order_is_in_the_ledger_line_by_line() -> None:
    order = paid(buyer(), (TEA, 1), (RICE, 2))
    assert (order.state, order.paid_at is not None) == ("paid", True)
    assert ledger() == [
        (order.number, "sale", TEA, "522634", 16800, "storefront"),
        (order.number, "sale", RICE, "522632", 9800, "storefront"),
    ]
    recorded = Order.objects.get()
    assert (recorded.number, recorded.consumer_paid_fen, recorded.paid_at) == (
        order.number,
        26600,
        order.paid_at,
    )
    assert shelf(TEA) == (10, 1)
    assert audit().violations == []


def test_one_shopper_has_one_buyer_key_that_is_not_their_number() -> None:
    phone = buyer()
    first, second = paid(phone, (TEA, 1)), paid(phone, (RICE, 1))
    keys = set(Order.objects.values_list("buyer_key", flat=True))
    assert len(keys) == 1
    assert str(first.shopper.public_id) not in keys
    assert first.pk != second.pk


def test_freight_is_paid_and_is_no_sale() -> None:
    order = paid(buyer(), (RICE, 1))
    assert order.due_fen == 5700
    goods = [row for row in ledger() if row[1] == "sale"]
    assert sum(row[4] for row in goods if row[2]) == 4900
    assert Order.objects.get().consumer_paid_fen == 5700
    assert audit().violations == []


def test_a_notice_that_comes_again_is_told_so_and_changes_nothing() -> None:
    phone = buyer()
    body = notice_of(pending(phone, ordered(phone, (TEA, 1))["number"]))
    outcomes = [notify(body).json()["outcome"] for _ in range(3)]
    assert outcomes == ["applied", "repeated", "repeated"]
    assert len(ledger()) == 1
    assert PaymentNotice.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "anomaly"),
    [
        ({"amount_fen": 16799}, "wrong_amount"),
        ({"amount_fen": 16801}, "wrong_amount"),
        ({"currency": "USD"}, "wrong_currency"),
        ({"merchant": "somebody-else"}, "wrong_merchant"),
        ({"payment_number": "P0"}, "unknown_payment"),
        ({"paid_at": "2019-01-01T00:00:00+08:00"}, "wrong_time"),
        ({"paid_at": "2099-01-01T00:00:00+08:00"}, "wrong_time"),
    ],
)
def test_a_true_notice_that_does_not_fit_is_an_anomaly_and_no_payment(changes, anomaly) -> None:
    phone = buyer()
    number = ordered(phone, (TEA, 1))["number"]
    payment = pending(phone, number)
    assert notify(notice_of(payment, **changes)).json() == {"outcome": "anomaly"}
    assert PaymentNotice.objects.get().anomaly == anomaly
    assert phone.send("get", f"orders/{number}/").json()["state"] == "unpaid"
    assert ledger() == []
    assert notify(notice_of(payment)).json() == {"outcome": "applied"}


def test_a_notice_that_nobody_signed_is_kept_and_refused() -> None:
    phone = buyer()
    body = notice_of(pending(phone, ordered(phone, (TEA, 1))["number"]))
    other = body.replace(b"16800", b"00001")
    assert refusal(notify(body, signature="0" * 64)) == (401, "notice_not_true")
    assert refusal(notify(body, signature="")) == (401, "notice_not_true")
    assert refusal(notify(other, signature=None if other == body else "ü")) == (
        401,
        "notice_not_true",
    )
    for nonsense in (b"[]", b"{}", b"\xff", json.dumps({"amount_fen": "1"}).encode()):
        assert refusal(notify(nonsense)) == (401, "notice_not_true")
    with_nul = body.replace(b'"currency": "CNY"', b'"currency": "CN\\u0000"')
    assert refusal(notify(with_nul)) == (401, "notice_not_true")
    assert set(PaymentNotice.objects.values_list("outcome", flat=True)) == {"not_true"}
    assert ledger() == []
    assert refusal(notify(body, provider="wechat")) == (404, "provider_unknown")
    assert refusal(notify(b"x" * 70_000)) == (413, "body_too_large")


def test_money_for_a_cancelled_order_is_an_anomaly_and_the_order_stays_cancelled() -> None:
    phone = buyer()
    number = ordered(phone, (TEA, 1))["number"]
    payment = pending(phone, number)
    phone.send("post", f"orders/{number}/cancellation/")
    assert notify(notice_of(payment)).json() == {"outcome": "anomaly"}
    assert PaymentNotice.objects.get().anomaly == "order_not_waiting"
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert phone.send("get", f"orders/{number}/").json()["state"] == "cancelled"
    assert (ledger(), shelf(TEA)) == ([], (10, 0))


@pytest.mark.parametrize("order_of_arrival", list(permutations(range(4))))
def test_in_whatever_order_notices_come_the_order_is_paid_once(order_of_arrival) -> None:
    phone = buyer()
    payment = pending(phone, ordered(phone, (TEA, 1))["number"])
    true, wrong = notice_of(payment), notice_of(payment, amount_fen=1)
    other = notice_of(payment)
    notices = (true, true, wrong, other)
    outcomes = sorted(notify(notices[place]).json()["outcome"] for place in order_of_arrival)
    assert outcomes == ["anomaly", "anomaly", "applied", "repeated"] or outcomes == [
        *("anomaly", "anomaly", "anomaly"),
        "applied",
    ]
    assert len(ledger()) == 1
    assert Payment.objects.filter(state="succeeded").count() == 1
    assert audit().violations == []


def test_one_transaction_pays_one_order() -> None:
    phone = buyer()
    first = pending(phone, ordered(phone, (TEA, 1))["number"])
    second = pending(phone, ordered(phone, (TEA, 1))["number"])
    assert notify(notice_of(first, transaction_id="T-1")).json() == {"outcome": "applied"}
    assert notify(notice_of(second, transaction_id="T-1")).json() == {"outcome": "anomaly"}
    assert len(ledger()) == 1


def test_an_open_try_to_pay_is_used_again_and_a_late_one_is_refused() -> None:
    phone = buyer()
    number = ordered(phone, (TEA, 1))["number"]
    assert pending(phone, number) == pending(phone, number)
    unknown = phone.send("post", f"orders/{number}/payments/", {"provider": "barter"})
    assert refusal(unknown) == (404, "provider_unknown")
    with time_machine.travel(now() + timedelta(minutes=31)):
        late = phone.send("post", f"orders/{number}/payments/", {"provider": "sandbox"})
        assert refusal(late) == (409, "order_cannot_change")


def test_an_order_is_sent_by_a_clerk_and_received_by_its_shopper() -> None:
    phone = buyer()
    order = paid(phone, (TEA, 2))
    office = desk("fahuo")
    page = list_page(Shipment) + "add/"
    parcel = {"number": order.number, "carrier": "顺丰", "tracking_number": "SF100"}
    assert office.post(page, parcel).status_code == 302
    assert shelf(TEA) == (8, 0)
    refused = office.post(page, {**parcel, "tracking_number": "SF101"}).content.decode()
    assert "不能进行此操作" in refused
    assert "没有这个订单" in office.post(page, {**parcel, "number": "0"}).content.decode()
    [sent] = phone.send("get", f"orders/{order.number}/shipments/").json()["results"]
    assert (sent["carrier"], sent["tracking_number"]) == ("顺丰", "SF100")
    assert Order.objects.get().status == "shipped"
    received = phone.send("post", f"orders/{order.number}/receipt/").json()
    assert (received["state"], Order.objects.get().status) == ("received", "succeeded")
    assert len(ledger()) == 1
    assert audit().violations == []
    shown = office.get(page_of(order)).content.decode()
    assert "已收货" in shown
    assert HOME["detail"] not in shown


def test_a_parcel_belongs_to_one_order() -> None:
    phone = buyer()
    first, second = paid(phone, (TEA, 1)), paid(phone, (TEA, 1))
    page = list_page(Shipment) + "add/"
    parcel = {"carrier": "顺丰", "tracking_number": "SF100"}
    office = desk("fahuo")
    office.post(page, {**parcel, "number": first.number})
    refused = office.post(page, {**parcel, "number": second.number}).content.decode()
    assert "运单号已用于另一个订单" in refused
    second.refresh_from_db()
    assert (second.state, shelf(TEA)) == ("paid", (9, 1))


def test_what_was_sent_long_ago_is_received_by_the_clock() -> None:
    order = paid(buyer(), (TEA, 1))
    desk("fahuo").post(
        list_page(Shipment) + "add/",
        {"number": order.number, "carrier": "顺丰", "tracking_number": "SF100"},
    )
    with time_machine.travel(now() + timedelta(days=9)):
        assert receive_by_time() == 0
    with time_machine.travel(now() + timedelta(days=11)):
        assert (receive_by_time(), receive_by_time()) == (1, 0)
    assert Order.objects.get().status == "succeeded"


def test_the_sandbox_pays_by_command() -> None:
    number = ordered(buyer(), (TEA, 1))["number"]
    said = StringIO()
    call_command("pay_sandbox", number, "--json", stdout=said)
    assert json.loads(said.getvalue())["outcome"] == "applied"
    with pytest.raises(SystemExit):
        call_command("pay_sandbox", number, stderr=StringIO())
    assert len(ledger()) == 1


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_cancels_what_was_not_paid_in_time(broker: Broker) -> None:
    number = ordered(buyer(), (TEA, 1))["number"]
    StorefrontOrder.objects.update(expires_at=now() - timedelta(seconds=1))
    with run_worker():
        app.send_task("orders.tend_storefront")
        wait_until(
            lambda: StorefrontOrder.objects.get(number=number).state == "cancelled",
            what=lambda: "",
        )
    assert shelf(TEA) == (10, 0)
