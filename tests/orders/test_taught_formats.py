"""An operator teaches a format once on a sample; from then on its files are read."""

from __future__ import annotations

import io
import json
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, TestCase

from accounts.models import AuditEvent, Duty, Role, ScopeKind
from orders.intake.import_jobs import read_for, read_uploads
from orders.models import Order, OrderImport, RawBlock, SalesPoint, TaughtFormat
from orders.services.importing import stage_import
from tests.back_office import desk, page_of, said, step_of, steps_shown, take
from tests.builders import make_sales_point
from tests.orders.teaching import (
    ADD,
    COLUMNS,
    HEADER,
    MAPPING,
    ROWS,
    WORDS,
    begin,
    draft,
    table,
    taught,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> SalesPoint:
    return make_sales_point("wechat", name="微信小店", platform="wechat", shop_name="")


@pytest.fixture
def client(shop: SalesPoint) -> Client:
    return operator("小店")


def operator(name: str, code: str = "wechat") -> Client:
    return desk(name, Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, code)


def exported(content: bytes | None = None, name: str = "export.csv") -> Path:
    path = Path(settings.TEST_DIR) / name
    path.write_bytes(table() if content is None else content)
    return path


def imported(path: Path, *options: str, point: str = "wechat") -> dict:
    return json.loads(run("import_orders", "--sales-point", point, str(path), *options, "--json"))


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def refused(path: Path, *options: str, point: str = "wechat") -> str:
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            *("import_orders", "--sales-point", point, str(path), *options, "--json"), stdout=out
        )
    assert ended.value.code == 1
    return json.loads(out.getvalue())["error"]["code"]


def test_a_file_is_unknown_until_its_format_is_taught(client: Client) -> None:
    assert refused(exported()) == "unknown_format"
    taught(client)
    summary = imported(exported())
    assert (summary["format"], summary["rows"], summary["orders"]) == ("wechat-shop", 3, 2)
    assert summary["errors"] == []
    # 85.00 + 168.00 + 44.50; freight 6.00; the closed order went back whole.
    assert (summary["gross_fen"], summary["refund_fen"]) == (29750, 21250)
    assert (summary["freight_fen"], summary["difference_fen"]) == (600, 0)
    assert OrderImport.objects.get().format_version == 1
    line = Order.objects.get(number="WX2020050200017").lines.get()
    # 44.50 for a piece, two of them, for 85.00.
    assert (line.list_fen, line.amount_fen, line.quantity) == (8900, 8500, 2)


def test_headers_are_suggested_and_people_are_hidden(client: Client) -> None:
    row = draft(client)
    assert {name: row.columns.get(name) for name in ("order_number", "paid_at", "amount")} == {
        name: COLUMNS[name] for name in ("order_number", "paid_at", "amount")
    }
    assert row.columns["sku_code"] == "规格编码"
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


def test_a_published_version_stays_and_an_edit_is_the_next_one(client: Client) -> None:
    first = taught(client)
    path = exported()
    begun = stage_import(
        sales_point=SalesPoint.objects.get(), reading=read_for(SalesPoint.objects.get(), [path]),
        paths=[path],
    )  # fmt: skip
    assert steps_shown(client, first) == {"revise", "retire"}
    for step in ("map", "words"):
        assert client.post(step_of(first, step), MAPPING).status_code == 403
    for step in ("publish", "discard"):
        assert "不是草稿" in said(take(client, first, step))[-1]
    kept = TaughtFormat.objects.get()
    assert (kept.columns, kept.published_at) == (first.columns, first.published_at)
    second = draft(client)
    assert (second.version, second.status_words) == (2, first.status_words)
    client.post(step_of(second, "map"), MAPPING | {"is_in_fen": "1", "per_piece_list": ""})
    # 44.50 is no whole number of fen.
    take(client, second, "publish")
    assert second.state == "draft"
    whole = [[cell.replace(".50", "50").replace(".00", "00") for cell in row] for row in ROWS]
    client.post(step_of(second, "discard"))
    second = draft(client, table(rows=whole))
    client.post(step_of(second, "map"), MAPPING | {"is_in_fen": "1"})
    take(client, second, "publish")
    assert second.state == "published"
    # The import that began with the first version is read with it.
    reading = read_uploads(begun)
    assert (reading.format_version, reading.platform_gross_fen) == (1, 30350)
    summary = imported(exported(table(rows=whole), "whole.csv"))
    assert summary["gross_fen"] == 29750
    # Without a worker it waits; the command goes on with it as it began.
    assert imported(path)["import_id"] == begun.pk
    begun.refresh_from_db()
    assert (begun.state, begun.format_version) == ("done", 1)


