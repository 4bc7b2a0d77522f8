"""On any ledger: districts + 市级统筹 = counties = channels = modes = months = total."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common import clock
from marketplace.rules.counting import Figure, Kinds
from marketplace.selectors.counting import prefecture_overview, scorecard
from orders.models import DeclaredSale, SalesEntry
from tests.marketplace.counting_world import (
    CONGJIANG,
    GONGSHU,
    HUANGPING,
    LEISHAN,
    XIAOSHAN,
    Sale,
    asked,
    day,
    make_places,
    monthly,
    opening,
    pair,
)

START = date(2020, 4, 1)
DISTRICTS, COUNTIES = ("", GONGSHU, XIAOSHAN), ("", HUANGPING, LEISHAN, CONGJIANG)
MOMENTS = (datetime(2020, 9, 1, tzinfo=clock.SHANGHAI), datetime(2021, 9, 1, tzinfo=clock.SHANGHAI))
SALES = st.fixed_dictionaries(
    {
        "fen": st.integers(1, 5_000_000),
        "on": st.integers(0, 90),
        "refund": st.integers(0, 100),
        "district": st.sampled_from(DISTRICTS),
        "county": st.sampled_from(COUNTIES),
        "point": st.sampled_from(["a", "b", "c"]),
        "payer": st.sampled_from(["", "", "u", "v"]),
        "channel": st.sampled_from(
            [("centre", ""), ("institution", "canteen"), ("institution", "office_fair")]
        ),
        "mode": st.sampled_from(["assisted_sale", "direct_purchase"]),
        "recorded": st.sampled_from(MOMENTS),
        "fate": st.sampled_from(["stands", "stands", "excluded", "restated", "reversed"]),
    }
)
LEDGERS = st.fixed_dictionaries(
    {
        "fen": st.integers(0, 5_000_000),
        "month": st.sampled_from(["2020-04", "2020-05", "2020-06"]),
        "district": st.sampled_from(DISTRICTS),
        "county": st.sampled_from(COUNTIES),
        "where": st.sampled_from([("a", ""), ("d", ""), ("", "u"), ("a", "u"), ("b", "v")]),
        "channel": st.sampled_from(["", "supermarket"]),
    }
)
# A pairing's first and last day, by their distance from the start; 91 is open.
PAIRINGS = st.lists(
    st.tuples(
        st.sampled_from(DISTRICTS[1:]),
        st.sampled_from(COUNTIES[1:]),
        st.integers(0, 60),
        st.integers(61, 91),
    ),
    max_size=4,
    unique_by=lambda row: row[:3],
)
OPENINGS = st.dictionaries(
    st.tuples(st.sampled_from(DISTRICTS), st.sampled_from(COUNTIES)),
    st.tuples(st.integers(0, 90), st.integers(0, 90_000_000)),
    max_size=4,
)
PERIODS = (
    asked(),
    asked("2020-04-10", "2020-05-31"),
    asked(last="2020-05-15", as_of=datetime(2021, 1, 2, tzinfo=clock.SHANGHAI)),
    asked("2020-04-10", "2020-06-20", view="cash"),
)


class TestSums(TestCase):
    """Each example is a transaction of its own."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(SALES, max_size=10), st.lists(LEDGERS, max_size=4), PAIRINGS, OPENINGS)
    def test_every_breakdown_adds_up_to_the_total(self, sales, ledgers, pairings, openings):
        make_places()
        for sale in sales:
            _sell(sale)
        for row in ledgers:
            monthly(
                row["fen"],
                row["month"],
                point=row["where"][0],
                unit=row["where"][1],
                helper_district_code=row["district"],
                county_code=row["county"],
                channel_class=row["channel"],
            )
        for district, county, first, last in pairings:
            pair(district, county, str(_day(first)), str(_day(last)) if last < 91 else "")
        for (district, county), (cutoff, fen) in openings.items():
            opening(fen, str(_day(cutoff)), district=district, county=county)
        for period in PERIODS:
            _check_sums(period, openings)
        _check_total_of_everything(bool(openings))
        _check_pairings(pairings)


