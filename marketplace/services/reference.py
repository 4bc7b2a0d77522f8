"""Writers of seeded districts, centres, pairings and stores. Operators edit the same rows."""

from __future__ import annotations

from datetime import date

from marketplace.models import (
    Centre,
    District,
    DistrictSuccession,
    Pairing,
    RankObservation,
    StoreProfile,
)
from orders.selectors.sales_points import find_sales_point
from products.services.reference_rows import Outcome, add_or_keep


def seed_district(
    *,
    code: str,
    name: str,
    name_pinyin: str,
    name_en: str,
    kind: str,
    valid_from: date | None,
    valid_to: date | None,
    change_note: str,
    source: str,
) -> Outcome:
    """Add a district unless its division code is there; both of its days are included."""
    return add_or_keep(
        District,
        {"code": code},
        {
            "name": name,
            "name_pinyin": name_pinyin,
            "name_en": name_en,
            "kind": kind,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "change_note": change_note,
            "source": source,
        },
    )


def seed_succession(
    *, predecessor: str, successor: str, effective_on: date, precision: str, source: str
) -> Outcome:
    """Add which district followed which, unless the two are there already."""
    return add_or_keep(
        DistrictSuccession,
        {"predecessor_id": predecessor, "successor_id": successor},
        {"effective_on": effective_on, "precision": precision, "source": source},
    )


def seed_pairing(
    *,
    district: str,
    county: str,
    valid_from: date,
    valid_to: date | None,
    precision: str,
    document: str,
    evidence: str,
    source: str,
) -> Outcome:
    """Add a pairing unless the two are paired already, on whatever days.

    The start is known to the year only: where an operator entered the exact day, the seed must
    not come back as a second pairing.
    """
    return add_or_keep(
        Pairing,
        {"district_id": district, "county_id": county},
        {
            "valid_from": valid_from,
            "valid_to": valid_to,
            "precision": precision,
            "document": document,
            "evidence": evidence,
            "source": source,
        },
    )


def seed_centre(
    *, code: str, name: str, sales_point: str, district: str, address: str, source: str
) -> Outcome:
    """Add a centre unless its code is there. Raises UnknownSalesPoint."""
    return add_or_keep(
        Centre,
        {"code": code},
        {
            "name": name,
            "sales_point_id": find_sales_point(sales_point).pk,
            "district_id": district,
            "address": address,
            "source": source,
        },
    )


def seed_store(*, sales_point: str, platform: str, introduction: str, source: str) -> Outcome:
    """Add the profile of a store unless it has one. Raises UnknownSalesPoint."""
    return add_or_keep(
        StoreProfile,
        {"sales_point_id": find_sales_point(sales_point).pk},
        {"platform": platform, "introduction": introduction, "source": source},
    )


def seed_rank(
    *,
    sales_point: str,
    observed_on: date,
    precision: str,
    rank: str,
    points: int | None,
    source: str,
) -> Outcome:
    """Add an observed rank of a store unless that rank is there, on whatever day.

    Raises StoreProfile.DoesNotExist where the store has no profile.
    """
    store = StoreProfile.objects.get(sales_point__code=sales_point)
    return add_or_keep(
        RankObservation,
        {"store_id": store.pk, "rank": rank},
        {
            "observed_on": observed_on,
            "precision": precision,
            "points": points,
            "source": source,
        },
    )
