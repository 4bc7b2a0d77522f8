"""`import_touchpoints`: logs of touches, every row accounted for, names kept as keys only."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from common.sealing import keyed_hash
from marketplace.intake import touch_logs
from marketplace.models import TouchImport, Touchpoint
from marketplace.services.campaign_links import create_link, set_link_active
from orders.models import ChangedOrder, Order, SalesEntry
from tests.builders import make_sales_point, make_sku
from tests.marketplace.attribution_checks import check_everything
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import campaign, day
from tests.marketplace.touch_files import CLICK, HEADER, counts, imported, stored, why, write
from tests.orders.channel_client import make_integration, order
from tests.orders.ledgers import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mayday():
    make_sales_point()
    make_sku("QDN-LS-001")
    return campaign("mayday", day("2020-05-01"), day("2020-05-08")).campaign


def test_a_row_becomes_a_touch_of_the_buyer_that_the_ledger_knows(tmp_path: Path):
    make_integration().put("N1", order(buyer="buyer-1"))
    answer = imported(write(tmp_path, CLICK))
    assert counts(answer) == [1, 1, 0, 0]
    touch = Touchpoint.objects.get()
    assert (touch.campaign_code, touch.kind, touch.source) == ("mayday", "click", "import")
    assert touch.occurred_at.astimezone(ZoneInfo("Asia/Shanghai")).hour == 9
    assert touch.buyer_key == SalesEntry.objects.values_list("buyer_key", flat=True)[0]
    row = TouchImport.objects.get(pk=answer["import"])
    assert (row.name, row.rows, row.accepted) == ("touches.csv", 1, 1)
    assert row.finished_at


def test_the_same_file_again_records_nothing_and_its_rows_are_duplicates(tmp_path: Path):
    path = write(tmp_path, CLICK, ",buyer-2,,点击,2020-05-01 10:00", CLICK)
    assert counts(imported(path)) == [3, 2, 1, 0]
    before = stored()
    assert counts(imported(path)) == [3, 0, 3, 0]
    assert stored() == before


def test_an_event_id_that_stands_for_another_touch_is_rejected(tmp_path: Path):
    path = write(tmp_path, CLICK, CLICK.replace("click", "scan"))
    answer = imported(path)
    assert counts(answer) == [2, 1, 0, 1]
    assert why(answer) == [(2, "", "event_conflict")]
    assert Touchpoint.objects.get().kind == "click"


def test_an_event_id_is_one_of_its_sales_point(tmp_path: Path):
    make_sales_point("other-shop", platform="jd")
    header = f"{HEADER},sales_point"
    answer = imported(write(tmp_path, f"{CLICK},xunqianji", f"{CLICK},other-shop", header=header))
    assert counts(answer) == [2, 2, 0, 0]
    assert Touchpoint.objects.values("buyer_key").distinct().count() == 2


def test_every_bad_row_is_named_by_row_and_column_and_the_others_come_in(tmp_path: Path):
    late = (clock.now() + timedelta(days=1)).isoformat(timespec="seconds")
    header = f"{HEADER},code,sales_point"
    answer = imported(
        write(
            tmp_path,
            f"{CLICK},,",
            "e2,buyer-1,nobody,click,2020-05-01 09:00:00,,",
            "e3,buyer-1,,click,2020-05-01 09:00:00,NOSUCHCD,",
            "e4,buyer-1,mayday,view,2020-05-01 09:00:00,,",
            "e5,buyer-1,mayday,click,2020-05-01,,",
            "e6,buyer-1,mayday,click,1999-12-31 23:59:59,,",
            f"e7,buyer-1,mayday,click,{late},,",
            "e8,t**1,mayday,click,2020-05-01 09:00:00,,",
            "e9,~AbCd~1~,mayday,click,2020-05-01 09:00:00,,",
            "e10,,mayday,click,2020-05-01 09:00:00,,",
            "e11,buyer-1,mayday,click,2020-05-01 09:00:00,,nowhere",
            "e12,buyer-1,mayday,click,2020-05-01 09:00:00",
            header=header,
        )
    )
    assert why(answer) == [
        (2, "campaign", "unknown_campaign"),
        (3, "code", "unknown_link"),
        (4, "kind", "unknown_kind"),
        (5, "occurred_at", "bad_time"),
        (6, "occurred_at", "bad_time"),
        (7, "occurred_at", "touch_in_future"),
        (8, "buyer", "buyer_hidden"),
        (9, "buyer", "buyer_hidden"),
        (10, "buyer", "visitor_missing"),
        (11, "sales_point", "unknown_sales_point"),
        (12, "", "wrong_cell_count"),
    ]
    assert counts(answer) == [12, 1, 0, 11]


def test_chinese_headers_gb18030_and_offsets_are_read(tmp_path: Path):
    header = "事件编号,访客标识,活动编码,触点类型,发生时间"
    rows = (
        "e1,visitor-0001,mayday,扫码,2020/5/1 9:00",
        "e2,visitor-0001,mayday,到店,2020-05-01T01:00:00Z",
    )
    assert counts(imported(write(tmp_path, *rows, header=header, encoding="gb18030"))) == [
        2,
        2,
        0,
        0,
    ]
    assert Touchpoint.objects.values("occurred_at").distinct().count() == 1
    assert {touch.kind for touch in Touchpoint.objects.all()} == {"scan", "visit"}
    assert Touchpoint.objects.first().buyer_key == keyed_hash("visitor", "visitor-0001")


def test_a_workbook_is_read_like_a_text(tmp_path: Path):
    path = tmp_path / "touches.xlsx"
    path.write_bytes(workbook([tuple(CLICK.split(","))], tuple(HEADER.split(","))))
    assert counts(imported(path)) == [1, 1, 0, 0]
    assert counts(imported(write(tmp_path, CLICK))) == [1, 0, 1, 0]


def test_a_link_code_gives_campaign_kind_and_place_even_when_retired(tmp_path: Path, mayday):
    point = make_sales_point("hall", platform="", channel_class="centre")
    link = create_link(campaign=mayday, label="门口", kind="visit", sales_point=point, actor=None)
    set_link_active(link, is_active=False, actor=None)
    header = "visitor_id,code,campaign,occurred_at"
    answer = imported(
        write(
            tmp_path,
            f"visitor-0001,{link.code.lower()},,2020-05-01 09:00:00",
            f"visitor-0001,{link.code},mayday,2020-05-01 09:00:00",
            header=header,
        ),
        point="",
    )
    assert counts(answer) == [2, 1, 1, 0]
    touch = Touchpoint.objects.get()
    assert (touch.campaign_code, touch.kind) == ("mayday", "visit")
    assert (touch.sales_point_code, touch.link_code) == ("hall", link.code)
    campaign("other", day("2020-05-01"), day("2020-05-08"))
    row = f"visitor-0002,{link.code},other,2020-05-01 09:00:00"
    differs = imported(write(tmp_path, row, header=header), point="")
    assert why(differs) == [(1, "campaign", "campaign_differs")]


def test_a_buyer_without_sales_point_is_nobody(tmp_path: Path):
    answer = imported(write(tmp_path, CLICK), point="")
    assert why(answer) == [(1, "销售点编码", "sales_point_missing")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("event_id,buyer,campaign,kind,when", "missing_columns"),
        ("event_id,buyer,campagne,kind,occurred_at", "missing_columns"),
        ("event_id,who,campaign,kind,occurred_at", "missing_columns"),
        ("event_id,buyer,campaign,what,occurred_at", "missing_columns"),
        ("buyer,买家,campaign,kind,occurred_at", "duplicate_headers"),
    ],
)
def test_a_file_with_other_columns_is_refused(tmp_path: Path, header: str, code: str):
    assert imported(write(tmp_path, CLICK, header=header))["error"]["code"] == code
    assert not TouchImport.objects.exists()


def test_a_file_that_breaks_off_is_refused_and_nothing_of_it_is_written(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(touch_logs, "PIECE_ROWS", 1)
    path = write(tmp_path, CLICK)
    path.write_bytes(path.read_bytes() + b"e2,buyer-1,may")
    assert imported(path)["error"]["code"] == "truncated"
    path.write_bytes(b"")
    assert imported(path)["error"]["code"] == "empty_file"
    assert imported(tmp_path / "none.csv")["error"]["code"] == "file_not_found"
    assert (
        imported(write(tmp_path, CLICK), point="nowhere")["error"]["code"] == "unknown_sales_point"
    )
    assert not TouchImport.objects.exists()
    assert not Touchpoint.objects.exists()


def test_a_dry_run_counts_the_same_and_keeps_nothing(tmp_path: Path):
    make_integration().put("N1", order(buyer="buyer-1"))
    attribute()
    path = write(tmp_path, CLICK, CLICK, "e2,buyer-1,nobody,click,2020-05-01 09:00:00")
    tried = imported(path, "--dry-run")
    assert (counts(tried), tried["import"]) == ([3, 1, 1, 1], None)
    assert not Touchpoint.objects.exists()
    assert not TouchImport.objects.exists()
    assert not ChangedOrder.objects.exists()
    done = imported(path)
    assert (counts(done), done["errors"]) == (counts(tried), tried["errors"])


def test_people_read_what_became_of_the_rows(tmp_path: Path):
    out, err = StringIO(), StringIO()
    path = write(tmp_path, CLICK, "e2,buyer-1,nobody,click,2020-05-01 09:00:00")
    call_command(
        "import_touchpoints", str(path), "--sales-point", "xunqianji", stdout=out, stderr=err
    )
    assert "2 行 = 接受 1 + 重复 0 + 拒绝 1" in out.getvalue()
    assert "第 2 行 campaign：没有这个编码的活动。（unknown_campaign）" in err.getvalue()


def test_no_name_of_the_file_is_stored(tmp_path: Path):
    rows = ("13800000001,buyer-1,mayday,click,2020-05-01 09:00:00", "e2,mayday,张三,李四,王五")
    imported(write(tmp_path, *rows))
    kept = [str(value) for touch in Touchpoint.objects.values() for value in touch.values()]
    kept += [str(value) for row in TouchImport.objects.values() for value in row.values()]
    for name in ("13800000001", "buyer-1", "张三", "李四", "王五"):
        assert name not in "".join(kept)


def test_a_touch_that_comes_after_its_order_counts_after_the_next_run(tmp_path: Path):
    erp = make_integration()
    erp.put("N1", order(buyer="buyer-1", paid_at="2020-05-02T10:00:00+08:00"))
    erp.put("N2", order(buyer="buyer-2", paid_at="2020-05-02T10:00:00+08:00"))
    attribute()
    imported(write(tmp_path, CLICK))
    assert [row.order.number for row in ChangedOrder.objects.select_related("order")] == ["N1"]
    attribute()
    check_everything()
    entry = Order.objects.get(number="N1").entries.get()
    assert entry.attributions.filter(campaign_code="mayday").latest("pk").level == 2


def test_a_direct_touch_restates_too(tmp_path: Path):
    make_integration().put("N1", order(buyer="buyer-1", paid_at="2020-05-02T10:00:00+08:00"))
    attribute()
    imported(write(tmp_path, "e1,buyer-1,,click,2020-05-02 09:00:00"))
    assert ChangedOrder.objects.get().reason == "touch"


def test_many_rows_take_as_many_statements_as_few(tmp_path: Path):
    taken = []
    for number in (1, 400):
        rows = [f"n{number}-{n},buyer-{n},mayday,click,2020-05-01 09:00:00" for n in range(number)]
        with CaptureQueriesContext(connection) as seen:
            imported(write(tmp_path, *rows))
        # On SQLite one executemany is told as one statement for each row.
        taken.append(sum("INSERT INTO" not in each["sql"] for each in seen.captured_queries))
    assert taken[0] == taken[1]