def _sell(story: dict[str, object]) -> None:
    sale = Sale(
        story["fen"],
        _day(story["on"]),
        district=story["district"],
        county=story["county"],
        point=story["point"],
        channel_class=story["channel"][0],
        channel_kind=story["channel"][1],
        purchase_mode=story["mode"],
        payer_unit_code=story["payer"],
        recorded_at=story["recorded"],
    )
    refund = story["fen"] * story["refund"] // 100
    later = story["recorded"] + timedelta(days=300)
    if story["fate"] == "stands" and refund:
        sale.refund(refund, _day(story["on"]) + timedelta(days=20), later)
    elif story["fate"] == "reversed":
        sale.reverse(later)
    elif story["fate"] == "restated":
        sale.restate(later, county_code=LEISHAN)
    elif story["fate"] == "excluded":
        sale.restate(later, excluded="brushing")


def _day(distance: int) -> date:
    return START + timedelta(days=distance)


def _check_sums(period, openings) -> None:
    parts = prefecture_overview(period).breakdown
    both: list[Callable[[Figure], int]] = [lambda f: f.net_fen, lambda f: f.gross_fen]
    for of in both:
        total = of(parts.total)
        districts = sum(of(row.figure) for row in parts.by_district)
        assert districts + of(parts.unassigned.figure) == total
        for rows in (parts.by_county, parts.by_channel, parts.by_purchase_mode, parts.by_month):
            assert sum(of(row.figure) for row in rows) == total
        for row in (*parts.by_district, parts.unassigned):
            assert sum(of(figure) for _kind, _code, figure in row.parts) == of(row.figure)
    whole = openings.get(("", ""))
    if whole and period.is_cumulative and _day(whole[0]) <= period.last_day:
        assert parts.total.opening.net_fen == whole[1]
    for row in parts.by_district:
        for kind, code, figure in row.parts:
            if kind is Kinds.PAIRING:
                _check_own_report(period, row.code, code, figure, openings)


def _check_own_report(period, district, county, figure, openings) -> None:
    """A pairing's row is its own report unless only a wider opening figure holds its past."""
    inside = {
        scope: _day(cutoff)
        for scope, (cutoff, _fen) in openings.items()
        if period.is_cumulative and _day(cutoff) <= period.last_day
    }
    is_alike = (district, county) in inside or not {("", ""), (district, "")} & set(inside)
    if is_alike:
        sales = scorecard(district, county, period).sales
        assert (sales.net_fen, sales.gross_fen) == (figure.net_fen, figure.gross_fen)


def _check_total_of_everything(has_openings: bool) -> None:
    """Without opening figures the total is the ledger and what stands beside it."""
    if has_openings:
        return
    ledger = list(SalesEntry.objects.all())
    declared = 0
    for row in DeclaredSale.objects.select_related("sales_point", "unit"):
        arrived = sum(
            {"sale": 1, "correction": -1}.get(entry.kind, 0)
            for entry in ledger
            if row.sales_point is None or entry.sales_point_code == row.sales_point.code
            if row.unit is None or entry.payer_unit_code == row.unit.code
            if row.period_start <= entry.order_date <= row.period_end
        )
        declared += 0 if arrived else row.amount_fen
    total = prefecture_overview(asked()).breakdown.total
    assert total.net_fen == sum(entry.amount_fen for entry in ledger) + declared
    assert total.declared_fen == declared


def _check_pairings(pairings) -> None:
    """A pairing's order lines are those whose payment day its validity holds."""
    period = asked("2020-04-01")
    for district, county in {(d, c) for d, c, _first, _last in pairings}:
        spans = [
            (_day(first), _day(last) if last < 91 else day("2099-01-01"))
            for d, c, first, last in pairings
            if (d, c) == (district, county)
        ]
        own = sum(
            entry.amount_fen
            for entry in SalesEntry.objects.filter(
                helper_district_code=district, county_code=county
            )
            if any(first <= entry.order_date <= last for first, last in spans)
        )
        assert scorecard(district, county, period).sales.lines.net_fen == own


pytestmark = pytest.mark.django_db
