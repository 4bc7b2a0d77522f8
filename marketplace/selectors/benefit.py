"""Who benefits from counted sales: by roster, else as declared, else a range.

docs/decisions/0013-beneficiaries.md. The number of queries does not grow with the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.models import DeclaredFact
from marketplace.rules.benefit import (
    Beneficiaries,
    Cell,
    DeclaredFigure,
    Dividend,
    RosterFigure,
    has_day_within,
    kind_of,
)
from operations.models.reviewed import STATES_IN_FORCE
from orders.models import SalesEntry
from products.models import (
    County,
    DeclaredLink,
    HouseholdLink,
    HouseholdStatus,
    Mechanism,
)
from products.rules.benefit import range_of_links

# The key under which a declared number of beneficiaries is stated.
DECLARED_KEY = "beneficiaries"

Rows = TypeVar("Rows", bound=QuerySet[Any])
# Days with counted sales, ascending, by producer code.
SaleDays = Mapping[str, list[date]]


def beneficiaries(
    *,
    first_day: date,
    last_day: date,
    county_code: str = "",
    district_code: str = "",
    as_of: datetime | None = None,
) -> Beneficiaries:
    """Return who benefits from the sales paid on `first_day` to `last_day`, both included.

    `county_code` keeps sales of that origin county, `district_code` those that the district
    helped. A household counts once, where a producer that it is linked to on a day of payment
    has sales of that day that still stand (net above zero). Its status is that of `last_day`.
    `as_of` leaves ledger rows out that were recorded later; rosters, links and declared facts
    are read as they are now. Raises ValueError where the last day lies before the first.
    """
    if last_day < first_day:
        raise ValueError("the last day lies before the first")
    sold = _sale_days(first_day, last_day, county_code, district_code, as_of)
    roster = _roster(sold, first_day, last_day)
    links = _declared_links(sold, first_day, last_day, county_code, district_code)
    at_work = [
        link
        for link in links
        if has_day_within(sold.get(link.producer.code, []), link.valid_from, link.valid_to)
    ]
    declared = _declared(first_day, last_day, county_code, district_code)
    households = range_of_links(link.households for link in at_work)
    persons = range_of_links(link.persons for link in at_work)
    if roster is not None:
        declared = households = persons = None
    return Beneficiaries(
        kind=kind_of(roster, declared, households, persons),
        first_day=first_day,
        last_day=last_day,
        county_code=county_code,
        district_code=district_code,
        roster=roster,
        declared=declared,
        households_range=households,
        persons_range=persons,
        dividends=tuple(_dividends(links)),
    )


def _sale_days(
    first_day: date,
    last_day: date,
    county_code: str,
    district_code: str,
    as_of: datetime | None,
) -> SaleDays:
    """Return the days of payment on which each producer has a net above zero."""
    entries = SalesEntry.objects.filter(order_date__range=(first_day, last_day))
    entries = entries.exclude(producer_code="")
    if county_code:
        entries = entries.filter(county_code=county_code)
    if district_code:
        entries = entries.filter(helper_district_code=district_code)
    if as_of is not None:
        entries = entries.filter(recorded_at__lte=as_of)
    sums = entries.values("producer_code", "order_date").annotate(net_fen=Sum("amount_fen"))
    days: dict[str, list[date]] = defaultdict(list)
    for row in sums.filter(net_fen__gt=0).order_by("producer_code", "order_date"):
        days[row["producer_code"]].append(row["order_date"])
    return dict(days)


@dataclass(slots=True)
class _Counted:
    """Distinct households of one cell: persons by household id."""

    persons: dict[int, int] = field(default_factory=dict)

    def cell(self, code: str, name: str) -> Cell:
        return Cell(code, name, len(self.persons), sum(self.persons.values()))


def _roster(sold: SaleDays, first_day: date, last_day: date) -> RosterFigure | None:
    """Count by roster; None where no link of the period leads to a producer that sold."""
    links = _in_period(HouseholdLink.objects.all(), first_day, last_day).filter(
        producer__code__in=list(sold)
    )
    whole = _Counted()
    by_county: dict[str, _Counted] = defaultdict(_Counted)
    by_mechanism: dict[str, _Counted] = defaultdict(_Counted)
    covered: set[str] = set()
    for household, persons, county, producer, mechanism, first, last in links.values_list(
        "household_id",
        "household__persons",
        "household__county_id",
        "producer__code",
        "mechanism",
        "valid_from",
        "valid_to",
    ):
        covered.add(producer)
        if not has_day_within(sold[producer], first, last):
            continue
        for counted in (whole, by_county[county], by_mechanism[mechanism]):
            counted.persons[household] = persons
    if not covered:
        return None
    counties = dict(County.objects.values_list("code", "name"))
    return RosterFigure(
        households=len(whole.persons),
        persons=sum(whole.persons.values()),
        by_county=_cells(by_county, counties),
        by_mechanism=_cells(by_mechanism, {code: str(name) for code, name in Mechanism.choices}),
        by_status=_by_status(whole, sold, last_day),
        producers=len(covered),
        producers_without_roster=len(set(sold) - covered),
    )


def _by_status(whole: _Counted, sold: SaleDays, day: date) -> tuple[Cell, ...]:
    linked = HouseholdLink.objects.filter(producer__code__in=list(sold)).values("household_id")
    valid = _in_period(HouseholdStatus.objects.all(), day, day).filter(household_id__in=linked)
    by_status: dict[str, _Counted] = defaultdict(_Counted)
    unnamed = dict(whole.persons)
    for household, status in valid.values_list("household_id", "status"):
        if household in whole.persons:
            by_status[status].persons[household] = whole.persons[household]
            unnamed.pop(household, None)
    if unnamed:
        by_status[""] = _Counted(unnamed)
    labels = {code: str(name) for code, name in HouseholdStatus.Status.choices}
    return _cells(by_status, labels | {"": _("未登记身份")})


def _cells(counted: Mapping[str, _Counted], names: Mapping[str, str]) -> tuple[Cell, ...]:
    return tuple(counted[code].cell(code, names.get(code, code)) for code in sorted(counted))


def _in_period(rows: Rows, first_day: date, last_day: date) -> Rows:
    """Keep dated rows that are valid on some day of a period; both their days are included."""
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=first_day), valid_from__lte=last_day)


def _declared_links(
    sold: SaleDays, first_day: date, last_day: date, county_code: str, district_code: str
) -> list[DeclaredLink]:
    """Return declared links of the period: of producers that sold, and of those in scope.

    A county's producers are in its scope whether or not they sold; everybody is where neither
    county nor district is asked for.
    """
    links = _in_period(DeclaredLink.objects.select_related("producer"), first_day, last_day)
    in_scope = Q(producer__code__in=list(sold))
    if county_code:
        in_scope |= Q(producer__county_id=county_code)
    elif not district_code:
        in_scope = Q()
    return list(links.filter(in_scope).order_by("producer__code", "mechanism", "valid_from"))


def _dividends(links: Iterable[DeclaredLink]) -> Iterable[Dividend]:
    for link in links:
        if link.principal_fen is None or link.rate_bp is None:
            continue
        yield Dividend(
            producer_code=link.producer.code,
            producer_name=link.producer.name,
            principal_fen=link.principal_fen,
            rate_bp=link.rate_bp,
            households=link.households,
            persons=link.persons,
            wording=link.wording,
            source=link.source,
        )


def _declared(
    first_day: date, last_day: date, county_code: str, district_code: str
) -> DeclaredFigure | None:
    """Return the newest number in force that is stated for just this scope, within the period.

    A number of a longer time is left out: of a shorter one it says nothing.
    """
    fact = (
        DeclaredFact.objects.filter(
            Q(period_start=None) | Q(period_start__gte=first_day),
            key=DECLARED_KEY,
            state__in=STATES_IN_FORCE,
            county_code=county_code,
            district_code=district_code,
            period_end__range=(first_day, last_day),
        )
        .order_by("-period_end", "-pk")
        .first()
    )
    if fact is None:
        return None
    return DeclaredFigure(
        value=fact.value,
        unit=fact.unit,
        wording=fact.wording or fact.text,
        bound=fact.bound,
        period_start=fact.period_start,
        period_end=fact.period_end,
        source=fact.source,
    )
