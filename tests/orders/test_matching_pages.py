"""The queue of goods that wait: one click decides, and only at one's own sales points."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Duty, Role, ScopeKind
from operations.models import Job
from orders.models import GoodsMatch, SalesPoint
from orders.services.matching import match_goods
from orders.services.recording import record_sale
from products.models import SellerCode, Sku
from tests.back_office import desk, list_page, page_of, said, steps_shown, take
from tests.builders import make_sales_point, make_sku, make_user, reported_lines
from tests.orders.ledger_reading import net_by
from tests.orders.matching_world import TEA, tea_sale, unknown, work
from tests.orders.test_withdrawals import sale

pytestmark = pytest.mark.django_db
QUEUE = "admin:orders_goodsmatch_waiting"


@pytest.fixture
def store() -> SalesPoint:
    tea = make_sku("QDN-LS-001")
    Sku.objects.filter(pk=tea.pk).update(name="雷山银球茶", net_content="250g")
    store = make_sales_point()
    record_sale(store, tea_sale("O-1"), source="test")
    return store


def operator(store: SalesPoint, duty: str = Duty.PREPARE) -> Client:
    name = f"运营-{store.code}-{duty}"
    return desk(name, Role.STORE_OPERATOR, duty, ScopeKind.SALES_POINT, store.code)


def queue(client: Client, **asked: object) -> str:
    answer = client.get(reverse(QUEUE), asked)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def click(client: Client, store: SalesPoint, sku: object, goods: object = TEA, query: str = ""):
    address = reverse("admin:orders_goodsmatch_match", args=[store.pk])
    return client.post(f"{address}{query}", {"goods": json.dumps(goods), "sku": sku})


def test_one_click_decides_and_the_job_moves_the_orders(store) -> None:
    client = operator(store)
    assert "标题 银球茶" in queue(client)
    sku = Sku.objects.get()

    answer = click(client, store, sku.pk, query=f"?sales_point={store.pk}&page=1")

    assert answer.url == f"{reverse(QUEUE)}?sales_point={store.pk}&page=1"
    assert "正在更新订单" in said(answer)[0]
    assert "订单正在更新" in queue(client)
    work(Job.objects.get(kind="matching"))
    assert net_by("sku_code") == {"QDN-LS-001": 16800}
    assert "没有待匹配的商品" in queue(client)


def test_the_queue_offers_the_likeliest_first_and_one_can_choose_another(store) -> None:
    other = make_sku("QDN-HP-001", county="522622")
    Sku.objects.filter(pk=other.pk).update(name="银球茶", net_content="500g")
    lines = unknown(("银球茶 500g", 16800, 1))
    record_sale(store, tea_sale("O-2", lines=lines), source="test")
    page = client_page(operator(store))
    assert page["groups"][1]["suggestions"][0][1] == "QDN-HP-001 银球茶 500g"
    assert [group["lines"] for group in page["groups"]] == [1, 1]


def client_page(client: Client, **asked: object) -> dict:
    return client.get(reverse(QUEUE), asked).context_data


def test_words_come_back_to_the_letter(store) -> None:
    title = '“怪”<b>&amp;\\n 标题\n第二行"'
    lines = unknown((title, 100, 1))
    record_sale(store, tea_sale("O-2", lines=lines), source="test")
    client = operator(store)
    goods = next(g for g in client_page(client)["groups"] if "怪" in g["title"])["goods"]
    answer = click(client, store, Sku.objects.get().pk, json.loads(goods))
    assert "已匹配" in said(answer)[0]
    assert GoodsMatch.objects.get().title == f"标题 {title}"


def test_who_looks_at_another_shop_finds_nothing_there(store) -> None:
    other = operator(make_sales_point("other", name="另一家", shop_name="另一家"))
    assert "银球茶" not in queue(other)
    assert other.get(reverse(QUEUE), {"sales_point": store.pk}).status_code == 404
    assert click(other, store, Sku.objects.get().pk).status_code == 404
    codes = reverse("admin:orders_goodsmatch_codes", args=[store.pk])
    assert other.post(codes).status_code == 404
    row = decided(store)
    assert take(other, row, "revoke", reason="x").status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None
    assert "银球茶" not in other.get(list_page(GoodsMatch)).content.decode()


def decided(store: SalesPoint) -> GoodsMatch:
    sku = Sku.objects.order_by("pk")[0]
    return match_goods(sales_point=store, goods=TEA, sku=sku, actor=make_user("甲"))


@pytest.mark.parametrize("role", [Role.FINANCE, Role.WORK_TEAM])
def test_who_only_reads_sees_the_queue_and_decides_nothing(store, role) -> None:
    client = desk("只看", role, Duty.READ)
    assert "银球茶" in queue(client)
    assert "suggestion" not in queue(client)
    assert click(client, store, Sku.objects.get().pk).status_code == 403
    row = decided(store)
    assert steps_shown(client, row) == set()
    assert take(client, row, "revoke", reason="x").status_code == 403


def test_the_duty_to_read_decides_nothing_either(store) -> None:
    client = operator(store, Duty.READ)
    assert click(client, store, Sku.objects.get().pk).status_code == 403
    assert not GoodsMatch.objects.exists()


@pytest.mark.parametrize(
    ("role", "kind", "code"),
    [(Role.COUNTY, ScopeKind.COUNTY, "522634"), (Role.SUPPLIER, ScopeKind.COUNTY, "522634")],
)
def test_a_county_has_no_queue(store, role, kind, code) -> None:
    client = desk("县", role, Duty.PREPARE if role == Role.COUNTY else Duty.READ, kind, code)
    assert client.get(reverse(QUEUE)).status_code == 403
    assert click(client, store, Sku.objects.get().pk).status_code == 404


@pytest.mark.parametrize(
    "goods", ["", "[]", "[1,2,3]", '["a","b"]', '{"a":1}', '["","a\\u0000",""]', "nonsense", "7"]
)
def test_a_click_that_was_made_up_is_refused_in_words(store, goods) -> None:
    address = reverse("admin:orders_goodsmatch_match", args=[store.pk])
    answer = operator(store).post(address, {"goods": goods, "sku": Sku.objects.get().pk})
    assert said(answer) == ["请先选择规格，再点“匹配”。"]


@pytest.mark.parametrize("sku", ["", "0", "abc", "99999999999999999999", "\x00"])
def test_a_sku_that_is_none_is_refused_in_words(store, sku) -> None:
    assert said(click(operator(store), store, sku)) == ["请先选择规格，再点“匹配”。"]
    assert not GoodsMatch.objects.exists()


@pytest.mark.parametrize("point", ["abc", "-1", "99999999999999999999", "²", "\x00"])
def test_a_made_up_sales_point_is_not_found(store, point) -> None:
    assert operator(store).get(reverse(QUEUE), {"sales_point": point}).status_code == 404


def test_the_second_click_says_who_decided(store) -> None:
    decided(store)
    assert "已由 甲 匹配为" in said(click(operator(store), store, Sku.objects.get().pk))[0]


def test_a_match_is_replaced_and_revoked_on_its_page(store) -> None:
    other = make_sku("QDN-HP-001", county="522622")
    row, client = decided(store), operator(store)
    assert steps_shown(client, row) == {"replace", "revoke"}
    assert "select2" in client.get(f"{page_of(row)[:-7]}step/replace/").content.decode()

    take(client, row, "replace", sku=other.pk)
    again = GoodsMatch.objects.get(ended_at=None)
    assert (row.ended_by.username, again.sku) == ("运营-xunqianji-prepare", other)
    assert steps_shown(client, row) == set()
    take(client, again, "revoke", reason="看错")
    assert again.ended_at is not None
    assert "当前有效" in said(take(client, row, "revoke", reason="看错"))[-1]
    assert Job.objects.filter(kind="matching").count() == 3


def test_a_code_that_became_known_is_matched_again_by_one_button(store) -> None:
    record_sale(store, sale("O-2", lines=reported_lines([("NEW", 99900, 1)])), source="test")
    SellerCode.objects.create(code="NEW", sku=Sku.objects.get())
    client = operator(store)
    assert "选定这个销售点，再点“重新匹配”" in queue(client)

    client.post(reverse("admin:orders_goodsmatch_codes", args=[store.pk]))
    work(Job.objects.get(kind="matching"))

    assert net_by("sku_code") == {"QDN-LS-001": 99900, "": 16800}
    assert "重新匹配" in queue(client, sales_point=store.pk)


def test_the_queue_takes_the_same_number_of_queries_for_more_goods(store) -> None:
    client = operator(store)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            queue(client)
        return len(taken)

    queries()
    first = queries()
    for number in range(2, 30):
        lines = unknown((f"茶 {number}", 100 + number, 1))
        record_sale(store, tea_sale(f"O-{number}", lines=lines), source="test")
    assert queries() == first
    assert first <= 22
    assert len(client_page(client)["groups"]) == 20
    assert len(client_page(client, page=2)["groups"]) == 9


def test_the_sidebar_leads_to_the_queue(store) -> None:
    page = operator(store).get(reverse("admin:index")).content.decode()
    assert reverse(QUEUE) in page
    assert list_page(GoodsMatch) in page
