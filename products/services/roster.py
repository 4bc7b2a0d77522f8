"""Write the roster of households, and links that producers declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common.money import parse_yuan
from products.models import (
    County,
    DeclaredLink,
    Household,
    HouseholdLink,
    HouseholdStatus,
    Mechanism,
    Producer,
)
from products.rules.roster import RosterHousehold
from products.services.reference_rows import Outcome, add_or_keep

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RosterOutcome:
    """What became of a roster. households = created + updated + unchanged.

    A household counts as updated where its village, its persons, a status or a link changed or
    was added. `statuses` and `links` are how many the roster states; `*_written` how many of
    them were added or given another end.
    """

    households: int
    created: int
    updated: int
    unchanged: int
    statuses: int
    statuses_written: int
    links: int
    links_written: int


@transaction.atomic
def record_roster(
    households: Sequence[RosterHousehold], *, source: str, actor: User | None = None
) -> RosterOutcome:
    """Add or update the households of a roster with their statuses and links; delete nothing.

    A household, status or link that the roster leaves out stays as it is, and so does an end
    (`valid_to`) where the roster states none: an older file never reopens what has ended.
    `source` is kept on the households that were written. Rosters of one county go one after
    another. Raises KeyError for an unknown producer.
    """
    _take_turns({household.county_code for household in households})
    standing = _standing(households)
    created = {household.key for household in households} - set(standing)
    changed = _write_households(households, standing, source)
    statuses = _write_statuses(households, standing, created)
    links = _write_links(households, standing, created)
    updated = (changed | statuses.keys | links.keys) - created
    outcome = RosterOutcome(
        households=len(households),
        created=len(created),
        updated=len(updated),
        unchanged=len(households) - len(created) - len(updated),
        statuses=sum(len(household.statuses) for household in households),
        statuses_written=statuses.rows,
        links=sum(len(household.links) for household in households),
        links_written=links.rows,
    )
    if created or updated:
        _announce(outcome, source, actor)
    return outcome


def seed_declared_link(
    *,
    producer: str,
    mechanism: str,
    households: int | None,
    persons: int | None,
    principal_yuan: str,
    rate_bp: int | None,
    wording: str,
    valid_from: date,
    valid_to: date | None,
    precision: str,
    source: str,
) -> Outcome:
    """Add what a producer (by code) declares unless it has such a link, from whatever day on.

    The start may be known to the month only: where an operator entered the exact day, the seed
    must not come back as a second link. Raises ValueError for an unknown mechanism or a
    principal that is no amount in yuan, Producer.DoesNotExist for an unknown producer.
    """
    return add_or_keep(
        DeclaredLink,
        {
            "producer_id": Producer.objects.get(code=producer).pk,
            "mechanism": Mechanism(mechanism).value,
        },
        {
            "households": households,
            "persons": persons,
            "principal_fen": parse_yuan(principal_yuan) if principal_yuan else None,
            "rate_bp": rate_bp,
            "wording": wording,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "precision": precision,
            "source": source,
        },
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """How many dated rows were written, and of which households (by key)."""

    rows: int
    keys: set[str]


def _take_turns(counties: set[str]) -> None:
    """Hold the counties' rows to the end of the transaction, in a fixed order."""
    list(County.objects.select_for_update().filter(code__in=counties).order_by("code"))


def _standing(households: Sequence[RosterHousehold]) -> dict[str, Household]:
    """Return the households that are there already, by key, with their statuses and links."""
    found: dict[str, Household] = {}
    for start in range(0, len(households), _ROWS_AT_ONCE):
        keys = [household.key for household in households[start : start + _ROWS_AT_ONCE]]
        rows = Household.objects.filter(household_key__in=keys)
        for row in rows.prefetch_related("statuses", "links"):
            found[row.household_key] = row
    return found


def _write_households(
    households: Sequence[RosterHousehold], standing: dict[str, Household], source: str
) -> set[str]:
    """Add the missing households to `standing` and update changed ones; return their keys."""
    missing, changed = [], []
    for stated in households:
        row = standing.get(stated.key)
        if row is None:
            missing.append(
                Household(
                    county_id=stated.county_code,
                    village=stated.village,
                    household_key=stated.key,
                    persons=stated.persons,
                    source=source,
                )
            )
        elif (row.village, row.persons) != (stated.village, stated.persons):
            row.village, row.persons, row.source = stated.village, stated.persons, source
            changed.append(row)
    for row in Household.objects.bulk_create(missing, batch_size=_ROWS_AT_ONCE):
        standing[row.household_key] = row
    fields = ["village", "persons", "source"]
    Household.objects.bulk_update(changed, fields, batch_size=_ROWS_AT_ONCE)
    return {row.household_key for row in (*missing, *changed)}


def _write_statuses(
    households: Sequence[RosterHousehold], standing: Mapping[str, Household], created: Set[str]
) -> _Written:
    new, ended, keys = [], [], set()
    for stated in households:
        household = standing[stated.key]
        rows = () if stated.key in created else household.statuses.all()
        there = {(row.status, row.valid_from): row for row in rows}
        for status in stated.statuses:
            row = there.get((status.status, status.valid_from))
            if row is None:
                new.append(
                    HouseholdStatus(
                        household=household,
                        status=status.status,
                        valid_from=status.valid_from,
                        valid_to=status.valid_to,
                    )
                )
            elif _ends_otherwise(row, status.valid_to):
                ended.append(row)
            else:
                continue
            keys.add(stated.key)
    HouseholdStatus.objects.bulk_create(new, batch_size=_ROWS_AT_ONCE)
    HouseholdStatus.objects.bulk_update(ended, ["valid_to"], batch_size=_ROWS_AT_ONCE)
    return _Written(len(new) + len(ended), keys)


def _write_links(
    households: Sequence[RosterHousehold], standing: Mapping[str, Household], created: Set[str]
) -> _Written:
    named = {link.producer_code for household in households for link in household.links}
    producers = dict(Producer.objects.filter(code__in=named).values_list("code", "pk"))
    new, ended, keys = [], [], set()
    for stated in households:
        household = standing[stated.key]
        rows = () if stated.key in created else household.links.all()
        there = {(row.producer_id, row.mechanism, row.valid_from): row for row in rows}
        for link in stated.links:
            producer_id = producers[link.producer_code]
            row = there.get((producer_id, link.mechanism, link.valid_from))
            if row is None:
                new.append(
                    HouseholdLink(
                        household=household,
                        producer_id=producer_id,
                        mechanism=link.mechanism,
                        valid_from=link.valid_from,
                        valid_to=link.valid_to,
                    )
                )
            elif _ends_otherwise(row, link.valid_to):
                ended.append(row)
            else:
                continue
            keys.add(stated.key)
    HouseholdLink.objects.bulk_create(new, batch_size=_ROWS_AT_ONCE)
    HouseholdLink.objects.bulk_update(ended, ["valid_to"], batch_size=_ROWS_AT_ONCE)
    return _Written(len(new) + len(ended), keys)


def _ends_otherwise(row: HouseholdStatus | HouseholdLink, stated: date | None) -> bool:
    """Give a standing row the end that a roster states; say whether that changed it."""
    if stated is None or row.valid_to == stated:
        return False
    row.valid_to = stated
    return True


def _announce(outcome: RosterOutcome, source: str, actor: User | None) -> None:
    record_audit_event(
        actor=actor,
        action="roster.imported",
        object_kind="products.household",
        object_key=source[:120],
        changes={
            name: [0, getattr(outcome, name)]
            for name in ("created", "updated", "statuses_written", "links_written")
        },
    )
