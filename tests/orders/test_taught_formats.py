"""An operator teaches a format once on a sample; from then on its files are read."""

from __future__ import annotations

import io
import json
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from accounts.models import Duty, Role, ScopeKind
from orders.intake.import_jobs import read_for, read_uploads
from orders.models import Order, OrderImport, RawBlock, SalesPoint, TaughtFormat
from orders.services.importing import stage_import
from tests.back_office import desk, said, step_of, steps_shown, take
from tests.builders import make_sales_point
from tests.orders.teaching import (
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


def test_two_formats_of_a_platform_are_not_known_by_the_same_headers(client: Client) -> None:
    taught(client)
    row = draft(client, code="second")
    client.post(step_of(row, "map"), MAPPING)
    client.post(step_of(row, "words"), WORDS)
    assert "已按同样的表头识别" in said(take(client, row, "publish"))[-1]
    assert "已有一份草稿" in begin(client, code="second").content.decode()


def test_raw_rows_hold_the_taught_columns_without_the_buyer(client: Client) -> None:
    taught(client)
    imported(exported())
    (kept,) = [json.loads(zlib.decompress(block.body)) for block in RawBlock.objects.all()]
    assert set().union(*kept) == set(COLUMNS.values()) - {"顾客姓名"}
