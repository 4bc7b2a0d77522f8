"""Who benefits from counted sales: by roster, else as declared, else a range.

docs/decisions/0013-beneficiaries.md. The number of queries does not grow with the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.rules.benefit import (
    BENEFICIARIES_KEY,
    Beneficiaries,
    Cell,
    DeclaredFigure,
    Dividend,
    RosterFigure,
    has_day_within,
    kind_of,
)
from marketplace.rules.counting import Asked, Scope, Span
from marketplace.selectors.facts import facts_of
from orders.models import SalesEntry
from products.models import (
    County,
    DeclaredLink,
    HouseholdLink,
    HouseholdStatus,
    Mechanism,
)
from products.rules.benefit import range_of_links

Rows = TypeVar("Rows", bound=QuerySet[Any])
# Days with counted sales, ascending, by producer code.
SaleDays = Mapping[str, list[date]]


def beneficiaries(
    *,
    first_day: date | None,
    last_day: date,
    county_code: str = "",
    district_code: str = "",
    as_of: datetime | None = None,
    is_certified_only: bool = False,
    spans: Sequence[Span] | None = None,
) -> Beneficiaries:
    """Return who benefits from the sales paid on `first_day` to `last_day`, both included.

    `first_day` None is from the beginning. `county_code` keeps sales of that origin county,
    `district_code` those that the district helped, `is_certified_only` those of certified
    goods, `spans` those paid on a day of one of them (None: any day). A household counts once,
    where a producer that it is linked to on a day of payment has sales of that day that still
    stand (net above zero). Its status is that of `last_day`. `as_of` reads ledger rows and
    declared facts as they were known at a moment; rosters and links have no history and are
    read as they are now. Raises ValueError where the last day lies before the first.
    """
    if first_day is not None and last_day < first_day:
        raise ValueError("the last day lies before the first")
    asked = Asked(last_day, first_day, as_of, is_certified_only)
    scope = Scope(district_code, county_code)
    sold = _sale_days(asked, scope, spans)
    roster = _roster(sold, asked)
    links = _declared_links(sold, asked, scope)
    at_work = [
        link
        for link in links
        if has_day_within(sold.get(link.producer.code, []), link.valid_from, link.valid_to)
    ]
    declared = _declared(asked, scope)
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


def _sale_days(asked: Asked, scope: Scope, spans: Sequence[Span] | None) -> SaleDays:
    """Return the days of payment on which each producer has a net above zero."""
    entries = SalesEntry.objects.filter(order_date__lte=asked.last_day).exclude(producer_code="")
    if asked.first_day is not None:
        entries = entries.filter(order_date__gte=asked.first_day)
    if scope.county:
        entries = entries.filter(county_code=scope.county)
    if scope.district:
        entries = entries.filter(helper_district_code=scope.district)
    if asked.as_of is not None:
        entries = entries.filter(recorded_at__lte=asked.as_of)
    if asked.is_certified_only:
        entries = entries.filter(is_certified=True)
    if spans is not None:
        entries = entries.filter(_within(spans))
    sums = entries.values("producer_code", "order_date").annotate(net_fen=Sum("amount_fen"))
    days: dict[str, list[date]] = defaultdict(list)
    for row in sums.filter(net_fen__gt=0).order_by("producer_code", "order_date"):
        days[row["producer_code"]].append(row["order_date"])
    return dict(days)


def _within(spans: Sequence[Span]) -> Q:
    """Build the condition that a sale was paid on a day of one of the spans."""
    found = Q(pk__in=[])
    for span in spans:
        days = Q(order_date__gte=span.first)
        found |= days if span.last is None else days & Q(order_date__lte=span.last)
    return found


@dataclass(slots=True)
class _Counted:
    """Distinct households of one cell: persons by household id."""

    persons: dict[int, int] = field(default_factory=dict)

    def cell(self, code: str, name: str) -> Cell:
        return Cell(code, name, len(self.persons), sum(self.persons.values()))


def _roster(sold: SaleDays, asked: Asked) -> RosterFigure | None:
    """Count by roster; None where no link of the period leads to a producer that sold."""
    links = _in_period(HouseholdLink.objects.all(), asked.first_day, asked.last_day).filter(
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
        by_status=_by_status(whole, sold, asked.last_day),
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


def _in_period(rows: Rows, first_day: date | None, last_day: date) -> Rows:
    """Keep dated rows that are valid on some day of a period; both their days are included."""
    if first_day is not None:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=first_day))
    return rows.filter(valid_from__lte=last_day)


def _declared_links(sold: SaleDays, asked: Asked, scope: Scope) -> list[DeclaredLink]:
    """Return declared links of the period: of producers that sold, and of those in scope.

    A county's producers are in its scope whether or not they sold; everybody is where neither
    county nor district is asked for.
    """
    links = DeclaredLink.objects.select_related("producer")
    in_scope = Q(producer__code__in=list(sold))
    if scope.county:
        in_scope |= Q(producer__county_id=scope.county)
    elif not scope.district:
        in_scope = Q()
    links = _in_period(links, asked.first_day, asked.last_day).filter(in_scope)
    return list(links.order_by("producer__code", "mechanism", "valid_from"))


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


def _declared(asked: Asked, scope: Scope) -> DeclaredFigure | None:
    """Return the number that a report of this period and scope prints among its facts."""
    facts = facts_of(
        district_code=scope.district,
        county_code=scope.county,
        first_day=asked.first_day,
        on=asked.last_day,
        as_of=asked.as_of,
        keys=[BENEFICIARIES_KEY],
    )
    fact = facts.get(BENEFICIARIES_KEY)
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
