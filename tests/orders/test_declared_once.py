"""The same sales are declared once: which ledgers meet, and which may correct which."""

from __future__ import annotations

from datetime import date

import pytest

from common.errors import DomainError
from operations.services import reviewing
from orders.models import DeclaredSale, SalesPoint, Unit
from orders.services.declaring import approve_declared_sale, submit_declared_sale
from products.models import Category
from tests.builders import make_county, make_sales_point, make_unit
from tests.orders.declared_builders import declared, in_force, person

pytestmark = pytest.mark.django_db

JULY = {"period_start": date(2020, 7, 1), "period_end": date(2020, 7, 31)}


@pytest.fixture
def school() -> Unit:
    return make_unit("school")


@pytest.fixture
def other_shop() -> SalesPoint:
    return make_sales_point("other", channel_class="centre", platform="", shop_name="")


def refusal(**stated: object) -> str:
    with pytest.raises(DomainError) as refused:
        declared(**stated)
    return refused.value.code


def test_the_same_sales_are_not_declared_twice() -> None:
    in_force()
    for again in ({}, {"period_start": date(2020, 6, 30), "period_end": date(2020, 7, 31)}):
        assert refusal(**again) == "declared_twice"
    assert in_force(**JULY).is_in_force


@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("county_code", "522622", "522634"),
        ("category_code", "tea", "grain"),
        ("purchase_mode", "direct_purchase", "assisted_sale"),
    ],
)
def test_a_part_meets_the_whole_whichever_comes_first(name: str, value: str, other: str) -> None:
    make_county("522634", "雷山县")
    for code in ("tea", "grain"):
        Category.objects.get_or_create(code=code, defaults={"name": code})
    in_force(**{name: value})
    assert refusal(**{name: ""}) == "declared_twice"
    assert in_force(**{name: other}).is_in_force
    in_force(**{name: ""}, **JULY)
    assert refusal(**{name: value}, **JULY) == "declared_twice"


def test_ledgers_that_part_in_one_thing_do_not_meet_by_being_whole_in_another() -> None:
    make_county("522634", "雷山县")
    in_force(county_code="522622", purchase_mode="")
    apart = in_force(county_code="522634", purchase_mode="direct_purchase")
    assert apart.is_in_force
    assert refusal(county_code="", purchase_mode="assisted_sale") == "declared_twice"


def test_units_at_one_sales_point_declare_apart_and_never_beside_its_whole(school: Unit) -> None:
    in_force(unit=school)
    assert in_force(unit=make_unit("hospital")).is_in_force
    assert refusal() == "declared_twice"


def test_a_unit_meets_its_purchases_at_every_sales_point(
    school: Unit, other_shop: SalesPoint
) -> None:
    in_force(unit=school)
    assert in_force(unit=school, sales_point=other_shop).is_in_force
    alone = {"unit": school, "sales_point": None}
    assert refusal(**alone) == "declared_twice"
    assert refusal(**alone, channel_class="supermarket") == "declared_twice"
    assert in_force(**alone, channel_class="institution").is_in_force
    in_force(**alone, **JULY)
    assert refusal(unit=school, **JULY) == "declared_twice"
    assert in_force(unit=None, **JULY).is_in_force


def test_no_second_channel_makes_the_sales_of_a_sales_point_others() -> None:
    in_force()
    assert refusal(channel_class="centre") == "declared_twice"


def test_a_correction_may_be_wider_or_narrower_than_what_it_corrects() -> None:
    part = in_force()
    whole = in_force(replaces=part, county_code="")
    assert in_force(replaces=whole).is_in_force


def test_a_correction_speaks_of_the_same_declarer_and_of_days_in_common(
    school: Unit, other_shop: SalesPoint
) -> None:
    wrong = in_force()
    others = [
        {"sales_point": other_shop},
        {"unit": school},
        {"unit": school, "sales_point": None},
        {"kind": "opening", "sales_point": None},
        JULY,
    ]
    for other in others:
        assert refusal(replaces=wrong, **other) == "replaced_not_alike"
    waiting = declared(replaces=wrong, period_end=date(2020, 7, 31))
    DeclaredSale.objects.filter(pk=waiting.pk).update(**JULY)
    with pytest.raises(DomainError) as refused:
        approve_declared_sale(waiting, person("审核乙"))
    assert refused.value.code == "replaced_not_alike"
    wrong.refresh_from_db()
    assert wrong.is_in_force


def test_what_is_corrected_must_be_in_force() -> None:
    waiting = declared()
    assert refusal(replaces=waiting) == "replaced_not_in_force"
    wrong = approve_declared_sale(waiting, person("审核乙"))
    first, second = declared(replaces=wrong), declared(replaces=wrong, county_code="")
    approve_declared_sale(first, person("审核乙"))
    with pytest.raises(DomainError) as refused:
        approve_declared_sale(second, person("审核乙"))
    assert refused.value.code == "replaced_not_in_force"
    assert refusal(replaces=wrong) == "replaced_not_in_force"


def test_what_was_given_back_is_checked_again_when_handed_in_again() -> None:
    row = reviewing.give_back(declared(), person("审核乙"), "缺少盖章页")
    papers = list(row.papers.all())
    row.papers.clear()
    with pytest.raises(DomainError) as refused:
        submit_declared_sale(row, person("经办甲"))
    assert refused.value.code == "declared_papers_missing"
    row.papers.set(papers)
    standing = in_force()
    with pytest.raises(DomainError) as refused:
        submit_declared_sale(row, person("经办甲"))
    assert refused.value.code == "declared_twice"
    row.refresh_from_db()
    assert (row.state, row.return_reason) == ("returned", "缺少盖章页")
    reviewing.confirm_revocation(
        reviewing.ask_revocation(standing, person("经办甲"), "重复"), person("审核乙")
    )
    row = submit_declared_sale(row, person("经办丙"))
    assert (row.state, row.made_by, row.return_reason) == ("submitted", person("经办丙"), "")
