"""Declared ledgers and opening figures beside order lines: never added twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.rules.counting import Asked, Kinds
from marketplace.rules.overview_report import Overview
from marketplace.selectors.counting import prefecture_overview, scorecard
from orders.models import DeclaredSale
from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    LEISHAN,
    RECORDED,
    Sale,
    asked,
    day,
    make_places,
    monthly,
    opening,
    pair,
)

pytestmark = pytest.mark.django_db
LATER = RECORDED + timedelta(days=10)
OURS = {"helper_district_code": GONGSHU, "county_code": HUANGPING}
MAY = asked("2020-05-01", "2020-05-31")


@pytest.fixture(autouse=True)
def places() -> None:
    make_places()
    pair(GONGSHU, HUANGPING)


def parts(period: Asked) -> tuple[int, int, int]:
    """Return 逐单, 台账申报 and 期初 of the pairing."""
    sales = scorecard(GONGSHU, HUANGPING, period).sales
    assert sales.lines.net_fen + sales.declared_fen + sales.opening.net_fen == sales.net_fen
    return sales.lines.net_fen, sales.declared_fen, sales.opening.net_fen


def test_a_ledger_counts_until_order_lines_arrive_and_again_when_they_are_withdrawn() -> None:
    monthly(90_000, **OURS)
    assert parts(MAY) == (0, 90_000, 0)
    sale = Sale(85_000, district=GONGSHU, county=HUANGPING, recorded_at=LATER)
    assert parts(MAY) == (85_000, 0, 0)
    [row] = scorecard(GONGSHU, HUANGPING, MAY).beside.superseded
    assert (row.declared_fen, row.lines_fen, row.difference_fen) == (90_000, 85_000, -5_000)
    sale.reverse(LATER + timedelta(days=1))
    assert parts(MAY) == (0, 90_000, 0)
    assert scorecard(GONGSHU, HUANGPING, MAY).beside.superseded == ()
    assert parts(asked("2020-05-01", "2020-05-31", as_of=LATER)) == (85_000, 0, 0)


def test_excluded_lines_have_arrived_too() -> None:
    monthly(90_000, **OURS)
    Sale(90_000, district=GONGSHU, county=HUANGPING, excluded="intermediate")
    assert parts(MAY) == (0, 0, 0)
    [row] = scorecard(GONGSHU, HUANGPING, MAY).beside.superseded
    assert row.difference_fen == -90_000


def test_lines_of_another_month_or_shop_supersede_nothing() -> None:
    monthly(90_000, **OURS)
    Sale(1, "2020-06-01", district=GONGSHU, county=HUANGPING)
    Sale(2, "2020-05-31", district=GONGSHU, county=HUANGPING, point="another")
    assert parts(asked()) == (3, 90_000, 0)


@pytest.mark.parametrize("column", ["payer_unit_code", "beneficiary_unit_code"])
def test_a_units_ledger_is_superseded_by_what_it_paid_for_or_what_counts_for_it(column) -> None:
    monthly(70_000, unit="school-1", **OURS)
    assert parts(MAY) == (0, 70_000, 0)
    Sale(500, district=GONGSHU, county=HUANGPING, point="any", **{column: "school-1"})
    assert parts(MAY) == (500, 0, 0)


@pytest.mark.parametrize("column", ["payer_unit_code", "beneficiary_unit_code"])
def test_a_units_ledger_at_a_shop_is_superseded_by_its_own_lines_there(column) -> None:
    monthly(70_000, point="shop", unit="school-1", **OURS)
    ours = {"district": GONGSHU, "county": HUANGPING}
    Sale(1, point="shop", **ours)
    Sale(2, point="shop", payer_unit_code="school-2", **ours)
    Sale(4, point="another", payer_unit_code="school-1", **ours)
    assert parts(MAY) == (7, 70_000, 0)
    Sale(500, point="shop", **ours, **{column: "school-1"})
    assert parts(MAY) == (507, 0, 0)
    [row] = scorecard(GONGSHU, HUANGPING, MAY).beside.superseded
    assert (row.point_code, row.unit_code, row.lines_fen) == ("shop", "school-1", 500)


def test_a_line_stands_beside_every_ledger_that_names_it_and_no_other() -> None:
    monthly(10, point="shop", **OURS)
    monthly(20, unit="school-1", **OURS)
    monthly(30, point="shop", unit="school-1", **OURS)
    monthly(40, point="shop", unit="school-2", **OURS)
    monthly(50, point="another", unit="school-1", **OURS)
    Sale(500, district=GONGSHU, county=HUANGPING, point="shop", payer_unit_code="school-1",
         beneficiary_unit_code="school-1")  # fmt: skip
    assert parts(MAY) == (500, 90, 0)
    shown = scorecard(GONGSHU, HUANGPING, MAY).beside.superseded
    assert [(row.declared_fen, row.lines_fen) for row in shown] == [(20, 500), (10, 500), (30, 500)]


def test_a_ledger_of_another_scope_is_compared_with_all_lines_of_its_shop() -> None:
    monthly(100, **OURS)
    monthly(50, helper_district_code=GONGSHU, county_code=LEISHAN)
    Sale(120, district=GONGSHU, county=HUANGPING)
    [row] = prefecture_overview(MAY).beside.superseded
    assert (row.declared_fen, row.lines_fen) == (150, 120)
    [own] = scorecard(GONGSHU, HUANGPING, MAY).beside.superseded
    assert (own.declared_fen, own.lines_fen) == (100, 120)


def test_a_ledger_that_the_period_cuts_in_two_is_listed_and_not_counted() -> None:
    monthly(90_000, **OURS)
    period = asked("2020-05-10", "2020-06-30")
    assert parts(period) == (0, 0, 0)
    [row] = scorecard(GONGSHU, HUANGPING, period).beside.straddling
    assert row.amount_fen == 90_000


def test_a_ledger_of_a_month_in_which_the_pairing_ends_is_not_the_pairings() -> None:
    pair(GONGSHU, LEISHAN, last="2020-05-20")
    monthly(90_000, helper_district_code=GONGSHU, county_code=LEISHAN)
    assert scorecard(GONGSHU, LEISHAN, MAY).sales.net_fen == 0
    [row] = [row for row in prefecture_overview(MAY).breakdown.by_district if row.code == GONGSHU]
    assert [(kind, one.net_fen) for kind, _code, one in row.parts] == [
        (Kinds.OTHER_COUNTIES, 90_000)
    ]


def test_a_ledger_counts_from_its_check_to_its_revocation() -> None:
    row = monthly(90_000, **OURS)
    DeclaredSale.objects.filter(pk=row.pk).update(state="revoked", revocation_checked_at=LATER)
    assert parts(MAY) == (0, 0, 0)
    figures = [
        parts(asked("2020-05-01", "2020-05-31", as_of=moment))[1]
        for moment in (RECORDED - timedelta(1), RECORDED, LATER - timedelta(1), LATER)
    ]
    assert figures == [0, 90_000, 90_000, 0]


def test_an_opening_figure_contains_everything_up_to_its_cut_off() -> None:
    opening(5_207_390_000, "2020-05-31", district=GONGSHU, county=HUANGPING)
    Sale(700, "2020-05-31", district=GONGSHU, county=HUANGPING)
    Sale(40, "2020-06-01", district=GONGSHU, county=HUANGPING)
    monthly(300, "2020-04", point="a", **OURS)
    monthly(60, "2020-06", point="b", **OURS)
    monthly(900, "2020-05", point="c", last=day("2020-06-30"), **OURS)
    assert parts(asked()) == (40, 60, 5_207_390_000)
    beside = scorecard(GONGSHU, HUANGPING, asked()).beside
    assert (beside.contained.net_fen, beside.contained_declared_fen) == (700, 300)
    assert [row.amount_fen for row in beside.straddling] == [900]


def test_a_report_of_a_period_holds_no_opening_figure() -> None:
    opening(5_207_390_000, "2020-05-31", district=GONGSHU, county=HUANGPING)
    Sale(700, "2020-05-31", district=GONGSHU, county=HUANGPING)
    assert parts(MAY) == (700, 0, 0)


def test_an_opening_figure_of_a_later_day_is_not_in_an_earlier_report() -> None:
    opening(100, "2019-12-31", district=GONGSHU, county=HUANGPING)
    opening(900, "2020-12-31", district=GONGSHU, county=HUANGPING)
    assert parts(asked(last="2020-06-30"))[2] == 100
    assert parts(asked(last="2020-12-31"))[2] == 900


def _unassigned(report: Overview) -> dict[Kinds, int]:
    return {kind: one.net_fen for kind, _code, one in report.breakdown.unassigned.parts}


def test_openings_of_prefecture_and_pairing_are_never_summed() -> None:
    opening(91_100_000_000, "2020-05-07")
    opening(5_207_390_000, "2020-06-11", district=GONGSHU, county=HUANGPING)
    Sale(1_000, "2020-05-01", district=GONGSHU, county=HUANGPING)
    Sale(200, "2020-06-01", district=GONGSHU, county=HUANGPING)
    Sale(30, "2020-07-01", district=GONGSHU, county=HUANGPING)
    Sale(4, "2020-07-01", county=LEISHAN)
    report = prefecture_overview(asked())
    total = report.breakdown.total
    assert (total.net_fen, total.opening.net_fen) == (91_100_000_234, 91_100_000_000)
    [row] = [row for row in report.breakdown.by_district if row.code == GONGSHU]
    own = scorecard(GONGSHU, HUANGPING, asked()).sales
    assert row.figure.net_fen == own.net_fen == 5_207_390_030
    # What is dated between the two cut-offs is an order line there and in the opening here.
    assert (row.figure.lines.net_fen, row.figure.opening.net_fen) == (230, 5_207_389_800)
    assert _unassigned(report) == {
        Kinds.SOCIAL: 4,
        Kinds.UNDIVIDED: 91_100_000_000 - 5_207_389_800,
    }
    assert report.beside.contained.net_fen == 1_000


def test_without_an_opening_of_the_prefecture_the_pairings_openings_are_added() -> None:
    opening(1_000, "2020-06-11", district=GONGSHU, county=HUANGPING)
    opening(77, "2020-06-11", county=LEISHAN)
    Sale(5, "2020-06-01", district=GONGSHU, county=HUANGPING)
    Sale(6, "2020-06-01", county=LEISHAN)
    report = prefecture_overview(asked())
    assert (report.breakdown.total.net_fen, report.breakdown.total.opening.net_fen) == (
        1_006,
        1_000,
    )
    assert len(report.beside.openings) == 2


def test_declared_figures_say_nothing_of_certificates() -> None:
    monthly(90_000, point="a", **OURS)
    opening(500, "2020-04-30", district=GONGSHU, county=HUANGPING)
    Sale(7, "2020-04-01", district=GONGSHU, county=HUANGPING)
    assert parts(asked()) == (0, 90_000, 500)
    assert parts(asked(is_certified_only=True)) == (7, 0, 0)
