"""The 成绩单 of 拱墅 and 黄平: the article's order and wording, in every format."""

from __future__ import annotations

import csv
import json
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.models import DeclaredFact
from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    Sale,
    fact,
    make_places,
    monthly,
    pair,
    state_the_article,
)
from tests.workers import ROOT

pytestmark = pytest.mark.django_db
# The article's own sentences (2020), section by section, in its order.
with (ROOT / "tests" / "data" / "scorecard" / "article.csv").open(encoding="utf-8") as file:
    ARTICLE = {row["section"]: row["sentence"] for row in csv.DictReader(file)}


@pytest.fixture(autouse=True)
def places() -> None:
    make_places()
    pair(GONGSHU, HUANGPING)


@pytest.fixture
def article() -> None:
    """Enter what the article states, and the two centres that it names."""
    state_the_article()


def printed(*options: str) -> str:
    out = StringIO()
    call_command("scorecard", "--district", GONGSHU, "--county", HUANGPING, *options, stdout=out)
    return out.getvalue()


def said(*options: str) -> dict:
    return json.loads(printed("--format", "json", *options))


def narrow(text: str) -> str:
    """Return a text with the article's narrow commas and brackets."""
    return unicodedata.normalize("NFKC", text)


def section(code: str, *options: str) -> list[str]:
    [found] = [one for one in said(*options)["sections"] if one["code"] == code]
    return found["lines"]


@pytest.mark.usefixtures("article")
def test_the_sections_read_as_the_article_prints_them_in_its_order() -> None:
    lines = narrow(printed("--to", "2020-06-11")).splitlines()
    places = [lines.index(name) for name in ARTICLE]
    assert places == sorted(places)
    for place, sentence in zip(places, ARTICLE.values(), strict=True):
        assert lines[place + 1] == narrow(sentence)


@pytest.mark.usefixtures("article")
def test_the_title_speaks_of_the_period_in_the_words_of_its_time() -> None:
    assert said("--to", "2020-06-11")["title"] == (
        "拱墅黄平东西部扶贫协作近三年成绩单（2018年—2020年6月11日）"
    )
    assert said("--to", "2021-06-30")["title"].startswith("拱墅黄平东西部协作近四年成绩单")
    assert said()["title"].endswith("（2018年—至今）")
    assert said("--from", "2020-05-01", "--to", "2020-05-07")["title"] == (
        "拱墅黄平东西部扶贫协作成绩单（2020年5月1日至5月7日）"
    )


@pytest.mark.usefixtures("article")
def test_the_declared_share_is_printed_as_declared_and_never_computed() -> None:
    assert section("funds")[1] == "注：95.33%（填报数）按来源列示，不由上列金额计算。"
    DeclaredFact.objects.filter(key="industry_share").update(
        state="revoked", revocation_checked_at="2021-01-02T00:00:00Z"
    )
    sentence, note = section("funds")
    assert sentence.endswith("帮扶资金1.19亿元，占帮扶资金总额的—。")
    assert "95.2" not in printed()
    assert note == "注：上列金额为约数，没有填报占比，不作计算。"


def test_a_share_is_computed_from_exact_amounts() -> None:
    fact("fund", "funds", 12_500_000_00, kind="money", unit="元")
    fact("industry_fund", "funds", 11_916_250_00, kind="money", unit="元")
    assert section("funds") == [
        "拱墅区落实帮扶资金共1250万元，其中产业扶贫项目帮扶资金1191.63万元，"
        "占帮扶资金总额的95.33%。"
    ]


def test_a_missing_fact_leaves_its_clause_out_and_an_empty_section_says_so() -> None:
    fact("experts", "talent", 121, unit="人")
    fact("county_schools", "team", 73, unit="所")
    fact("something_else", "team", 20_000, unit="棵", bound="over", label="植树")
    sections = {one["code"]: one["lines"] for one in said()["sections"]}
    assert sections["talent"] == ["两地累计互派专业技术人才121人。"]
    assert sections["team"] == [
        "黄平县73所中小学通过“一对多”或“一对一”方式实现结对帮扶全覆盖。",
        "另有：植树：2万余棵。",
    ]
    for code in ("organisation", "industry", "funds", "labour"):
        assert sections[code] == ["本期无填报数。"]