def test_it_is_taken_where_it_belongs_and_elsewhere_not(client: Client) -> None:
    taught(client)
    make_sales_point("taobao-shop")
    make_sales_point("counter", platform="")
    for point in ("taobao-shop", "counter"):
        assert refused(exported(), point=point) == "wrong_platform"
        assert refused(exported(), "--format", "wechat-shop", point=point) == "wrong_platform"


def test_a_format_without_platform_is_asked_for_or_taken_without_platform(shop) -> None:
    make_sales_point("counter", platform="")
    taught(desk("州里"), code="pos", name="收银", platform="")
    assert imported(exported(), point="counter")["format"] == "pos"
    assert refused(exported()) == "wrong_platform"
    assert imported(exported(), "--format", "pos")["format"] == "pos"
    assert refused(exported(), "--format", "no-such") == "unknown_format_code"


def test_a_file_that_lacks_a_taught_column_is_told_which(client: Client) -> None:
    taught(client)
    short = [[cell for at, cell in enumerate(row) if at != 8] for row in [HEADER, *ROWS]]
    path = exported(table(short[0], short[1:]), "short.csv")
    assert refused(path) == "unknown_format"
    assert refused(path, "--format", "wechat-shop") == "missing_columns"
    twice = exported(table([*HEADER[:-1], "实收款"]), "twice.csv")
    assert refused(twice) == "duplicate_headers"


def test_a_retired_format_reads_no_new_file(client: Client) -> None:
    row = taught(client)
    imported(exported())
    take(client, row, "retire")
    assert row.state == "retired"
    assert refused(exported()) == "unknown_format"
    assert refused(exported(), "--format", "wechat-shop") == "unknown_format_code"
    assert read_uploads(OrderImport.objects.get()).format_version == 1


def test_what_a_built_in_format_reads_is_not_taught(client: Client) -> None:
    generic = table(["订单号", "付款时间", "标题", "数量", "成交额"], [["1", "", "", "", ""]])
    assert "内置的“通用格式”已能读取" in begin(client, generic).content.decode()
    assert not TaughtFormat.objects.exists()
    # Two of its signs are no reason: it needs its columns.
    like = table(["订单号", "付款时间", "品名", "数量", "实收金额"], [
        ["A1", "2020-05-02 10:00", "米", "1", "9.9"]])  # fmt: skip
    row = draft(client, like)
    assert row.columns["amount"] == "实收金额"
    take(client, row, "publish")
    assert row.state == "published"
    assert imported(exported(like, "like.csv"))["format"] == "wechat-shop"


@pytest.mark.parametrize("code", ["generic", "taobao", "auto", "大写", "A", "x" * 21, "-a"])
def test_a_code_is_short_and_not_a_built_in_one(client: Client, code: str) -> None:
    answer = begin(client, code=code)
    assert answer.status_code == 200
    assert not TaughtFormat.objects.exists()


def test_what_cannot_be_read_is_not_published(client: Client) -> None:
    row = draft(client)
    client.post(step_of(row, "map"), MAPPING | {"amount": ""})
    assert "还没有指明" in said(take(client, row, "publish"))[-1]
    answer = client.post(step_of(row, "map"), MAPPING | {"amount": "商品单价"})
    assert "这个表头已经对应" in answer.content.decode()
    answer = client.post(step_of(row, "map"), MAPPING | {"fixed_status": "paid"})
    assert "不能再填固定值" in answer.content.decode()
    client.post(step_of(row, "map"), MAPPING | {"paid_at": "备注"})
    client.post(step_of(row, "words"), WORDS)
    assert "没有一个订单能够读入" in said(take(client, row, "publish"))[-1]
    assert row.state == "draft"


def test_two_formats_of_a_platform_are_not_known_by_the_same_headers(client: Client) -> None:
    taught(client)
    row = draft(client, code="second")
    client.post(step_of(row, "map"), MAPPING)
    client.post(step_of(row, "words"), WORDS)
    assert "已按同样的表头识别" in said(take(client, row, "publish"))[-1]
    assert "已有一份草稿" in begin(client, code="second").content.decode()


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


def test_raw_rows_hold_the_taught_columns_without_the_buyer(client: Client) -> None:
    taught(client)
    imported(exported())
    (kept,) = [json.loads(zlib.decompress(block.body)) for block in RawBlock.objects.all()]
    assert set().union(*kept) == set(COLUMNS.values()) - {"顾客姓名"}


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
