"""What an opening figure contains, and how scorecard and overview agree on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.rules.counting import CASH, COHORT, Asked, Kinds
from marketplace.selectors.counting import prefecture_overview, scorecard
from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    LEISHAN,
    XIAOSHAN,
    Sale,
    asked,
    make_places,
    monthly,
    opening,
    pair,
)

pytestmark = pytest.mark.django_db
OURS = {"district": GONGSHU, "county": HUANGPING}
VIEWS = (COHORT, CASH)


@pytest.fixture
def places() -> None:
    make_places()


def pairing_row(period: Asked | None = None, county: str = HUANGPING) -> int:
    """Return the net of a pairing's row in the overview."""
    report = prefecture_overview(period or asked())
    [row] = [row for row in report.breakdown.by_district if row.code == GONGSHU]
    return sum(
        figure.net_fen
        for kind, code, figure in row.parts
        if (kind, code) == (Kinds.PAIRING, county)
    )


def card_net(period: Asked | None = None, county: str = HUANGPING) -> int:
    return scorecard(GONGSHU, county, period or asked()).sales.net_fen


@pytest.mark.usefixtures("places")
def test_a_refund_after_the_cut_off_lowers_the_figure_in_either_view() -> None:
    pair()
    opening(1_000_000, "2020-05-31", **OURS)
    sale = Sale(700, "2020-05-20", **OURS)
    sale.refund(50, "2020-05-31")
    sale.refund(100, "2020-06-01")
    for view in VIEWS:
        report = scorecard(GONGSHU, HUANGPING, asked(view=view))
        assert report.sales.net_fen == 999_900
        assert report.sales.lines.net_fen == -100
        assert report.beside.contained.net_fen == 650
        assert pairing_row(asked(view=view)) == 999_900


@pytest.mark.usefixtures("places")
def test_a_refund_of_an_assumed_day_stays_with_its_order_in_the_cohort_view() -> None:
    pair()
    opening(1_000_000, "2020-05-31", **OURS)
    Sale(700, "2020-05-20", **OURS).refund(100, "2020-06-01", is_assumed=True)
    nets = [scorecard(GONGSHU, HUANGPING, asked(view=view)).sales.net_fen for view in VIEWS]
    assert nets == [1_000_000, 999_900]


@pytest.mark.usefixtures("places")
def test_the_months_of_a_view_stay_where_they_are() -> None:
    opening(1_000_000, "2020-05-31")
    Sale(700, "2020-05-20", **OURS).refund(100, "2020-06-01")
    months = [
        {
            row.code: row.figure.net_fen
            for row in prefecture_overview(asked(view=view)).breakdown.by_month
        }
        for view in VIEWS
    ]
    assert months == [{"": 1_000_000, "2020-05": -100}, {"": 1_000_000, "2020-06": -100}]


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("whole", ["", "2020-03-31", "2020-05-10", "2020-07-31"])
def test_an_opening_after_the_pairing_ended_is_the_pairings_in_both_reports(whole: str) -> None:
    pair(last="2020-04-30")
    opening(1_000_000, "2020-05-31", **OURS)
    if whole:
        opening(90_000_000, whole)
    for day in ("2020-03-01", "2020-04-15", "2020-05-05", "2020-05-20", "2020-06-15"):
        Sale(700, day, **OURS)
    assert card_net() == pairing_row() == 1_000_000


@pytest.mark.usefixtures("places")
def test_the_overview_says_what_pairings_without_an_opening_have_in_the_undivided_rest() -> None:
    pair()
    pair(county=LEISHAN)
    opening(90_000_000, "2020-05-31")
    opening(1_000_000, "2020-05-31", **OURS)
    Sale(700, "2020-05-20", **OURS)
    Sale(40, "2020-05-20", district=GONGSHU, county=LEISHAN).refund(10, "2020-05-21")
    Sale(5, "2020-06-20", district=GONGSHU, county=LEISHAN)
    theirs = {"helper_district_code": GONGSHU, "county_code": LEISHAN}
    monthly(300, "2020-04", point="market", **theirs)
    report = prefecture_overview(asked())
    assert (card_net(county=LEISHAN), pairing_row(county=LEISHAN)) == (335, 5)
    assert report.undivided_pairings.net_fen == 330
    assert report.as_json("", ())["undivided_pairings"]["summable"] is False
    assert prefecture_overview(asked("2020-01-01")).undivided_pairings.net_fen == 0


SCOPES = [(d, c) for d in ("", GONGSHU, XIAOSHAN) for c in ("", HUANGPING, LEISHAN)]
SALES = st.lists(
    st.tuples(
        st.integers(1, 1_000_000),
        st.integers(0, 60),
        st.sampled_from(SCOPES),
        st.lists(st.tuples(st.integers(1, 100_000), st.integers(0, 60)), max_size=2),
    ),
    max_size=8,
)
OPENINGS = st.dictionaries(
    st.sampled_from(SCOPES), st.tuples(st.integers(0, 90), st.integers(0, 90_000_000)), max_size=4
)
PAIRS = st.sets(st.sampled_from([scope for scope in SCOPES if all(scope)]))


class TestViews(TestCase):
    """Each example is a transaction of its own."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SALES, OPENINGS, PAIRS)
    def test_cumulative_figures_of_both_views_agree_and_so_do_both_reports(
        self, sales, openings, pairs
    ):
        make_places()
        for district, county in pairs:
            pair(district, county, last="2020-05-20")
        for (district, county), (cutoff, fen) in openings.items():
            opening(fen, str(_day(cutoff)), district=district, county=county)
        for fen, on, (district, county), refunds in sales:
            sale = Sale(fen, _day(on), district=district, county=county)
            for refund, later in refunds:
                sale.refund(refund, _day(on + later))
        cohort, cash = (prefecture_overview(asked(view=view)) for view in VIEWS)
        for name in ("total", "by_district", "unassigned", "by_county", "by_channel"):
            assert getattr(cohort.breakdown, name) == getattr(cash.breakdown, name)
        assert cohort.undivided_pairings == cash.undivided_pairings
        _check_pairings(cohort, pairs, openings)


def _check_pairings(report, pairs, openings) -> None:
    """A pairing's scorecard is its row, and what the report says of those without opening."""
    rows = {
        (row.code, code): figure
        for row in report.breakdown.by_district
        for kind, code, figure in row.parts
        if kind is Kinds.PAIRING
    }
    undivided = 0
    for scope in pairs:
        cards = [scorecard(*scope, asked(view=view)).sales.net_fen for view in VIEWS]
        assert cards[0] == cards[1]
        row = rows[scope].net_fen if scope in rows else 0
        if scope in openings:
            assert cards[0] == row
        undivided += cards[0] - row
    assert report.undivided_pairings.net_fen == undivided


def _day(distance: int) -> date:
    return date(2020, 4, 1) + timedelta(days=distance)
