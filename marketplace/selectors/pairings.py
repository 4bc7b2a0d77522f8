"""Questions about pairings: which were known when, and which hold on a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet

from marketplace.models import Pairing


def pairings_as_of(moment: datetime | None = None) -> QuerySet[Pairing]:
    """Return the entries that stood at a moment, now unless told, by district, county, start.

    An entry that was voided later still stood then, so that an old report is explained by
    what it was made of (docs/decisions/0006-counting.md).
    """
    if moment is None:
        return Pairing.objects.filter(voided_at=None)
    not_yet_voided = Q(voided_at=None) | Q(voided_at__gt=moment)
    return Pairing.objects.filter(not_yet_voided, recorded_at__lte=moment)


def paired_on(day: date, moment: datetime | None = None) -> QuerySet[Pairing]:
    """Return the pairings that hold on a business day, as they were known at a moment."""
    open_or_later = Q(valid_to=None) | Q(valid_to__gte=day)
    return pairings_as_of(moment).filter(open_or_later, valid_from__lte=day)


def overlapping(
    district_id: str, county_id: str, first: date, last: date | None
) -> QuerySet[Pairing]:
    """Return the standing pairings of the two that share a day with [first, last].

    `last` None is open.
    """
    rows = pairings_as_of().filter(district_id=district_id, county_id=county_id)
    if last is not None:
        rows = rows.filter(valid_from__lte=last)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=first))
