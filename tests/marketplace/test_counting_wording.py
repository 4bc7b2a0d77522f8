"""The wording of counting reports where a figure is unusual: negative, moved, not counted."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    LEISHAN,
    XIAOSHAN,
    Sale,
    fact,
    make_places,
    monthly,
    opening,
    pair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    make_places()
    pair(GONGSHU, HUANGPING)


def overview(*options: str) -> str:
    out = StringIO()
    call_command("prefecture_overview", "--to", "2020-12-31", *options, stdout=out)
    return out.getvalue()


def card(*options: str) -> str:
    out = StringIO()
    places = ("--district", GONGSHU, "--county", HUANGPING)
    call_command("scorecard", *places, "--to", "2020-12-31", *options, stdout=out)
    return out.getvalue()


def test_a_countys_own_opening_says_nothing_of_the_total_and_is_marked() -> None:
    Sale(1_234_500, "2020-06-01", county=LEISHAN)
    opening(9_000_000, "2020-05-07", county=LEISHAN, bound="over")
    text = overview()
    assert "累计帮助销售黔东南州农特产品1.23万元。" in text
    assert "雷山县（产地侧，未计入）" in text
    [listed] = json.loads(overview("--json"))["openings"]
    assert listed["counted"] is False


def test_openings_that_are_counted_are_worded_by_and_not_marked() -> None:
    opening(9_000_000, "2020-05-07", district=GONGSHU, county=HUANGPING, bound="over")
    Sale(1_234_500, "2020-06-01", county=LEISHAN)
    assert "累计帮助销售黔东南州农特产品10.23万余元。" in overview()
    assert "产地侧" not in overview()
    assert json.loads(overview("--json"))["openings"][0]["counted"] is True


def test_pairings_that_add_up_to_more_than_their_district_are_pointed_out() -> None:
    opening(1_000_00, "2020-05-07", district=GONGSHU)
    opening(3_000_00, "2020-05-07", district=GONGSHU, county=HUANGPING)
    warning = "拱墅区各结对期初之和比全区期初多 2,000.00 元，请核对期初累计。"
    assert warning in overview()
    assert json.loads(overview("--json"))["warnings"] == [warning]


def test_the_overview_names_its_own_basis() -> None:
    text = overview()
    assert "全州口径（全部计入销售） · 按订单归属期" in text
    assert "结对口径 · " not in text
    assert json.loads(overview("--json"))["basis"] == "all_counted"
    assert json.loads(card("--json"))["basis"] == "pairing"
    assert "结对口径 · 按订单归属期" in card()


def test_moved_openings_have_a_note_under_the_districts() -> None:
    note = "期初按全州期初截止日折算：减去其间的逐单和申报。"
    opening(9_000_000, "2020-05-07")
    opening(3_000_000, "2020-05-07", district=GONGSHU, county=HUANGPING)
    assert "折算" not in overview()
    opening(1_000_000, "2020-06-11", district=XIAOSHAN)
    assert note in overview()
    assert "加上其间" not in overview()


def test_an_opening_moved_forward_is_said_to_be_added_to() -> None:
    opening(9_000_000, "2020-06-11", district=GONGSHU)
    opening(3_000_000, "2020-05-07", district=GONGSHU, county=HUANGPING)
    assert "期初按全区期初截止日折算：加上其间的逐单和申报。" in overview()


def test_more_refunds_than_sales_are_said_in_words() -> None:
    sale = Sale(20_000, "2020-05-01", district=GONGSHU, county=HUANGPING)
    sale.refund(10_000, "2020-06-02")
    june = ("--from", "2020-06-01", "--view", "cash")
    for text in (card(*june), overview(*june)):
        assert "本期退款多于销售，净退100.00元。" in text
        assert "金额达" not in text
        assert "产品-" not in text


def test_an_opening_belongs_to_no_month_and_says_so() -> None:
    opening(9_000_000, "2020-05-07")
    assert "期初（不分月）" in overview()
    monthly(500, "2020-06", county_code=LEISHAN, last=None)
    assert "跨月" not in overview()


def test_ledgers_of_several_months_belong_to_no_month_either() -> None:
    from datetime import date

    monthly(500, "2020-06", county_code=LEISHAN, last=date(2020, 7, 31))
    assert "跨月申报（不分月）" in overview()
    opening(9_000_000, "2020-05-07")
    assert "期初和跨月申报（不分月）" in overview()


def test_an_empty_ledger_is_said_in_words() -> None:
    opening(9_000_000, "2020-05-07")
    text = overview()
    assert "（已扣退款，尚无逐单记录）" in text
    assert "数据截止—" not in text
    assert text.count("尚无逐单记录") == 2


def test_rows_of_the_ledger_are_not_called_like_declared_ledgers() -> None:
    Sale(100, county=LEISHAN)
    text = overview()
    assert "流水第 " in text
    assert "台账第" not in text
    assert "销售台账流水中的订单行，每行只计一次。" in text


def test_free_facts_have_a_colon_and_one_full_stop() -> None:
    fact("moved", "team", 40, unit="户", label="易地搬迁")
    fact("motto", "team", None, kind="text", text="同心协力。", label="口号")
    assert "另有：易地搬迁：40户；口号：同心协力。\n" in card()
    fact("one", "talent", None, kind="text", text="好。", label="甲", district_code="",
         county_code="")  # fmt: skip
    assert "甲：好。\n" in overview()
