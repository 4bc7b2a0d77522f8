"""Households, links and sales of the producers that they are linked to. All made up."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from marketplace.models import DeclaredFact
from marketplace.rules.benefit import Beneficiaries
from orders.services.recording import record_sale
from products.models import DeclaredLink, Household, HouseholdLink, Product
from tests.builders import make_county, make_sales_point, make_sku, moment, reported_sale
from tests.builders import reported_lines as lines
from tests.products.roster_builders import make_producer

MAY = {"first_day": date(2020, 5, 1), "last_day": date(2020, 5, 31)}
JAN_1 = date(2020, 1, 1)
HUANGPING = "522622"


def goods(code: str, producer: str, county: str = HUANGPING) -> None:
    """Put a SKU on the shelf that a producer makes."""
    make_county(HUANGPING, "黄平县")
    make_sku(code, county=county)
    Product.objects.filter(code=code).update(producer=make_producer(producer, county=county))


def sell(number: str, code: str = "QDN-HP-001", day: str = "2020-05-02", **fields: object) -> None:
    point = fields.pop("point", None) or make_sales_point()
    paid_at = moment(f"{day} 10:00:00")
    sold = reported_sale(number, lines=lines([(code, 4500, 1)]), paid_at=paid_at, **fields)
    record_sale(point, sold, source="test")


def household(key: str, persons: int = 4, county: str = HUANGPING) -> Household:
    make_county(county, county)
    return Household.objects.create(
        household_key=key, county_id=county, village="甲村", persons=persons, source="test"
    )


def link(
    home: Household,
    producer: str = "park",
    mechanism: str = "dividend",
    first: date = JAN_1,
    last: date | None = None,
) -> None:
    HouseholdLink.objects.create(
        household=home,
        producer=make_producer(producer),
        mechanism=mechanism,
        valid_from=first,
        valid_to=last,
    )


def declare(producer: str, households: int | None, persons: int | None = None, **fields) -> None:
    values = {"mechanism": "wage", "valid_from": JAN_1, "source": "test", **fields}
    DeclaredLink.objects.create(
        producer=make_producer(producer), households=households, persons=persons, **values
    )


def state(value: int = 1742, **fields) -> DeclaredFact:
    values = {
        "section": "industry",
        "key": "beneficiaries",
        "label": "带动",
        "kind": "count",
        "unit": "名建档立卡贫困户",
        "period_start": date(2020, 5, 1),
        "period_end": date(2020, 5, 31),
        "source": "一份报告",
        "state": "approved",
        "checked_at": timezone.now(),
        **fields,
    }
    return DeclaredFact.objects.create(value=value, **values)


def distinct(found: Beneficiaries) -> tuple[int | None, int | None]:
    assert found.roster is not None
    return found.roster.households, found.roster.persons
