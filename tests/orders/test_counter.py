"""A clerk rings up sales over HTTP: once for a uuid, at once or days later, nothing lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from common.clock import business_day, now
from marketplace.services.audit import audit
from orders.models import CounterSale, Order, OrderLine, SalesEntry
from products.models import Sku
from products.models.stock import StockItem, StockPlace
from products.services.search_entries import refresh_search_entries
from products.services.stock import move_stock
from tests.back_office import desk
from tests.builders import make_bundle, make_sales_point, make_sku
from tests.racing import at_once
from tests.shoppers import refusal

COUNTER, OTHER = "centre-330105", "centre-330109"
TEA, RICE = "QDN-LS-001", "QDN-RJ-003"


@pytest.fixture(autouse=True)
def centres(db: None) -> None:
    for code in (COUNTER, OTHER):
        make_sales_point(
            code, name=code, channel_class="centre", platform="", shop_name="", district=code[-6:]
        )
    make_sku(TEA, county="522634", price_fen=16800)
    make_sku(RICE, county="522632", price_fen=4900)
    refresh_search_entries()


def clerk(name: str = "yuan", role: str = "centre_clerk", code: str = COUNTER) -> Client:
    return desk(name, role, "prepare", "sales_point", code)


def line(code: str = TEA, amount_fen: int = 16800, **more: Any) -> dict[str, Any]:
    stated = {"sku_code": code, "quantity": 1, "list_fen": amount_fen, "amount_fen": amount_fen}
    return {name: value for name, value in {**stated, **more}.items() if value is not ...}


def sale(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    lines = lines or (line(),)
    return {
        "sales_point": COUNTER,
        "sold_at": now().isoformat(),
        "lines": list(lines),
        "tenders": [{"kind": "cash", "amount_fen": sum(each["amount_fen"] for each in lines)}],
        **more,
    }


def ring(client: Client, body: dict[str, Any], uuid: Any = None) -> HttpResponse:
    path = f"/api/v1/counter/sales/{uuid or uuid4()}/"
    return client.put(path, body, content_type="application/json")


def ledger() -> list[tuple]:
    return list(
        SalesEntry.objects.order_by("pk").values_list(
            "sales_point_code", "sku_code", "amount_fen", "helper_district_code", "channel_class"
        )
    )


def test_a_sale_is_in_the_ledger_for_its_centre_and_district() -> None:
    body = sale(line(), line(RICE, 9800, quantity=2))
    answer = ring(clerk(), body)
    assert (answer.status_code, answer.json()["total_fen"]) == (201, 26600)
    assert answer.json()["flags"] == []
    assert ledger() == [
        (COUNTER, TEA, 16800, "330105", "centre"),
        (COUNTER, RICE, 9800, "330105", "centre"),
    ]
    assert Order.objects.get().status == "succeeded"
    assert audit().violations == []


def test_one_uuid_is_one_sale_whatever_comes_after() -> None:
    client, uuid, body = clerk(), uuid4(), sale()
    first = ring(client, body, uuid)
    again = ring(client, body, uuid)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = ring(client, {**body, "lines": [line(RICE, 4900)]}, uuid)
    assert refusal(other) == (409, "counter_sale_conflict")
    assert len(ledger()) == CounterSale.objects.count() == 1


def test_what_was_sold_without_network_keeps_its_own_time() -> None:
    sold_at = now() - timedelta(days=6)
    assert ring(clerk(), sale(sold_at=sold_at.isoformat())).status_code == 201
    order = Order.objects.get()
    assert order.paid_at == sold_at
    assert SalesEntry.objects.get().order_date == business_day(sold_at)


@pytest.mark.parametrize("moved", [timedelta(days=-31), timedelta(minutes=6)])
def test_a_sale_of_the_future_or_of_long_ago_is_refused(moved: timedelta) -> None:
    answer = ring(clerk(), sale(sold_at=(now() + moved).isoformat()))
    assert refusal(answer) == (422, "sold_at_not_valid")
    assert ledger() == []


def test_what_was_taken_is_what_the_lines_come_to() -> None:
    tenders = [{"kind": "cash", "amount_fen": 10000}, {"kind": "wechat", "amount_fen": 6800}]
    assert ring(clerk(), sale(tenders=tenders)).status_code == 201
    short = [{"kind": "cash", "amount_fen": 16799}]
    assert refusal(ring(clerk(), sale(tenders=short))) == (422, "tenders_differ")
    gift = sale(line(amount_fen=0, list_fen=16800), tenders=[])
    assert ring(clerk(), gift).status_code == 201


def test_another_price_is_recorded_and_flagged() -> None:
    answer = ring(clerk(), sale(line(amount_fen=15000, list_fen=16800)))
    assert (answer.status_code, answer.json()["flags"]) == (201, ["price_differs"])
    assert ledger()[0][2] == 15000


def test_goods_by_weight_are_sold_by_the_gram() -> None:
    Sku.objects.filter(code=RICE).update(price_basis_grams=500, price_fen=1000)
    weighed = line(RICE, 2500, quantity=..., weight_grams=1250)
    assert ring(clerk(), sale(weighed)).json()["flags"] == []
    assert OrderLine.objects.get().weight_grams == 1250
    both = line(RICE, 2500, quantity=1, weight_grams=1250)
    assert refusal(ring(clerk(), sale(both))) == (422, "bad_quantity")


def test_sold_packs_leave_the_shelf_and_too_few_are_flagged() -> None:
    place = StockPlace.objects.create(code="shelf", name="货架", sales_point_code=COUNTER)
    move_stock(place, Sku.objects.get(code=TEA), kind="receipt", quantity=3, actor=None)
    make_bundle("BOX", [(TEA, 2, 16800)])
    assert ring(clerk(), sale(line("BOX", 16800))).json()["flags"] == []
    assert StockItem.objects.get().on_hand == 1
    short = ring(clerk(), sale(line(amount_fen=33600, quantity=2)))
    assert (short.status_code, short.json()["flags"]) == (201, ["stock_short"])
    assert StockItem.objects.get(sku__code=TEA).on_hand == 1
    assert len(ledger()) == 2
    assert audit().violations == []


def test_goods_that_nobody_knows_are_recorded_and_wait_to_be_matched() -> None:
    unknown = line("NO-SUCH-SKU", 5000, title="苗绣香包")
    assert ring(clerk(), sale(unknown)).status_code == 201
    assert ledger() == [(COUNTER, "", 5000, "330105", "centre")]
    nameless = line("", 5000)
    assert refusal(ring(clerk(), sale(nameless)))[0] == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": []}, "lines"),
        ({"tenders": [{"kind": "shells", "amount_fen": 1}]}, "tenders.0.kind"),
        ({"sold_at": "yesterday"}, "sold_at"),
        ({"clerk": "me"}, "clerk"),
        ({"lines": [line(amount_fen=1.5)]}, None),
        ({"lines": [line(quantity=0)]}, "lines.0.quantity"),
    ],
)
def test_a_body_that_means_nothing_is_refused(change: dict, field: str | None) -> None:
    answer = ring(clerk(), sale(**{"tenders": [], **change}))
    assert answer.status_code == 400
    if field:
        assert list(answer.json()["errors"]) == [field]
    assert ledger() == []


def test_a_clerk_sells_at_their_own_counter_alone() -> None:
    assert refusal(ring(clerk(), sale(sales_point=OTHER))) == (404, "sales_point_not_found")
    make_sales_point("xunqianji")
    manager = clerk("jingli", "centre_manager")
    assert ring(manager, sale()).status_code == 201
    assert refusal(ring(manager, sale(sales_point="xunqianji"))) == (404, "sales_point_not_found")
    for other in (
        desk("du", "centre_clerk", "read", "sales_point", COUNTER),
        desk("qu", "district", "prepare", "district", "330105"),
        desk("xian", "county", "prepare", "county", "522634"),
        Client(),
    ):
        assert ring(other, sale()).status_code == 403
    assert CounterSale.objects.count() == 1


def test_a_clerk_finds_goods_by_code_name_and_pinyin() -> None:
    place = StockPlace.objects.create(code="shelf", name="货架", sales_point_code=COUNTER)
    move_stock(place, Sku.objects.get(code=TEA), kind="receipt", quantity=3, actor=None)
    Sku.objects.filter(code=TEA).update(name="雷山银球茶")
    refresh_search_entries()

    def found(query: str) -> list[tuple]:
        path = "/api/v1/counter/skus/"
        answer = clerk().get(path, {"q": query, "sales_point": COUNTER})
        assert answer.status_code == 200
        return [(sku["sku_code"], sku["on_hand"]) for sku in answer.json()["results"]]

    for query in ("qdn-ls-001", "银球茶", "yinqiu", "yqc", "雷山"):
        assert (TEA, 3) in found(query)
    assert found("QDN-RJ-003") == [(RICE, None)]
    assert found("") == found("没有的东西") == found("\x00") == []
    answer = clerk().get("/api/v1/counter/skus/", {"q": "茶" * 65, "sales_point": COUNTER})
    assert refusal(answer) == (400, "invalid_input")
    answer = clerk().get("/api/v1/counter/skus/", {"q": "茶", "sales_point": OTHER})
    assert refusal(answer) == (404, "sales_point_not_found")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_uuid_sent_many_times_at_once_is_one_sale() -> None:
    client, uuid, body = clerk(), uuid4(), sale()

    def send() -> int:
        own = Client()
        own.cookies = client.cookies
        return ring(own, body, uuid).status_code

    answers = at_once([send] * 10)
    assert sorted(answers) == [200] * 9 + [201]
    assert len(ledger()) == CounterSale.objects.count() == 1
    assert audit().violations == []
