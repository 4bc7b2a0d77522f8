"""A monthly ledger states each of its rows as a declared sale: all of them, or none."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Duty, Role
from common import clock
from common.sealing import decrypt_bytes
from operations.services import reviewing
from orders.errors import LedgerRowsRefused
from orders.intake.monthly.reading import MOST_ROWS, read_ledger
from orders.intake.monthly.stating import hand_in_ledger
from orders.models import DeclaredSale, EvidenceFile
from orders.services.declaring import approve_declared_sale
from orders.services.monthly_ledgers import HandedIn
from tests.back_office import XIAOSHAN, desk, district_desk, list_page
from tests.builders import make_unit
from tests.orders.declared_builders import person
from tests.orders.ledgers import HEADER, ROWS, kept, text, workbook, world

pytestmark = pytest.mark.django_db
PAGE = "admin:orders_declaredsale_monthly_ledger"


@pytest.fixture(autouse=True)
def places() -> None:
    world()


def answer(content: bytes, *options: str, point: str = "fenghuang", name: str = "台账.xlsx") -> Any:
    """Run the command; return (exit code, its JSON)."""
    out, code = io.StringIO(), 0
    asked = ("--sales-point", point) if point else ()
    try:
        call_command(
            *("import_monthly_ledgers", str(kept(content, name)), *asked, *options, "--json"),
            stdout=out,
        )
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(out.getvalue())


def stated(content: bytes, **asked: Any) -> list[DeclaredSale]:
    code, said = answer(content, **asked)
    assert code == 0, said
    return list(DeclaredSale.objects.filter(pk__in=said["declared"]).order_by("pk"))


def issues(content: bytes, **asked: Any) -> list[tuple[int, str]]:
    """Return (row, code) of a ledger of which nothing may be written."""
    code, said = answer(content, **asked)
    assert code == 1
    assert not DeclaredSale.objects.exists()
    assert not EvidenceFile.objects.exists()
    return [(row["row"], row["code"]) for row in said["errors"]]


def code_of(content: bytes, **asked: Any) -> str:
    code, said = answer(content, **asked)
    assert code == 1
    return said["error"]["code"]


def one(row: tuple[object, ...], header: tuple[str, ...] = HEADER) -> bytes:
    return workbook([row], header)


def test_every_row_waits_for_a_checker_with_the_workbook_as_its_paper() -> None:
    content = workbook()
    rows = stated(content)
    assert [(row.period_start, row.period_end, row.amount_fen) for row in rows] == [
        (date(2020, 6, 1), date(2020, 6, 30), 1_234_567),
        (date(2020, 6, 1), date(2020, 6, 30), 80_000),
        (date(2020, 7, 1), date(2020, 7, 31), 100_050),
    ]
    assert [(row.county_code, row.category_code, row.purchase_mode) for row in rows] == [
        ("522622", "tea", "assisted_sale"),
        ("522634", "tea", ""),
        ("", "", "direct_purchase"),
    ]
    assert {(row.kind, row.state, row.helper_district_code) for row in rows} == {
        ("monthly", "submitted", "330105")
    }
    assert (rows[0].quantity, rows[0].quantity_unit) == (120, "斤")
    assert rows[0].channel_class == "centre"
    assert rows[1].source == "台账“台账.xlsx”第 2 行"
    (paper,) = {paper for row in rows for paper in row.papers.all()}
    sealed = (Path(settings.MEDIA_ROOT) / paper.stored_as).read_bytes()
    assert decrypt_bytes(sealed) == content


def test_a_text_table_says_the_same_as_the_workbook() -> None:
    said = [read_ledger(kept(content, "a")).rows for content in (workbook(), text())]
    assert said[0] == said[1]


def test_a_preview_writes_nothing_and_says_the_same() -> None:
    code, said = answer(workbook(), "--dry-run")
    assert (code, said) == (0, {"rows": 3, "amount_fen": 1_414_617, "declared": []})
    assert not DeclaredSale.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_the_same_file_again_states_nothing_and_says_so_once() -> None:
    content, again = workbook(), workbook(titles=("另一份",))
    stated(content)
    rows = DeclaredSale.objects.count()
    # The very same bytes, of whatever name.
    code, said = answer(content, name="改名.xlsx")
    assert (code, said["error"]["code"]) == (1, "ledger_stated_already")
    assert "3 行" in said["error"]["message"]
    assert "errors" not in said
    assert DeclaredSale.objects.count() == rows
    # Another file with the same rows meets them once they are in force.
    for row in DeclaredSale.objects.all():
        approve_declared_sale(row, person("审核乙"))
    code, said = answer(again)
    assert [(row["row"], row["code"]) for row in said["errors"]] == [(1, "declared_twice")]
    assert "第 2、3 行也是如此" in said["errors"][0]["message"]
    assert DeclaredSale.objects.count() == rows


def test_what_was_returned_may_be_handed_in_again() -> None:
    content = workbook()
    for row in stated(content):
        reviewing.give_back(row, person("审核乙"), "请核对")
    assert len(stated(content)) == 3


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2020-06", (6, 1), (6, 30)),
        ("2020/6", (6, 1), (6, 30)),
        ("2020.06", (6, 1), (6, 30)),
        ("202006", (6, 1), (6, 30)),
        ("２０２０年２月份", (2, 1), (2, 29)),
        ("2020年1-6月", (1, 1), (6, 30)),
        (date(2020, 6, 1), (6, 1), (6, 30)),
    ],
)
def test_months_as_people_write_them(cell: object, first: tuple, last: tuple) -> None:
    (row,) = read_ledger(kept(one((cell, *ROWS[0][1:])))).rows
    assert (row.first_day, row.last_day) == (date(2020, *first), date(2020, *last))


@pytest.mark.parametrize("cell", ["6月", "2020年", "2020-13", "0101年1月", "六月", "2020年6-3月"])
def test_a_month_that_is_none_is_said_with_its_row(cell: str) -> None:
    rows = [ROWS[0], (cell, *ROWS[1][1:])]
    assert issues(workbook(rows)) == [(2, "bad_month")]


def test_a_period_may_be_stated_by_its_days() -> None:
    header = ("期间起", "期间止", "产地县", "金额(万元)")
    (row,) = stated(workbook([("2020-06-10", "2020年6月20日", "黄平", "3.5")], header))
    assert (row.period_start, row.period_end) == (date(2020, 6, 10), date(2020, 6, 20))
    assert (row.county_code, row.amount_fen) == ("522622", 3_500_000)


def test_a_merged_month_stands_for_the_rows_below_it() -> None:
    days = {row.period_end for row in stated(workbook(ROWS[:2], merged=["A3:A4"]))}
    assert days == {date(2020, 6, 30)}


def test_ten_thousands_are_read_to_the_fen_and_a_cell_may_say_its_own_unit() -> None:
    header = (*HEADER[:-1], "金额（万元）")
    amounts = ["1.234567", "0.5", "300元"]
    rows = [(*row[:-1], amount) for row, amount in zip(ROWS, amounts, strict=True)]
    assert [row.amount_fen for row in stated(workbook(rows, header))] == [1234567, 500000, 30000]
    assert code_of(workbook([(*ROWS[0][:-1], "0.0000001")], header)) == "ledger_rows_refused"


def test_a_title_in_ten_thousands_above_bare_amounts_is_refused() -> None:
    bare = (*HEADER[:-1], "金额")
    assert code_of(workbook(header=bare, titles=["台账", "单位：万元"])) == "ledger_unit_unclear"
    assert len(stated(workbook(header=bare))) == 3


def total(amount: object, word: str = "合计") -> tuple[object, ...]:
    return (word, *[""] * 5, amount)


def test_totals_must_be_the_sum_of_their_rows() -> None:
    rows = [ROWS[0], ROWS[1], total("13145.67", "小计"), ROWS[2], total("1000.50", "小计")]
    notes = [("填表人：某某", "", "", "", "", "", ""), ("附注", *[""] * 6)]
    assert len(stated(workbook([*rows, total("14146.17", "总计"), *notes]))) == 3


def test_totals_that_differ_refuse_the_file_with_both_figures() -> None:
    code, said = answer(workbook([*ROWS, total("14146.18")]))
    assert (code, said["error"]["code"]) == (1, "ledger_totals_differ")
    assert "14,146.18" in said["error"]["message"]
    assert "14,146.17" in said["error"]["message"]
    assert not DeclaredSale.objects.exists()


def test_a_total_may_stand_in_the_column_of_counties() -> None:
    rows = [*ROWS[:2], ("2020年6月", "合计", "", "", "", "", 13145.67)]
    assert len(stated(workbook(rows))) == 2


@pytest.mark.parametrize(
    ("code", "at", "cell"),
    [
        ("county_missing", 1, ""),
        ("declared_code_unknown", 1, "贵阳市"),
        ("declared_code_unknown", 2, "手机"),
        ("declared_code_unknown", 3, "白送"),
        ("bad_quantity", 4, "1.5"),
        ("bad_quantity", 4, "-3"),
        ("declared_quantity_not_valid", 5, ""),
        ("bad_amount", 6, ""),
        ("bad_amount", 6, "-1"),
        ("bad_amount", 6, "1e400"),
        ("bad_amount", 6, "很多"),
        ("bad_amount", 6, "0.001"),
        ("bad_amount", 6, "99999999999999"),
    ],
)
def test_a_row_that_cannot_be_is_said_and_nothing_is_written(
    code: str, at: int, cell: object
) -> None:
    bad = [*ROWS[0]]
    bad[at] = cell
    assert issues(workbook([ROWS[2], bad])) == [(2, code)]


def test_a_month_that_has_not_ended_is_refused() -> None:
    tomorrow = clock.today() + timedelta(days=1)
    for month in (f"{tomorrow:%Y-%m}", "2099年1月"):
        assert issues(one((month, *ROWS[0][1:]))) == [(1, "declared_period_not_valid")]


def test_rows_that_state_the_same_sales_are_said() -> None:
    assert issues(workbook([ROWS[0], ROWS[1], ROWS[0]])) == [(3, "ledger_rows_meet")]
    whole = ("2020年6月", "全州", "", "", "", "", 5)
    assert issues(workbook([ROWS[0], whole])) == [(2, "ledger_rows_meet")]


def test_every_bad_row_is_said_at_once() -> None:
    rows = [("六月", *ROWS[0][1:]), (*ROWS[0][:-1], "x"), ("2020年6月", "无", *ROWS[0][2:])]
    assert issues(workbook(rows)) == [
        (1, "bad_month"),
        (2, "bad_amount"),
        (3, "declared_code_unknown"),
    ]


def test_rows_may_name_their_sales_point_or_unit_and_district() -> None:
    make_unit("school", name="样例学校")
    header = ("销售点编码", "单位", "帮扶区", "月份", "产地县", "金额（元）")
    rows = [
        ("fenghuang", "", "萧山区", "2020年6月", "黄平县", 1),
        ("萧山展销中心", "", "330105", "2020年6月", "黄平县", 2),
        ("", "样例学校", "拱墅", "2020年7月", "黄平县", 3),
    ]
    found = stated(workbook(rows[:2], header), point="")
    assert [(row.sales_point.code, row.helper_district_code) for row in found] == [
        ("fenghuang", "330109"),
        ("xiaoshan", "330105"),
    ]
    (row,) = stated(workbook(rows[2:], header), point="")
    assert (row.sales_point, row.unit.code, row.helper_district_code) == (None, "school", "330105")


def test_a_declarer_that_is_unknown_missing_or_another_is_said() -> None:
    header = ("销售点编码", *HEADER)
    assert issues(workbook(), point="") == [(row, "declarer_missing") for row in (1, 2, 3)]
    assert issues(one(("no-such", *ROWS[0]), header)) == [(1, "ledger_unknown_declarer")]
    assert issues(one(("xiaoshan", *ROWS[0]), header)) == [(1, "ledger_other_declarer")]
    assert code_of(workbook(), point="no-such") == "ledger_unknown_declarer"


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("missing_columns", workbook(header=(*HEADER[:-1], "钱"))),
        ("missing_columns", workbook(header=("几月", *HEADER[1:]))),
        ("duplicate_headers", workbook(header=(*HEADER[:-2], "金额（万元）", "金额（元）"))),
        ("header_only", workbook([])),
        ("ledger_too_long", text([ROWS[0]] * (MOST_ROWS + 1))),
        ("empty_file", b""),
        ("not_a_table", b"%PDF-1.7"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_in_words(code: str, content: bytes) -> None:
    assert code_of(content) == code
    assert not DeclaredSale.objects.exists()


def post(client: Client, **sent: Any) -> Any:
    return client.post(reverse(PAGE), sent)


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("六月台账.xlsx", content)


def test_on_screen_a_preview_comes_first_and_the_same_file_is_stated() -> None:
    client = district_desk("经办甲")
    assert reverse(PAGE) in client.get(list_page(DeclaredSale)).content.decode()
    shown = post(client, ledger=upload(workbook()), sales_point="fenghuang")
    page = shown.content.decode()
    assert "14,146.17" in page
    assert "黄平" not in page.split("ledger-preview")[0]
    assert not DeclaredSale.objects.exists()
    assert not EvidenceFile.objects.exists()
    kept_file = shown.context["kept"]
    answered = post(client, kept=kept_file, sales_point="fenghuang", state="1")
    assert (answered.status_code, answered.url) == (302, list_page(DeclaredSale))
    assert [row.made_by.username for row in DeclaredSale.objects.all()] == ["经办甲"] * 3
    assert EvidenceFile.objects.get().name == "六月台账.xlsx"
    again = post(client, kept=kept_file, sales_point="fenghuang", state="1")
    assert "没有重复登记" in again.content.decode()
    assert DeclaredSale.objects.count() == 3


def test_on_screen_every_bad_row_is_listed() -> None:
    rows = [("六月", *ROWS[0][1:]), (*ROWS[2][:-1], "x")]
    page = post(
        district_desk("经办甲"), ledger=upload(workbook(rows)), sales_point="fenghuang"
    ).content.decode()
    assert "第 1 行：“月份”不是有效月份" in page
    assert "第 2 行：“金额（元）”不是有效金额" in page


def test_nobody_states_beyond_the_own_reach() -> None:
    client = district_desk("萧山甲", code=XIAOSHAN)
    header = ("销售点编码", *HEADER)
    content = workbook([("fenghuang", *ROWS[0])], header)
    assert "不在您范围内" in post(client, ledger=upload(content)).content.decode()
    listed = post(client, ledger=upload(workbook()), sales_point="fenghuang")
    assert listed.context["form"].errors["sales_point"]
    assert not DeclaredSale.objects.exists()
    reader = desk("读者", Role.WORK_TEAM, Duty.READ)
    assert reader.get(reverse(PAGE)).status_code == 403


@pytest.mark.parametrize("kept_file", ["", "bm90IG91cnM=", "很"])
def test_a_page_without_a_file_of_ours_asks_for_one(kept_file: str) -> None:
    answered = post(district_desk("经办甲"), kept=kept_file, state="1")
    assert "请选择台账文件" in answered.content.decode()


def test_a_ledger_full_of_pictures_is_too_large_for_the_page() -> None:
    answered = post(district_desk("经办甲"), ledger=upload(b"1" * (1024 * 1024 + 1)))
    assert "超过 1 MB" in answered.content.decode()


def test_a_row_that_breaks_a_rule_of_declaring_takes_all_with_it() -> None:
    with pytest.raises(LedgerRowsRefused):
        hand_in_ledger(kept(workbook()), HandedIn())
    assert not DeclaredSale.objects.exists()
