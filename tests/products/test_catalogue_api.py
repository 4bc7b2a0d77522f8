"""The catalogue over HTTP, with the goods that the project ships with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from common.clock import now, today
from config.celery import app
from products.models import (
    Certificate,
    DeclaredLink,
    Producer,
    Product,
    SearchEntry,
    SearchToken,
    Sku,
)
from products.services.search_entries import refresh_search_entries
from tests.back_office import desk, page_of
from tests.builders import make_bundle, make_sku
from tests.workers import Broker, run_worker, wait_until

PRODUCTS = "/api/v1/products/"


@pytest.fixture
def shelf(db: None) -> None:
    call_command("load_seeds", verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115


def asked(**query: Any) -> dict[str, Any]:
    answer = Client().get(PRODUCTS, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def codes(**query: Any) -> list[str]:
    return [product["code"] for product in asked(page_size=200, **query)["results"]]


def refused(**query: Any) -> tuple[int, str, list[str]]:
    answer = Client().get(PRODUCTS, query)
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, problem["code"], sorted(problem["errors"])


def change(code: str, **fields: Any) -> None:
    Product.objects.filter(code=code).update(**fields)
    refresh_search_entries()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("香菇", ["QDN-JH-001"]),
        ("雷山", ["QDN-LS-001", "QDN-LS-002"]),
        ("雷山茶", ["QDN-LS-001", "QDN-LS-002"]),
        ("麻江蓝莓", ["QDN-MJ-001", "QDN-MJ-002"]),
        ("铁皮石斛", ["QDN-JP-004"]),
        ("山茶油", ["QDN-LP-003"]),
        ("茶油", ["QDN-JP-003", "QDN-LP-003", "QDN-TZ-002"]),
        ("贡米", ["QDN-KL-002", "QDN-RJ-003"]),
        ("镇远酒", ["QDN-ZY-002"]),
        ("xianggu", ["QDN-JH-001"]),
        ("XiangGu", ["QDN-JH-001"]),
        ("tpsh", ["QDN-JP-004"]),
        ("leishanyinqiucha", ["QDN-LS-001"]),
        ("silver-ball", ["QDN-LS-001"]),
        ("silver", ["QDN-HP-004", "QDN-LS-001"]),
        ("QDN-DZ-001", ["QDN-DZ-001"]),
        ("㵲阳湖", ["QDN-HP-003"]),
        ("苹果手机", []),
        ("！？", []),
    ],
)
def test_search_finds_what_is_asked_for(shelf: None, query: str, found: list[str]) -> None:
    assert sorted(codes(search=query)) == found


def test_where_nothing_has_all_words_those_with_most_of_them_come_first(shelf: None) -> None:
    assert codes(search="雷山银球糯米饭")[0] == "QDN-LS-001"
    assert "QDN-LP-004" not in codes(search="黎平山茶油")


def test_tea_itself_stands_before_tea_oil(shelf: None) -> None:
    found = codes(search="茶")
    assert {"QDN-LS-001", "QDN-TZ-002", "QDN-SB-002"} <= set(found)
    assert found.index("QDN-LS-001") < found.index("QDN-TZ-002")
    assert found == codes(search="茶", ordering="relevance")


def test_a_product_shows_origin_weight_price_and_what_is_recognised_today(shelf: None) -> None:
    product = Product.objects.get(code="QDN-LS-001")
    kept = {"product": product, "kind": "扶贫产品认定", "issuer": "县认定办", "source": "test"}
    Certificate.objects.create(number="1", valid_from=today(), valid_to=today(), **kept)
    Certificate.objects.create(number="2", valid_from=today() + timedelta(days=1), **kept)
    Sku.objects.filter(code="QDN-LS-001").update(ships_by=today())
    shown = Client().get(f"{PRODUCTS}QDN-LS-001/").json()
    assert shown["county"] == {"code": "522634", "name": "雷山县", "name_en": "Leishan"}
    assert shown["category"] == {"code": "tea", "name": "茶叶"}
    assert [each["number"] for each in shown["certificates"]] == ["1"]
    [sku] = shown["skus"]
    assert (sku["price_fen"], sku["net_grams"], sku["unit"]) == (16800, 100, "盒")
    assert sku["ships_by"] == today().isoformat()
    assert codes(certified=True) == ["QDN-LS-001"]
    assert len(codes(certified=False)) == 42
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        later = Client().get(f"{PRODUCTS}QDN-LS-001/").json()
    assert [each["number"] for each in later["certificates"]] == ["2"]
    assert later["skus"][0]["ships_by"] is None


def test_a_gift_box_shows_its_parts_and_their_counties(shelf: None) -> None:
    make_bundle("BOX-1", [("QDN-LS-001", 1, 16800), ("QDN-MJ-002", 2, 3000)])
    change("BOX-1", name="苗侗礼盒", is_published=True)
    [sku] = Client().get(f"{PRODUCTS}BOX-1/").json()["skus"]
    parts = [(part["sku_code"], part["quantity"], part["county"]["name"]) for part in sku["parts"]]
    assert parts == [("QDN-LS-001", 1, "雷山县"), ("QDN-MJ-002", 2, "麻江县")]
    assert "BOX-1" in codes(search="麻江")


def test_what_a_producer_declares_is_shown_and_small_numbers_are_not(shelf: None) -> None:
    producer = Producer.objects.get(code="langdong-mushroom-park")
    change("QDN-HP-001", producer=producer)
    DeclaredLink.objects.create(
        producer=producer, mechanism="wage", households=9, persons=12, wording="9 户",
        valid_from=today(), source="test",
    )  # fmt: skip
    benefits = Client().get(f"{PRODUCTS}QDN-HP-001/").json()["benefits"]
    assert [(each["mechanism"], each["households"]) for each in benefits] == [
        ("dividend", 970),
        ("wage", None),
    ]
    assert benefits[0]["statement"] == "供货主体申报：以分红联结 970 户 3145 人"
    assert benefits[1]["statement"] == "供货主体申报：以务工联结农户"
    assert (benefits[1]["wording"], benefits[1]["persons"]) == ("", None)
    english = Client().get(f"{PRODUCTS}QDN-HP-001/", {"lang": "en"}).json()
    assert "970" in english["benefits"][0]["statement"]
    assert english["benefits"][0]["statement"] != benefits[0]["statement"]


def test_only_published_goods_are_shown(shelf: None) -> None:
    make_sku("DRAFT-1")
    change("QDN-LS-002", is_published=False)
    assert not {"DRAFT-1", "QDN-LS-002"} & set(codes())
    assert codes(search="清明茶 雷公山") == codes(search="雷公山清明茶")
    for code in ("DRAFT-1", "QDN-LS-002", "NONE", "QDN-LS-001%00"):
        answer = Client().get(f"{PRODUCTS}{code}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_list_is_narrowed_and_ordered(shelf: None) -> None:
    assert codes(county="522634") == ["QDN-LS-001", "QDN-LS-002"]
    assert codes(county="522634", ordering="price") == ["QDN-LS-002", "QDN-LS-001"]
    assert codes(county="522634", ordering="-price") == ["QDN-LS-001", "QDN-LS-002"]
    assert codes(county="522634", price_max=8800) == ["QDN-LS-002"]
    assert codes(county="522634", price_min=8801) == ["QDN-LS-001"]
    assert codes(category="tea", county="522623") == ["QDN-SB-002"]
    assert codes(county="522634", search="油") == []
    everything = codes()
    assert everything == sorted(everything)
    assert len(everything) == 43


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"county": "999999"}, "county"),
        ({"category": "phones"}, "category"),
        ({"ordering": "price_fen;drop"}, "ordering"),
        ({"price_min": -1}, "price_min"),
        ({"price_min": 2, "price_max": 1}, "price_max"),
        ({"price_max": "1e9999"}, "price_max"),
        ({"certified": "maybe"}, "certified"),
        ({"modified_since": "yesterday"}, "modified_since"),
        ({"modified_since": "0101-01-01T00:00:00+08:00"}, "modified_since"),
        ({"search": "茶" * 65}, "search"),
        ({"search": "一 二 三 四 五 六"}, "search"),
        ({"search": "茶\x00"}, "search"),
    ],
)
def test_a_question_that_has_no_answer_is_refused_by_field(shelf, query, field) -> None:
    assert refused(**query) == (400, "invalid_input", [field])


def test_pages_are_counted_and_bounded(shelf: None) -> None:
    first = asked(page_size=20)
    assert (first["count"], len(first["results"]), first["previous"]) == (43, 20, None)
    last = Client().get(first["next"].replace("page=2", "page=3")).json()
    assert (len(last["results"]), last["next"]) == (3, None)
    assert len(asked(page_size=100_000)["results"]) == 43
    for page in ("4", "0", "x", "9" * 40):
        assert refused(page=page, page_size=20)[:2] == (404, "not_found")


def test_a_client_that_holds_the_answer_is_told_so(shelf: None) -> None:
    client = Client()
    first = client.get(PRODUCTS, {"search": "茶"})
    held = {"If-None-Match": first["ETag"]}
    again = client.get(PRODUCTS, {"search": "茶"}, headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert first["Cache-Control"] == "no-cache"
    assert client.get(PRODUCTS, {"search": "油"}, headers=held).status_code == 200
    Sku.objects.filter(code="QDN-LS-001").update(price_fen=1)
    assert client.get(PRODUCTS, {"search": "茶"}, headers=held).status_code == 200


def test_what_an_office_changes_is_found_at_once_and_told_by_modified_since(shelf: None) -> None:
    SearchEntry.objects.update(modified_at=now() - timedelta(days=1))
    before = now().isoformat(timespec="microseconds")
    product = Product.objects.get(code="QDN-KL-001")
    office = desk("jingban")
    form = office.get(page_of(product)).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    inlines = {
        f"{prefix}-{field}": 0
        for prefix in ("skus", "certificates")
        for field in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    answer = office.post(page_of(product), {**data, **inlines, "name": "凯里白酸汤"})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert codes(search="白酸汤") == ["QDN-KL-001"]
    assert codes(modified_since=before) == ["QDN-KL-001"]
    assert codes(modified_since=before, ordering="-modified_at") == ["QDN-KL-001"]
    assert refresh_search_entries() == 0


def test_questions_to_the_database_do_not_grow_with_the_goods(shelf: None) -> None:
    def statements(page_size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(asked(page_size=page_size, search="茶")["results"]) == page_size
        return len(queries)

    assert statements(2) == statements(8) <= 12


def test_an_address_searches_so_often_a_minute_and_lists_as_it_likes(shelf: None) -> None:
    cache.clear()
    with override_settings(SEARCHES_PER_MINUTE=2):
        assert [Client().get(PRODUCTS, {"search": "茶"}).status_code for _ in range(3)] == [
            *(200, 200),
            429,
        ]
        assert refused(search="茶")[:2] == (429, "throttled")
        assert Client().get(PRODUCTS).status_code == 200
    cache.clear()


def test_counties_categories_centres_and_campaigns_are_listed(shelf: None) -> None:
    def rows(name: str) -> list[dict[str, Any]]:
        return Client().get(f"/api/v1/{name}/", {"page_size": 200}).json()["results"]

    counties = {row["code"]: row for row in rows("counties")}
    assert len(counties) == 16
    assert (counties["522634"]["name"], counties["522634"]["products"]) == ("雷山县", 2)
    assert {row["code"]: row["products"] for row in rows("categories")}["tea"] == 7
    centres = {row["code"]: row for row in rows("centres")}
    assert len(centres) == 14
    assert centres["miaoyin-shijia"]["district"]["name"] == "拱墅区"
    [campaign] = rows("campaigns")
    assert (campaign["code"], campaign["first_day"], campaign["last_day"]) == (
        *("mayday-2020", "2020-05-01"),
        "2020-05-07",
    )
    assert campaign["is_running"] is False
    with time_machine.travel("2020-05-07T23:59:59+08:00", tick=False):
        assert rows("campaigns")[0]["is_running"] is True
    with time_machine.travel("2020-05-08T00:00:00+08:00", tick=False):
        assert rows("campaigns")[0]["is_running"] is False


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_the_catalogue_over_the_api(shelf: None, method: str) -> None:
    assert getattr(Client(), method)(PRODUCTS).status_code == 405


@pytest.mark.worker
def test_a_worker_catches_what_changed_elsewhere(transactional_db: None, broker: Broker) -> None:
    make_sku("ELSEWHERE-1")
    Product.objects.update(name="苗家米酒", is_published=True)
    with run_worker():
        app.send_task("products.refresh_search_entries")
        wait_until(lambda: SearchToken.objects.filter(token="米酒").exists(), what=lambda: "")
    assert codes(search="米酒") == ["ELSEWHERE-1"]
