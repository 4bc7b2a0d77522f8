"""The screen on which a format is taught: what it shows, hides, refuses, and to whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, TestCase

from accounts.models import AuditEvent, Duty, Role, ScopeKind
from orders.models import Order, SalesPoint, TaughtFormat
from tests.back_office import desk, page_of, said, step_of, steps_shown, take
from tests.builders import make_sales_point
from tests.orders.teaching import ADD, COLUMNS, MAPPING, WORDS, begin, draft, taught

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> SalesPoint:
    return make_sales_point("wechat", name="微信小店", platform="wechat", shop_name="")


@pytest.fixture
def client(shop: SalesPoint) -> Client:
    return operator("小店")


def operator(name: str, code: str = "wechat") -> Client:
    return desk(name, Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, code)


def test_headers_are_suggested_and_people_are_hidden(client: Client) -> None:
    row = draft(client)
    assert {name: row.columns.get(name) for name in ("order_number", "paid_at", "amount")} == {
        name: COLUMNS[name] for name in ("order_number", "paid_at", "amount")
    }
    assert row.columns["sku_code"] == "规格编码"
    assert row.columns == COLUMNS
    assert row.per_piece == ["list"]
    pages = [client.get(page_of(row)), client.get(step_of(row, "map"))]
    for page in pages:
        text = page.content.decode()
        assert "榕江锡利贡米" in text
        assert "张小山" not in text
        assert "12012345678" not in text


def test_a_sample_lies_encrypted_and_goes_when_it_is_published(client: Client) -> None:
    row = draft(client)
    kept = Path(settings.MEDIA_ROOT) / row.sample
    assert "张小山".encode() not in kept.read_bytes()
    client.post(step_of(row, "map"), MAPPING)
    client.post(step_of(row, "words"), WORDS)
    with_commit(client, step_of(row, "publish"))
    assert not kept.exists()
    other = draft(client, code="other")
    kept = Path(settings.MEDIA_ROOT) / other.sample
    with_commit(client, step_of(other, "discard"))
    assert not kept.exists()
    assert not TaughtFormat.objects.filter(code="other").exists()


def with_commit(client: Client, address: str) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(address).status_code == 302


def test_the_trial_says_what_would_be_read_and_what_not(client: Client) -> None:
    row = draft(client)
    client.post(step_of(row, "map"), MAPPING)
    text = client.get(page_of(row)).content.decode()
    assert "不认识的订单状态：订单已完成" in text
    client.post(step_of(row, "words"), WORDS)
    page = client.get(page_of(row))
    trial = page.context["trial"]
    assert (trial.rows, trial.accepted, trial.orders, trial.issues) == (3, 3, 2, [])
    assert (trial.gross_fen, trial.refund_fen) == (30350, 21250)
    assert "303.50" in page.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("code", ["generic", "taobao", "auto", "大写", "A", "x" * 21, "-a"])
def test_a_code_is_short_and_not_a_built_in_one(client: Client, code: str) -> None:
    answer = begin(client, code=code)
    assert answer.status_code == 200
    assert not TaughtFormat.objects.exists()


def test_what_cannot_be_read_is_not_published(client: Client) -> None:
    row = draft(client)
    client.post(step_of(row, "map"), MAPPING | {"amount": ""})
    assert "还没有指明：成交额。" in said(take(client, row, "publish"))[-1]
    answer = client.post(step_of(row, "map"), MAPPING | {"amount": "商品单价"})
    assert "这个表头已经对应" in answer.content.decode()
    answer = client.post(step_of(row, "map"), MAPPING | {"fixed_status": "paid"})
    assert "不能再填固定值" in answer.content.decode()
    client.post(step_of(row, "map"), MAPPING | {"paid_at": "备注"})
    client.post(step_of(row, "words"), WORDS)
    assert "没有一个订单能够读入" in said(take(client, row, "publish"))[-1]
    assert row.state == "draft"


def test_who_teaches_does_so_for_a_platform_in_reach(client: Client, shop: SalesPoint) -> None:
    make_sales_point("taobao-shop")
    assert begin(client, platform="taobao").status_code == 200
    foreign = operator("淘宝店", "taobao-shop")
    row = draft(client)
    assert client.get(page_of(row)).context["trial"].rows
    page = foreign.get(page_of(row))
    assert page.status_code == 200
    assert "trial" not in page.context
    assert steps_shown(foreign, row) == set()
    assert foreign.post(step_of(row, "map"), MAPPING).status_code == 403
    reader = desk("审计", Role.WORK_TEAM, Duty.READ)
    assert reader.post(step_of(row, "discard")).status_code == 403
    assert reader.get(ADD).status_code == 403
    clerk = desk("店员", Role.CENTRE_CLERK, Duty.PREPARE, ScopeKind.SALES_POINT, "wechat")
    assert clerk.get(ADD).status_code == 403


def test_every_step_is_recorded_with_its_person(client: Client) -> None:
    row = taught(client)
    events = AuditEvent.objects.filter(object_kind="orders.taughtformat", object_key=row.pk)
    actions = list(events.order_by("pk").values_list("action", "actor__username"))
    assert actions == [
        ("format.drafted", "小店"),
        ("format.changed", "小店"),
        ("format.changed", "小店"),
        ("format.published", "小店"),
    ]
    assert (row.made_by.username, row.published_by.username) == ("小店", "小店")


def samples() -> set[Path]:
    return set((Path(settings.MEDIA_ROOT) / "samples").glob("*"))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nothing", b"a,b\n" * 2_000_000, b"\x89PNG\r\n\x1a\n"]
)
def test_a_sample_that_is_no_table_is_refused_in_words(client: Client, content: bytes) -> None:
    before = samples()
    answer = begin(client, content)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert not TaughtFormat.objects.exists()
    assert samples() == before


def test_a_sample_that_is_gone_is_said_in_words(client: Client) -> None:
    row = draft(client)
    (Path(settings.MEDIA_ROOT) / row.sample).unlink()
    assert client.get(page_of(row)).status_code == 200
    answer = client.get(step_of(row, "map"))
    assert (answer.status_code, answer.url) == (302, page_of(row))
    assert "没有读取权限" in said(answer)[-1]
    assert "没有读取权限" in said(take(client, row, "publish"))[-1]
