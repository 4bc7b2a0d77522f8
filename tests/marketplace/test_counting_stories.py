"""Worked cases of counting, to the fen, each read through the reports."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common import clock
from marketplace.models import Pairing
from marketplace.rules.counting import Asked, Figure, Kinds
from marketplace.rules.counting_reports import SCORECARD_SECTIONS, Scorecard
from marketplace.rules.overview_report import Overview
from marketplace.selectors.counting import prefecture_overview, scorecard
from tests.marketplace.counting_world import (
    CONGJIANG,
    GONGSHU,
    HUANGPING,
    LEISHAN,
    RECORDED,
    XIAOSHAN,
    Sale,
    asked,
    make_places,
    pair,
)

pytestmark = pytest.mark.django_db
AFTER = RECORDED + timedelta(days=30)


@pytest.fixture(autouse=True)
def places() -> None:
    make_places()


def overview(**parameters: object) -> Overview:
    return prefecture_overview(asked(**parameters))


def card(period: Asked | None = None) -> Scorecard:
    return scorecard(GONGSHU, HUANGPING, period or asked())


def parts_of(report: Overview, district: str) -> dict[tuple[Kinds, str], int]:
    [row] = [row for row in report.breakdown.by_district if row.code == district]
    return {(kind, code): figure.net_fen for kind, code, figure in row.parts}


def at(moment: datetime) -> Asked:
    return asked(as_of=moment)


def test_a_unit_of_one_district_at_the_centre_of_another_counts_for_the_units_pairing() -> None:
    pair(GONGSHU, HUANGPING)
    pair(XIAOSHAN, CONGJIANG)
    Sale(98_000, district=GONGSHU, county=HUANGPING, point="centre-330109", helper_evidence="unit")
    assert card().sales.net_fen == 98_000
    report = overview()
    assert parts_of(report, GONGSHU) == {(Kinds.PAIRING, HUANGPING): 98_000}
    assert parts_of(report, XIAOSHAN) == {}


def test_goods_of_a_county_that_is_not_paired_are_the_districts_other_counties() -> None:
    pair(GONGSHU, HUANGPING)
    Sale(16_800, district=GONGSHU, county=LEISHAN)
    Sale(5_000, district=GONGSHU, county="")
    assert parts_of(overview(), GONGSHU) == {
        (Kinds.OTHER_COUNTIES, ""): 16_800,
        (Kinds.UNKNOWN_ORIGIN, ""): 5_000,
    }
    assert card().sales == Figure()


def test_a_store_that_no_district_helps_is_left_to_the_city() -> None:
    pair(GONGSHU, HUANGPING)
    Sale(343_000, county=HUANGPING, point="xunqianji")
    report = overview()
    assert report.breakdown.unassigned.figure.net_fen == 343_000
    assert report.breakdown.total.net_fen == 343_000
    assert card().sales == Figure()


def test_a_pairing_that_ends_in_the_middle_of_a_month_ends_on_that_day() -> None:
    pair(GONGSHU, HUANGPING, last="2020-05-15")
    Sale(1_000, "2020-05-15", district=GONGSHU, county=HUANGPING)
    late = Sale(200, "2020-05-16", district=GONGSHU, county=HUANGPING)
    late.refund(50, "2020-05-20")
    report = overview(first="2020-05-01", last="2020-05-31")
    assert parts_of(report, GONGSHU) == {
        (Kinds.PAIRING, HUANGPING): 1_000,
        (Kinds.OTHER_COUNTIES, ""): 150,
    }
    assert card(asked("2020-05-01", "2020-05-31")).sales.net_fen == 1_000


def test_a_refund_belongs_to_the_pairing_of_its_sale_in_either_view() -> None:
    pair(GONGSHU, HUANGPING, last="2020-05-31")
    sale = Sale(1_000, "2020-05-30", district=GONGSHU, county=HUANGPING)
    sale.refund(400, "2020-06-02")
    cohort, cash = (
        card(asked("2020-06-01", "2020-06-30", view=view)).sales for view in ("cohort", "cash")
    )
    assert (cohort.net_fen, cash.net_fen) == (0, -400)
    assert card(asked("2020-05-01", "2020-05-31")).sales.net_fen == 600
    assert card(asked("2020-05-01", "2020-05-31", view="cash")).sales.net_fen == 1_000


def test_two_districts_paired_with_one_county_neither_split_nor_double_a_sale() -> None:
    pair(GONGSHU, HUANGPING)
    pair(XIAOSHAN, HUANGPING)
    Sale(900, district=GONGSHU, county=HUANGPING)
    assert card().sales.net_fen == 900
    assert scorecard(XIAOSHAN, HUANGPING, asked()).sales.net_fen == 0
    assert overview().breakdown.total.net_fen == 900


def test_other_bases_stand_beside_and_are_never_in_the_figure() -> None:
    pair(GONGSHU, HUANGPING)
    Sale(100, district=GONGSHU, county=HUANGPING)
    Sale(20, district=GONGSHU, county=LEISHAN)
    Sale(3, district=XIAOSHAN, county=HUANGPING)
    Sale(4, county=HUANGPING)
    report = card()
    assert report.sales.net_fen == 100
    assert {name: one.net_fen for name, one in report.other_bases.items()} == {
        "helper_all_counties": 120,
        "origin_all_helpers": 107,
    }
    said = report.as_json("", dict.fromkeys(SCORECARD_SECTIONS, ()), ())
    assert all(base["summable"] is False for base in said["other_bases"].values())


def test_a_changed_pairing_ends_and_another_begins() -> None:
    pair(GONGSHU, HUANGPING, last="2020-04-30")
    pair(GONGSHU, LEISHAN, first="2020-05-01")
    Sale(10, "2020-04-30", district=GONGSHU, county=HUANGPING)
    Sale(7, "2020-05-01", district=GONGSHU, county=LEISHAN)
    Sale(2, "2020-05-01", district=GONGSHU, county=HUANGPING)
    assert parts_of(overview(), GONGSHU) == {
        (Kinds.PAIRING, HUANGPING): 10,
        (Kinds.PAIRING, LEISHAN): 7,
        (Kinds.OTHER_COUNTIES, ""): 2,
    }


def test_a_corrected_pairing_is_read_as_it_was_known_before() -> None:
    wrong = pair(GONGSHU, LEISHAN)
    Sale(500, district=GONGSHU, county=HUANGPING)
    Pairing.objects.filter(pk=wrong.pk).update(voided_at=AFTER, void_reason="登记有误")
    pair(GONGSHU, HUANGPING, recorded_at=AFTER)
    assert card().sales.net_fen == 500
    before = prefecture_overview(at(AFTER - timedelta(seconds=1)))
    assert parts_of(before, GONGSHU) == {(Kinds.OTHER_COUNTIES, ""): 500}
    assert parts_of(prefecture_overview(at(AFTER)), GONGSHU) == {(Kinds.PAIRING, HUANGPING): 500}


def test_each_kind_of_change_leaves_the_earlier_figures_readable() -> None:
    pair(GONGSHU, HUANGPING)
    sold = {"district": GONGSHU, "county": HUANGPING}
    refunded, excluded, corrected = Sale(100, **sold), Sale(200, **sold), Sale(400, **sold)
    moments = [RECORDED + timedelta(days=days) for days in range(1, 5)]
    Sale(800, recorded_at=moments[0], **sold)
    refunded.refund(30, "2020-05-09", moments[1])
    excluded.restate(moments[2], excluded="audit")
    corrected.restate(moments[3], county_code=LEISHAN)
    figures = [card(at(moment)).sales.net_fen for moment in (RECORDED, *moments)]
    assert figures == [700, 1_500, 1_470, 1_270, 870]
    assert card().sales.net_fen == 870
    reasons = [
        [(row.reason, row.amount_fen) for row in card(at(moment)).beside.excluded]
        for moment in (moments[1], moments[2])
    ]
    assert reasons == [[], [("audit", 200)]]


def test_excluded_amounts_are_listed_by_reason_and_in_no_figure() -> None:
    Sale(100, county=HUANGPING)
    Sale(60, county=HUANGPING, excluded="intermediate")
    Sale(30, county=LEISHAN, excluded="duplicate")
    report = overview()
    assert report.breakdown.total.net_fen == 100
    assert report.breakdown.total.lines.quantity == 1
    assert [(row.label, row.amount_fen) for row in report.beside.excluded] == [
        ("进货，不计入", 60),
        ("同一笔销售重复", 30),
    ]


def test_both_bases_are_shown_and_institutions_are_split_by_kind() -> None:
    canteen = {"channel_class": "institution", "channel_kind": "canteen"}
    sale = Sale(1_000, county=HUANGPING, purchase_mode="direct_purchase", **canteen)
    sale.refund(250, "2020-05-02")
    Sale(40, county=HUANGPING, channel_class="institution", channel_kind="office_fair")
    parts = overview().breakdown
    assert (parts.total.gross_fen, parts.total.refund_fen, parts.total.net_fen) == (1_040, 250, 790)
    [institution] = parts.by_channel
    assert [(code, figure.net_fen) for _kind, code, figure in institution.parts] == [
        ("canteen", 750),
        ("office_fair", 40),
    ]
    assert {row.code: row.figure.net_fen for row in parts.by_purchase_mode} == {
        "direct_purchase": 750,
        "assisted_sale": 40,
    }


def test_certified_goods_alone_are_a_report_of_their_own() -> None:
    pair(GONGSHU, HUANGPING)
    Sale(100, district=GONGSHU, county=HUANGPING, is_certified=False)
    Sale(20, district=GONGSHU, county=HUANGPING)
    assert card(asked(is_certified_only=True)).sales.net_fen == 20


def test_a_day_of_business_is_a_day_in_shanghai() -> None:
    sale = Sale(5, "2020-05-01", county=HUANGPING)
    assert sale.sold.paid_at.astimezone(clock.SHANGHAI).hour == 12
    assert overview(first="2020-05-01", last="2020-05-01").breakdown.total.net_fen == 5
    assert overview(first="2020-05-02", last="2020-05-02").breakdown.total.net_fen == 0
