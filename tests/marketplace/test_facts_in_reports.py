"""Which declared facts a report prints, and whom it says its sales brought along."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from marketplace.models import DeclaredFact
from marketplace.rules.counting import Asked
from marketplace.rules.counting_reports import Scorecard
from marketplace.selectors.counting import scorecard
from tests.marketplace.benefit_builders import declare, household, link
from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    RECORDED,
    Sale,
    asked,
    fact,
    make_places,
    pair,
)

pytestmark = pytest.mark.django_db
BEGINNING = (date(2018, 1, 1), date(2020, 6, 11))
JULY, AUGUST = (
    (date(2020, 7, 1), date(2020, 7, 31)),
    (date(2020, 8, 1), date(2020, 8, 31)),
)
QUARTER = (date(2020, 7, 1), date(2020, 9, 30))
OURS = {"district": GONGSHU, "county": HUANGPING}


@pytest.fixture(autouse=True)
def places() -> None:
    make_places()


def card(period: Asked | None = None) -> Scorecard:
    return scorecard(GONGSHU, HUANGPING, period or asked())


def visits(value: int, period: tuple[date | None, date], **fields: object) -> None:
    first, last = period
    fact("visits", "organisation", value, period_start=first, period_end=last, **fields)


def printed(*period: str) -> list[int | None]:
    return [one.value for one in card(asked(*period)).facts]


def people(period: Asked | None = None) -> tuple[int | None, str]:
    found = card(period).benefit
    return (found.roster.households if found.roster else None), found.kind


def test_a_month_never_replaces_what_is_stated_from_the_beginning() -> None:
    visits(18, BEGINNING)
    visits(3, JULY)
    assert printed() == [18]
    visits(25, (date(2018, 1, 1), date(2020, 9, 30)))
    assert printed() == [25]
    assert printed("", "2020-08-31") == [18]


def test_a_fact_without_a_start_reaches_back_furthest() -> None:
    visits(18, (None, date(2020, 6, 11)))
    visits(25, (date(2018, 1, 1), date(2020, 9, 30)))
    assert printed() == [18]
    visits(30, (None, date(2020, 12, 31)))
    assert printed() == [30]
    assert printed("2018-01-01", "2020-12-31") == [25]


def test_a_report_of_a_period_prints_the_longest_fact_inside_it() -> None:
    visits(18, BEGINNING)
    visits(3, JULY)
    visits(9, QUARTER)
    visits(4, AUGUST)
    assert printed("2020-07-01", "2020-09-30") == [9]
    assert printed("2020-07-01", "2020-08-31") == [4]
    assert printed("2020-07-02", "2020-08-31") == [4]
    assert printed("2020-07-02", "2020-08-30") == []


def test_people_are_said_in_the_table_exactly_where_the_fact_is_printed() -> None:
    stated = fact("beneficiaries", "industry", 1742, period_start=None)
    periods = (asked(), asked("2018-01-01"), asked("2020-06-01"), asked(last="2020-06-10"))
    for start in (None, date(2018, 1, 1), date(2020, 6, 1)):
        DeclaredFact.objects.filter(pk=stated.pk).update(period_start=start)
        for period in periods:
            report = card(period)
            assert [one.value for one in report.facts] == (
                [report.benefit.declared.value] if report.benefit.declared else []
            )
    assert card(asked(as_of=RECORDED - timedelta(days=1))).benefit.kind == "none"
    assert card(asked(as_of=RECORDED)).benefit.kind == "declared"


def test_people_are_counted_only_for_sales_that_the_scorecard_counts() -> None:
    pair(last="2020-05-31")
    link(household("a"))
    Sale(900, "2020-06-01", producer_code="park", **OURS)
    assert (card().sales.net_fen, people()) == (0, (None, "none"))
    Sale(900, "2020-05-31", producer_code="park", **OURS)
    assert (card().sales.net_fen, people()) == (900, (1, "roster"))


def test_people_of_a_pairing_that_never_was_are_none() -> None:
    declare("park", 970)
    Sale(900, producer_code="park", **OURS)
    assert people() == (None, "none")


def test_people_follow_the_pairing_as_it_was_known_at_a_moment() -> None:
    pair(recorded_at=RECORDED + timedelta(days=10))
    declare("park", 970)
    Sale(900, producer_code="park", **OURS)
    assert people()[1] == "range"
    assert people(asked(as_of=RECORDED + timedelta(days=9)))[1] == "none"


def test_a_report_on_certified_goods_counts_people_of_certified_goods() -> None:
    pair()
    link(household("a"))
    Sale(900, producer_code="park", is_certified=False, **OURS)
    assert people() == (1, "roster")
    assert people(asked(is_certified_only=True)) == (None, "none")
