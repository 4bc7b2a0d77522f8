"""A campaign report as text, JSON, csv, xlsx and html, and the lines behind it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.csv_text import harmless
from marketplace.models import Campaign
from marketplace.rules.campaign_report import Asked
from marketplace.selectors.reports import campaign_report
from marketplace.services.rendering.csv_table import LINE_COLUMNS
from marketplace.services.rendering.plain_text import width
from marketplace.services.report_files import write_text
from tests.builders import make_sales_point, reported_lines
from tests.marketplace.report_stories import (
    RICE,
    TEA,
    attribute,
    make_shop,
    publish,
    report,
    sell,
)

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("http://evil")'


@pytest.fixture
def sold():
    shop = make_shop()
    hostile = make_sales_point("evil", name=EVIL)
    publish()
    Campaign.objects.filter(code="mayday").update(name="<b>五一</b>活动")
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1), (RICE, 4500, 2)]))
    sell(shop, 2, subsidies=(("@platform", 300),))
    sell(hostile, 3, lines=reported_lines([("+cmd", 700, 1)]), goods_fen=700)
    sell(shop, 4, lines=reported_lines([("补差价", 1500, 1)]), goods_fen=1500)
    attribute()


def printed(*args: object, **options: object) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def refused(*args: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*args, stdout=out, stderr=err)
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


def test_json_has_every_fixed_key(sold) -> None:
    answer = json.loads(printed("campaign_report", "mayday", "--json"))
    assert json.loads(printed("campaign_report", "mayday", "--format", "json")) == answer
    assert set(answer) >= {
        *("campaign", "version", "run", "digest", "as_of", "model", "basis", "view", "window"),
        *("totals", "by_day", "by_county", "by_sales_point", "by_channel", "by_product"),
        *("by_evidence", "models", "leverage", "uplift", "excluded", "none", "definitions"),
    }
    assert list(answer["totals"]) == [
        *("orders", "orders_stood", "buyers", "lines", "quantity", "gross_fen", "refund_fen"),
        *("net_fen", "consumer_paid_fen", "subsidy_fen", "participation_fen"),
        "distinct_total_fen",
    ]
    assert set(answer["by_day"][0]) == {"date", "orders", "gross_fen", "refund_fen", "net_fen"}
    assert answer["excluded"][0]["reason"] == "top_up"
    assert re.fullmatch(r"[0-9a-f]{40}", answer["digest"])
    assert answer["as_of"].endswith("+08:00")


def test_the_text_says_what_an_official_needs(sold) -> None:
    text = printed("campaign_report", "mayday")
    for words in (
        *("成交额口径", "不重复口径", "按订单归属期", "数据截止时间", "计算批次", "校验码"),
        *("【合计】", "【按日】", "【按县（市）】", "【按产品】", "【归因依据】", "【不计入】"),
        *("待匹配", "未归属活动", "参与口径", "不可加总", "带动倍数（毛）", "无基线", "统计口径"),
        *("补差价链接", "雷山县", "消费扶贫", "因四舍五入"),
    ):
        assert words in text
    assert "433.00" in printed("campaign_report", "mayday", "--model", "participation")


def test_columns_of_the_text_are_straight_with_chinese_in_them(sold) -> None:
    lines = printed("campaign_report", "mayday").splitlines()
    start = lines.index("【按日】")
    header, rule, *rows = lines[start + 1 : start + 6]
    assert {width(row) for row in rows[:3]} == {width(rule)}
    assert width(header) == width(rule)


def test_csv_is_one_tidy_table_that_adds_up(sold, tmp_path) -> None:
    path = tmp_path / "deep" / "report.csv"
    printed("campaign_report", "mayday", "--format", "csv", "--out", str(path))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    [total] = [int(row["net_fen"]) for row in rows if row["section"] == "totals"]
    for section in ("day", "county", "sales_point", "channel", "product", "evidence"):
        assert sum(int(row["net_fen"]) for row in rows if row["section"] == section) == total
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert [row["name"] for row in rows if row["code"] == "evil"] == [f"'{EVIL}"]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "＝1", "－1", "\t=1", "\r=1", "\n=1"])
def test_no_text_starts_a_formula(text) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("茶叶=1") == "茶叶=1"


def test_the_workbook_opens_with_every_sheet_and_no_formula(sold, tmp_path) -> None:
    path = tmp_path / "report.xlsx"
    printed("campaign_report", "mayday", "--format", "xlsx", "--out", str(path))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        *("概览", "按日", "按县（市）", "按产品", "按销售点", "归因依据", "不计入", "明细"),
    ]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert EVIL in [cell.value for cell in cells]
    assert len(book["按日"]._charts) == 1
    lines = list(book["明细"].iter_rows(min_row=2, values_only=True))
    total = round(sum(float(line[-1]) for line in lines) * 100)
    assert total == report().totals.net_fen
    assert isinstance(lines[0][0], str)


def test_the_page_needs_nothing_else_and_escapes_what_it_prints(sold, tmp_path) -> None:
    path = tmp_path / "report.html"
    printed("campaign_report", "mayday", "--format", "html", "--out", str(path))
    page = path.read_text(encoding="utf-8")
    assert "<b>五一" not in page
    assert "&lt;b&gt;五一" in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    assert page.count("<table>") == page.count("<caption>") == 13
    assert "<svg" in page
    assert "@media print" in page


def test_lines_have_their_columns_and_add_up(sold, tmp_path) -> None:
    text = printed("campaign_lines", "mayday")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == LINE_COLUMNS
    assert sum(int(row["net_fen"]) for row in rows) == report().totals.net_fen
    assert len(rows) == 4
    path = tmp_path / "lines.csv"
    printed("campaign_lines", "mayday", "--out", str(path))
    assert path.read_bytes().decode() == text


@pytest.mark.parametrize("command", ["campaign_report", "campaign_lines"])
def test_an_unknown_campaign_is_one_sentence_with_a_code(sold, command) -> None:
    status, out, err = refused(command, "nosuch")
    assert (status, out) == (1, "")
    assert "unknown_campaign" in err
    status, out, _err = refused(command, "nosuch", "--json")
    assert json.loads(out)["error"]["code"] == "unknown_campaign"


@pytest.mark.parametrize("command", ["campaign_report", "campaign_lines"])
def test_before_any_run_the_reader_is_told_what_to_do(command) -> None:
    make_shop()
    publish()
    status, _out, err = refused(command, "mayday")
    assert status == 1
    assert "not_attributed" in err
    assert "attribute" in err


def test_a_file_that_cannot_be_written_is_refused_and_leaves_nothing(sold, tmp_path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    status, _out, err = refused(
        "campaign_report", "mayday", "--format", "csv", "--out", str(blocked / "report.csv")
    )
    assert (status, "report_not_writable" in err) == (1, True)
    folder = tmp_path / "folder"
    folder.mkdir()
    status, _out, _err = refused("campaign_report", "mayday", "--out", str(folder))
    assert status == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_device_is_never_replaced_by_a_report(sold, tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    status, _out, err = refused("campaign_report", "mayday", "--out", str(pipe))
    assert (status, "report_not_writable" in err) == (1, True)
    assert pipe.is_fifo()


def test_a_workbook_without_a_place_is_wrong_usage(sold) -> None:
    with pytest.raises(CommandError) as wrong:
        call_command("campaign_report", "mayday", "--format", "xlsx")
    assert wrong.value.returncode == 2


def test_an_unfinished_file_never_takes_the_place_of_the_last_one(sold, tmp_path) -> None:
    path = tmp_path / "lines.csv"
    write_text(path, ["yesterday"])

    def broken():
        yield "half"
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write_text(path, broken())
    assert path.read_text() == "yesterday"
    assert list(Path(tmp_path).iterdir()) == [path]


def test_the_number_of_queries_does_not_grow_with_the_orders(
    sold, django_assert_num_queries
) -> None:
    with CaptureQueriesContext(connection) as few:
        campaign_report(Asked("mayday"))
    shop = make_sales_point("second", name="二店")
    for number in range(10, 30):
        sell(shop, number, subsidies=(("platform", 100),))
    attribute()
    with django_assert_num_queries(len(few)):
        campaign_report(Asked("mayday"))


def test_buyers_that_cannot_be_counted_are_so_called_in_tables_not_in_json(
    tmp_path,
) -> None:
    shop = make_shop()
    publish()
    sell(shop, 1, buyer="")
    attribute()
    asked = ("campaign_report", "mayday")
    text, page = printed(*asked), printed(*asked, "--format", "html")
    assert re.search("买家 +不可计 +人", text)
    assert re.search("买家</t[hd]>\\s*<td[^>]*>不可计</td>", page)
    assert json.loads(printed(*asked, "--json"))["totals"]["buyers"] == 0
    path = tmp_path / "report.xlsx"
    printed(*asked, "--format", "xlsx", "--out", str(path))
    rows = openpyxl.load_workbook(path)["概览"].iter_rows(values_only=True)
    assert ("买家", "不可计") in [row[:2] for row in rows]