@pytest.mark.usefixtures("article")
def test_sales_after_the_opening_are_added_with_their_parts_named() -> None:
    Sale(2_000_000, "2020-07-01", district=GONGSHU, county=HUANGPING).refund(500_000, "2020-07-02")
    monthly(
        1_000_000, "2020-07", point="other", helper_district_code=GONGSHU, county_code=HUANGPING
    )
    _sentence, parts, bases = section("industry", "--to", "2020-12-31")
    assert "累计帮助销售当地农特产品金额达5209.89万元" in _sentence
    assert parts == "其中：逐单 1.5万元、台账申报 1万元、期初 5207.39万元。"
    assert "净额 52,098,900.00 元；支付口径（未扣退款）52,103,900.00 元" in bases


@pytest.mark.usefixtures("article")
def test_the_words_follow_the_time_of_the_facts() -> None:
    DeclaredFact.objects.update(period_start="2021-01-01", period_end="2021-12-31")
    assert "东西部协作各层面" in section("organisation")[0]
    assert "脱贫劳动力684人" in section("labour")[0]
    assert "产业帮扶项目28个" in section("funds")[0]


def test_refusals_are_one_sentence_with_a_code() -> None:
    for options, code in (
        (("--district", "330199"), "unknown_district"),
        (("--county", "522699"), "unknown_county"),
        (("--from", "2020-13-01"), "period_not_valid"),
        (("--from", "2020-06-01", "--to", "2020-05-01"), "period_not_valid"),
        (("--as-of", "yesterday"), "period_not_valid"),
        (("--to", "1887-01-01"), "period_not_valid"),
    ):
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command(
                "scorecard", "--district", GONGSHU, "--county", HUANGPING, "--json", *options,
                stdout=out,
            )  # fmt: skip
        assert ended.value.code == 1
        assert json.loads(out.getvalue())["error"]["code"] == code


@pytest.mark.usefixtures("article")
def test_a_docx_holds_the_sections_and_real_tables(tmp_path: Path) -> None:
    import docx

    path = tmp_path / "card.docx"
    printed("--to", "2020-06-11", "--format", "docx", "--out", str(path))
    file = docx.Document(str(path))
    texts = [narrow(paragraph.text) for paragraph in file.paragraphs]
    for name, sentence in ARTICLE.items():
        assert texts[texts.index(name) + 1] == narrow(sentence)
    cells = [[cell.text for cell in row.cells] for row in file.tables[0].rows]
    assert cells[1][:4] == ["结对口径", "52,073,900.00", "0.00", "52,073,900.00"]
    assert any(cell.text == "95.33%" for row in file.tables[-1].rows for cell in row.cells)


@pytest.mark.usefixtures("article")
def test_an_xlsx_holds_exact_amounts_and_the_sources(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "card.xlsx"
    printed("--to", "2020-06-11", "--format", "xlsx", "--out", str(path))
    book = load_workbook(path)
    assert book.sheetnames[:2] == ["概览", "帮助销售"]
    assert [cell.value for cell in book["帮助销售"][2]][:2] == ["结对口径", 52_073_900]
    sources = [[cell.value for cell in row] for row in book["数据来源"].iter_rows()]
    share = next(row for row in sources if row[1] == "industry_share")
    assert share[:3] == ["资金投入", "industry_share", "95.33%"]


@pytest.mark.usefixtures("article")
def test_a_page_fetches_nothing(tmp_path: Path) -> None:
    page = printed("--to", "2020-06-11", "--format", "html")
    assert narrow(ARTICLE["人才交流"]) in narrow(page)
    assert "src=" not in page
    assert "<link" not in page


def test_queries_do_not_grow_with_the_ledger() -> None:
    counts = []
    for _round in range(2):
        for number in range(5):
            Sale(100 + number, district=GONGSHU, county=HUANGPING, point=f"p{number}")
            monthly(10, "2020-06", point=f"q{number}", helper_district_code=GONGSHU)
        with CaptureQueriesContext(connection) as queries:
            said()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
