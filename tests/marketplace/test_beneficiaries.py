"""Who benefits from counted sales: distinct by roster, else declared, else a range."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common import clock
from marketplace.models import DeclaredFact
from marketplace.rules.benefit import Cell
from marketplace.selectors.benefit import beneficiaries
from products.models import HouseholdStatus
from tests.builders import make_sales_point, moment
from tests.marketplace.benefit_builders import (
    HUANGPING,
    JAN_1,
    MAY,
    declare,
    distinct,
    goods,
    household,
    link,
    sell,
    state,
)


@pytest.fixture
def shelf(db):
    goods("QDN-HP-001", "park")
    goods("QDN-HP-002", "coop")
    return make_sales_point("gongshu", district="330105", channel_class="centre")


def test_two_links_of_one_household_count_it_once(shelf) -> None:
    home = household("a", persons=5)
    link(home)
    link(home, mechanism="wage")
    link(home, "coop")
    link(household("b", persons=2), "coop")
    sell("1", point=shelf)
    sell("2", "QDN-HP-002", point=shelf)
    found = beneficiaries(**MAY)
    assert (found.kind, distinct(found)) == ("roster", (2, 7))
    assert found.roster.by_mechanism == (
        Cell("dividend", "分红", 2, 7),
        Cell("wage", "务工", 1, 5),
    )
    assert found.roster.not_summable == ("by_mechanism", "by_status")
    assert found.roster.by_county == (Cell(HUANGPING, "黄平县", 2, 7),)


def test_a_sale_refunded_to_zero_brings_nobody_along(shelf) -> None:
    link(household("a"))
    link(household("b"), "coop")
    refunded = {"refunded_fen": 4500, "refunded_at": moment("2020-06-09 08:00:00")}
    sell("1", point=shelf, **refunded)
    sell("2", "QDN-HP-002", point=shelf)
    found = beneficiaries(**MAY)
    assert distinct(found) == (1, 4)
    assert (found.roster.producers, found.roster.producers_without_roster) == (1, 0)


def test_a_partly_refunded_sale_still_counts(shelf) -> None:
    link(household("a"))
    sell("1", point=shelf, refunded_fen=4499, refunded_at=moment("2020-05-03 08:00:00"))
    assert distinct(beneficiaries(**MAY)) == (1, 4)


@pytest.mark.parametrize(
    ("first", "last", "households"),
    [
        (date(2020, 5, 2), date(2020, 5, 2), 1),
        (date(2020, 5, 3), None, 0),
        (JAN_1, date(2020, 5, 1), 0),
        (JAN_1, date(2020, 5, 2), 1),
    ],
)
def test_a_link_must_be_valid_on_the_day_of_payment(shelf, first, last, households) -> None:
    link(household("a"), first=first, last=last)
    sell("1", point=shelf)
    assert distinct(beneficiaries(**MAY))[0] == households


def test_the_period_is_the_days_of_payment_both_included(shelf) -> None:
    link(household("a"))
    link(household("b"), "coop")
    sell("1", day="2020-05-01", point=shelf)
    sell("2", "QDN-HP-002", day="2020-05-31", point=shelf)
    assert distinct(beneficiaries(**MAY))[0] == 2
    inner = {"first_day": date(2020, 5, 2), "last_day": date(2020, 5, 30)}
    assert beneficiaries(**inner).kind == "none"
    with pytest.raises(ValueError, match="before the first"):
        beneficiaries(first_day=date(2020, 5, 2), last_day=date(2020, 5, 1))


def test_district_and_county_restrict_whose_sales_count(shelf) -> None:
    goods("QDN-JH-001", "forest", county="522629")
    link(household("a"))
    link(household("b", county="522629"), "forest")
    sell("1", point=shelf)
    sell("2", "QDN-JH-001", point=make_sales_point("xunqianji"))
    assert distinct(beneficiaries(**MAY))[0] == 2
    assert distinct(beneficiaries(**MAY, district_code="330105"))[0] == 1
    assert distinct(beneficiaries(**MAY, county_code="522629"))[0] == 1
    assert beneficiaries(**MAY, district_code="330105", county_code="522629").roster is None


def test_the_status_is_that_of_the_last_day(shelf) -> None:
    home, other, third = household("a"), household("b"), household("c")
    dated = [
        (home, "registered_poor", date(2014, 1, 1), date(2020, 12, 31)),
        (home, "lifted", date(2021, 1, 1), None),
        (home, "unstable", date(2021, 1, 1), None),
        (other, "registered_poor", date(2014, 1, 1), date(2020, 12, 31)),
    ]
    for one, status, first, last in dated:
        HouseholdStatus.objects.create(
            household=one, status=status, valid_from=first, valid_to=last
        )
    for one in (home, other, third):
        link(one)
    sell("1", point=shelf)
    first_day = date(2020, 5, 1)

    def by_status(last_day: date) -> dict[str, int | None]:
        found = beneficiaries(first_day=first_day, last_day=last_day)
        return {cell.code: cell.households for cell in found.roster.by_status}

    assert by_status(date(2020, 12, 31)) == {"": 1, "registered_poor": 2}
    assert by_status(date(2021, 1, 1)) == {"": 2, "lifted": 1, "unstable": 1}


def test_a_producer_without_roster_is_said_and_never_guessed(shelf) -> None:
    link(household("a"))
    declare("coop", 500)
    sell("1", point=shelf)
    sell("2", "QDN-HP-002", point=shelf)
    found = beneficiaries(**MAY)
    assert (found.roster.households, found.roster.producers_without_roster) == (1, 1)
    assert found.households_range is None


def test_without_a_roster_the_range_of_declared_links_of_who_sold(shelf) -> None:
    goods("QDN-HP-005", "third")
    declare("park", 970, 3145)
    declare("park", 10, mechanism="guidance", valid_from=date(2020, 5, 3))
    declare("coop", 270, None)
    declare("third", 9000)
    sell("1", point=shelf)
    sell("2", "QDN-HP-002", point=shelf)
    found = beneficiaries(**MAY)
    assert (found.kind, found.roster, found.declared) == ("range", None, None)
    assert (found.households_range.least, found.households_range.most) == (970, 1240)
    assert (found.persons_range.least, found.persons_range.most) == (3145, 3145)


def test_a_declared_number_goes_before_the_range_and_after_the_roster(shelf) -> None:
    scope = {"county_code": HUANGPING, "district_code": "330105"}
    state(**scope)
    declare("park", 970)
    sell("1", point=shelf)
    found = beneficiaries(**MAY, **scope)
    assert (found.kind, found.declared.value, found.households_range.most) == (
        *("declared", 1742),
        970,
    )
    assert beneficiaries(**MAY).declared is None
    link(household("a"))
    found = beneficiaries(**MAY, **scope)
    assert (found.kind, found.declared, found.households_range) == ("roster", None, None)


def test_a_declared_number_holds_without_any_sale_while_it_is_in_force(shelf) -> None:
    fact = state()
    assert beneficiaries(**MAY).kind == "declared"
    for word in ("draft", "submitted", "returned"):
        DeclaredFact.objects.filter(pk=fact.pk).update(state=word)
        assert beneficiaries(**MAY).kind == "none"
    DeclaredFact.objects.filter(pk=fact.pk).update(state="revoking")
    assert beneficiaries(**MAY).kind == "declared"


@pytest.mark.parametrize(
    ("start", "end", "is_printed"),
    [
        (date(2020, 5, 1), date(2020, 5, 31), True),
        (date(2020, 5, 1), date(2020, 5, 1), True),
        (None, date(2020, 5, 31), False),
        (date(2018, 1, 1), date(2020, 5, 31), False),
        (date(2020, 5, 1), date(2020, 6, 1), False),
        (date(2020, 4, 1), date(2020, 4, 30), False),
    ],
)
def test_a_declared_number_of_another_time_is_left_out(db, start, end, is_printed) -> None:
    state(period_start=start, period_end=end)
    assert (beneficiaries(**MAY).declared is not None) == is_printed


def test_a_declared_number_without_a_start_belongs_to_cumulative_figures(db) -> None:
    state(period_start=None)
    assert beneficiaries(first_day=None, last_day=MAY["last_day"]).declared is not None
    assert beneficiaries(first_day=None, last_day=date(2020, 5, 30)).declared is None


def test_a_declared_number_reads_as_it_stood_at_a_moment(db) -> None:
    fact = state()
    checked, revoked = fact.checked_at, fact.checked_at + timedelta(hours=1)
    DeclaredFact.objects.filter(pk=fact.pk).update(state="revoked", revocation_checked_at=revoked)
    moments = (checked - timedelta(seconds=1), checked, revoked - timedelta(seconds=1), revoked)
    kinds = [beneficiaries(**MAY, as_of=moment).kind for moment in moments]
    assert kinds == ["none", "declared", "declared", "none"]
    assert beneficiaries(**MAY).kind == "none"


def test_an_earlier_moment_of_the_ledger_reads_as_it_was(shelf) -> None:
    link(household("a"))
    before = clock.now()
    sell("1", point=shelf)
    assert beneficiaries(**MAY, as_of=before).kind == "none"
    assert distinct(beneficiaries(**MAY, as_of=clock.now())) == (1, 4)


def test_a_public_figure_hides_cells_under_ten_households(shelf) -> None:
    for n in range(12):
        link(household(f"a{n}"), mechanism="dividend" if n < 9 else "contract")
    sell("1", point=shelf)
    figure = beneficiaries(**MAY).for_public().roster
    assert (figure.households, figure.persons) == (12, 48)
    assert [(cell.households, cell.persons) for cell in figure.by_mechanism] == [(None, None)] * 2
    assert figure.by_county[0].households == 12


def test_a_public_total_under_ten_is_hidden_with_all_its_cells(shelf) -> None:
    for n in range(9):
        link(household(f"a{n}"))
    sell("1", point=shelf)
    figure = beneficiaries(**MAY).for_public().roster
    assert (figure.households, figure.persons) == (None, None)
    cells = (*figure.by_county, *figure.by_mechanism, *figure.by_status)
    assert {cell.households for cell in cells} == {None}


def test_the_number_of_queries_stays_flat(shelf, django_assert_num_queries) -> None:
    serial = count()

    def grow(times: int) -> int:
        for _time in range(times):
            number = next(serial)
            goods(f"QDN-X-{number}", f"p{number}")
            link(household(f"h{number}"), f"p{number}")
            sell(str(number), f"QDN-X-{number}", point=shelf)
        with django_assert_num_queries(6):
            return beneficiaries(**MAY).roster.households

    assert grow(1) == 1
    assert grow(8) == 9


class DistinctBesideLinks(TestCase):
    @given(st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=4))
    def test_distinct_lies_between_the_largest_link_and_the_sum(self, links) -> None:
        point = make_sales_point()
        homes = [household(str(n), persons=n + 1) for n in range(7)]
        for number, linked in enumerate(links):
            goods(f"QDN-X-{number}", f"p{number}")
            sell(str(number), f"QDN-X-{number}", point=point)
            for home in linked:
                link(homes[home], f"p{number}")
        found = beneficiaries(**MAY)
        if not any(links):
            assert found.kind == "none"
            return
        together = set().union(*links)
        assert distinct(found) == (len(together), sum(n + 1 for n in together))
        sizes = [len(linked) for linked in links]
        assert max(sizes) <= found.roster.households <= sum(sizes)
        assert found.roster.producers == sum(map(bool, sizes))
