"""A shopper orders over HTTP: what was shown is what is charged, or nothing is ordered."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from common.clock import now, today
from marketplace.services.audit import audit
from operations.models import IdempotencyKey
from operations.services.idempotency import sweep_idempotency_keys
from orders.models import FreightTariff, SalesEntry, StorefrontEvent, StorefrontOrder
from orders.services.storefront.ending import expire_orders
from products.models import Product, Sku
from products.models.stock import StockReservation
from tests.builders import make_bundle
from tests.orders.storefront_world import (
    MUSHROOM,
    RICE,
    TEA,
    buyer,
    open_storefront,
    ordered,
    ordering,
    quoted,
    shelf,
)
from tests.shoppers import GATEWAY, MESSAGES, OTHER_PHONE, refusal


@pytest.fixture(autouse=True)
def shop(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()


def codes(problems: list[dict]) -> list[str]:
    return [problem["code"] for problem in problems]


def test_a_quote_prices_goods_and_freight_by_weight_and_region() -> None:
    phone = buyer()
    light = quoted(phone, (RICE, 1))
    assert (light["goods_fen"], light["freight_fen"], light["due_fen"]) == (4900, 800, 5700)
    heavy = quoted(phone, (RICE, 2))
    assert (heavy["goods_fen"], heavy["freight_fen"]) == (9800, 1100)
    free = quoted(phone, (TEA, 1))
    assert (free["freight_fen"], free["is_orderable"]) == (0, True)
    FreightTariff.objects.create(region_prefix="65", is_delivered=False)
    FreightTariff.objects.create(region_prefix="6501", first_fen=2000)
    assert codes(quoted(phone, (RICE, 1), region="652200")["problems"]) == ["undeliverable"]
    assert quoted(phone, (RICE, 1), region="650102")["freight_fen"] == 2000


def test_a_quote_says_line_by_line_what_cannot_be_sold() -> None:
    phone = buyer()
    Sku.objects.filter(code=RICE).update(price_basis_grams=500)
    Product.objects.filter(code=MUSHROOM).update(is_published=False)
    shown = quoted(phone, (TEA, 11), (RICE, 1), (MUSHROOM, 1), ("NONE", 1))
    assert [codes(line["problems"]) for line in shown["lines"]] == [
        ["out_of_stock"],
        ["sold_by_weight"],
        ["unknown_sku"],
        ["unknown_sku"],
    ]
    assert (shown["goods_fen"], shown["is_orderable"]) == (0, False)
    answer = ordering(phone, (TEA, 11), (RICE, 1), due_fen=0)
    assert refusal(answer) == (409, "order_not_possible")
    assert "库存不足" in answer.json()["detail"]
    assert not StorefrontOrder.objects.exists()


def test_an_order_charges_what_was_shown_promises_its_goods_and_waits_for_payment() -> None:
    phone = buyer()
    order = ordered(phone, (TEA, 2), (RICE, 1))
    assert (order["state"], order["due_fen"], order["freight_fen"]) == ("unpaid", 38500, 0)
    assert [(line["sku_code"], line["amount_fen"]) for line in order["lines"]] == [
        (TEA, 33600),
        (RICE, 4900),
    ]
    assert order["delivery"]["receiver"] == "张小山"
    assert (shelf(TEA), shelf(RICE)) == ((10, 2), (10, 1))
    assert phone.send("get", f"orders/{order['number']}/").json() == order
    assert phone.send("get", "orders/").json()["results"] == [order]
    for model in (StorefrontOrder, IdempotencyKey):
        assert "张小山" not in str(list(model.objects.values()))
    assert not SalesEntry.objects.exists()
    assert audit().violations == []


def test_a_price_that_moved_meanwhile_refuses_the_order() -> None:
    phone = buyer()
    Sku.objects.filter(code=TEA).update(price_fen=16900)
    answer = ordering(phone, (TEA, 1), due_fen=16800)
    assert refusal(answer) == (409, "amount_changed")
    assert "169.00" in answer.json()["detail"]
    assert shelf(TEA) == (10, 0)
    assert not IdempotencyKey.objects.exists()


def test_fresh_goods_are_bought_by_who_confirms_that_they_stay_sold() -> None:
    phone = buyer()
    assert refusal(ordering(phone, (MUSHROOM, 1))) == (422, "return_not_waived")
    order = ordered(phone, (MUSHROOM, 1), (TEA, 1), waived_returns=[MUSHROOM, TEA])
    assert [line["waives_return"] for line in order["lines"]] == [True, False]


def test_who_has_not_agreed_to_the_policy_in_force_cannot_order(settings) -> None:
    phone = buyer()
    settings.PRIVACY_VERSION = "2030-01"
    assert refusal(ordering(phone, (TEA, 1))) == (403, "consent_missing")


def test_a_presale_keeps_the_day_that_was_promised() -> None:
    phone = buyer()
    day = today() + timedelta(days=20)
    Sku.objects.filter(code=TEA).update(ships_by=day)
    [line] = ordered(phone, (TEA, 1))["lines"]
    Sku.objects.filter(code=TEA).update(ships_by=None)
    assert line["ships_by"] == day.isoformat()


def test_a_gift_box_promises_its_parts() -> None:
    phone = buyer()
    make_bundle("BOX", [(TEA, 1, 16800), (RICE, 2, 4900)])
    Product.objects.filter(code="BOX").update(is_published=True)
    ordered(phone, ("BOX", 2), (TEA, 1))
    assert (shelf(TEA), shelf(RICE)) == ((10, 3), (10, 4))


def test_one_key_is_one_order_whatever_is_sent_again() -> None:
    phone, key = buyer(), "order-key-0001"
    first = ordering(phone, (TEA, 1), key=key)
    again = ordering(phone, (TEA, 1), key=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert (again["Idempotent-Replayed"], first.has_header("Idempotent-Replayed")) == (
        "true",
        False,
    )
    assert refusal(ordering(phone, (TEA, 2), key=key)) == (422, "idempotency_key_reused")
    assert shelf(TEA) == (10, 1)
    other = buyer(OTHER_PHONE)
    assert ordering(other, (TEA, 1), key=key).json()["number"] != first.json()["number"]


def test_a_refused_order_may_be_sent_again_with_its_key() -> None:
    phone, key = buyer(), "order-key-0002"
    assert ordering(phone, (TEA, 11), key=key, due_fen=184800).status_code == 409
    assert ordering(phone, (TEA, 11), key=key, due_fen=184800).status_code == 409
    assert ordering(phone, (TEA, 1), key=key).status_code == 201


def test_keys_are_kept_for_seven_days() -> None:
    ordering(buyer(), (TEA, 1))
    with time_machine.travel(now() + timedelta(days=6, hours=23)):
        assert sweep_idempotency_keys() == 0
    with time_machine.travel(now() + timedelta(days=7, seconds=1)):
        assert sweep_idempotency_keys() == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with blank 1", "umlaut-ü-12"])
def test_an_order_without_a_usable_key_is_refused(key: str) -> None:
    phone = buyer()
    body = {"lines": [{"sku_code": TEA, "quantity": 1}], "address_id": phone.home, "due_fen": 1}
    headers = {"Idempotency-Key": key} if key else {}
    answer = phone.send("post", "orders/", body, **headers)
    assert refusal(answer) == (400, "invalid_input")
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"sku_code": TEA, "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"sku_code": TEA, "quantity": True}]}, "lines.0.quantity"),
        ({"lines": [{"sku_code": TEA, "quantity": "1"}]}, "lines.0.quantity"),
        ({"lines": [{"sku_code": TEA, "quantity": 1}] * 2}, "lines"),
        ({"lines": [{"sku_code": TEA, "quantity": 1, "price_fen": 1}]}, "lines.0.price_fen"),
        ({"due_fen": "16800"}, "due_fen"),
        ({"due_fen": -1}, "due_fen"),
        ({"address_id": 7}, "address_id"),
        ({"shopper": 1}, "shopper"),
    ],
)
def test_a_body_that_means_nothing_is_refused_by_field(change: dict, field: str) -> None:
    phone = buyer()
    body = {
        "lines": [{"sku_code": TEA, "quantity": 1}],
        "address_id": phone.home,
        "due_fen": 16800,
        **change,
    }
    answer = phone.send("post", "orders/", body, **{"Idempotency-Key": uuid4().hex})
    assert refusal(answer) == (400, "invalid_input")
    assert list(answer.json()["errors"]) == [field]


def test_an_unpaid_order_is_cancelled_once_and_its_goods_are_free_again() -> None:
    phone = buyer()
    number = ordered(phone, (TEA, 3))["number"]
    cancelled = phone.send("post", f"orders/{number}/cancellation/")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    again = phone.send("post", f"orders/{number}/cancellation/")
    assert refusal(again) == (409, "order_cannot_change")
    for act in ("receipt", "payments"):
        body = {"provider": "sandbox"} if act == "payments" else None
        assert refusal(phone.send("post", f"orders/{number}/{act}/", body)) == (
            409,
            "order_cannot_change",
        )
    assert shelf(TEA) == (10, 0)
    assert StockReservation.objects.get().outcome == "released"
    assert [event.act for event in StorefrontEvent.objects.all()] == ["cancel"]
    assert audit().violations == []


def test_an_order_that_nobody_pays_is_cancelled_by_the_clock() -> None:
    number = ordered(buyer(), (TEA, 3))["number"]
    with time_machine.travel(now() + timedelta(minutes=29)):
        assert expire_orders() == 0
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert (expire_orders(), expire_orders()) == (1, 0)
    assert StorefrontOrder.objects.get(number=number).state == "cancelled"
    assert shelf(TEA) == (10, 0)


def test_somebody_elses_order_and_address_do_not_exist() -> None:
    owner, other = buyer(), buyer(OTHER_PHONE)
    number = ordered(owner, (TEA, 1))["number"]
    for method, path, body in (
        ("get", "", None),
        ("get", "shipments/", None),
        ("post", "cancellation/", None),
        ("post", "receipt/", None),
        ("post", "payments/", {"provider": "sandbox"}),
    ):
        answer = other.send(method, f"orders/{number}/{path}", body)
        assert refusal(answer) == (404, "order_not_found")
        assert (
            Client().generic(method.upper(), f"/api/v1/orders/{number}/{path}").status_code == 401
        )
    assert other.send("get", "orders/").json()["count"] == 0
    other.home = owner.home
    assert refusal(ordering(other, (TEA, 1))) == (404, "address_not_found")


def test_a_shopper_orders_so_often_a_minute() -> None:
    phone = buyer()
    with override_settings(CHECKOUTS_PER_MINUTE=2):
        answers = [ordering(phone, (TEA, 1)).status_code for _ in range(3)]
        assert phone.send("get", "orders/").status_code == 200
    assert answers == [201, 201, 429]
    cache.clear()


def test_questions_to_the_database_do_not_grow_with_lines_or_orders() -> None:
    phone = buyer()

    def statements(act) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert act().status_code in {200, 201}
        return len(queries)

    def place(*lines: tuple[str, int], due_fen: int):
        return lambda: ordering(phone, *lines, due_fen=due_fen)

    one = statements(place((TEA, 1), due_fen=16800))
    two = statements(place((TEA, 1), (RICE, 1), due_fen=21700))
    # A second line takes its own stock row, and nothing else.
    assert two == one + 1
    few = statements(lambda: phone.send("get", "orders/"))
    for _ in range(5):
        ordered(phone, (TEA, 1))
    assert statements(lambda: phone.send("get", "orders/")) == few
