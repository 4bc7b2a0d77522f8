"""What was published before: a figure is everything of its scope up to its cut-off."""

from __future__ import annotations

from datetime import date

import pytest

from common.errors import DomainError
from orders.models import DeclaredSale
from orders.selectors.declared import declared_in_force
from orders.services.declaring import approve_declared_sale, declare_sale
from products.models import Category
from tests.orders.declared_builders import JUNE, declared, opening, person, supermarket

pytestmark = pytest.mark.django_db

LATER = date(2020, 6, 30)


def counted(row: DeclaredSale) -> DeclaredSale:
    return approve_declared_sale(row, person("审核乙"))


def test_an_opening_figure_needs_its_source_and_cut_off_only() -> None:
    stated = {"kind": "opening", "period_end": date(2020, 5, 7), "amount_fen": 91_100_000_000}
    row = declare_sale(**stated, source="样例文章", bound="about", actor=person("经办甲"))
    row = counted(row)
    assert (row.helper_district_code, row.county_code, row.channel_class) == ("", "", "")
    assert [one.pk for one in declared_in_force("opening")] == [row.pk]
    with pytest.raises(DomainError) as refused:
        declare_sale(**stated, source="另一篇样例文章", actor=person("经办甲"))
    assert refused.value.code == "declared_twice"


@pytest.mark.parametrize(
    "part",
    [
        {"category_code": "tea"},
        {"channel_class": "centre"},
        {"purchase_mode": "direct_purchase"},
        {"quantity": 3, "quantity_unit": "斤"},
        {"quantity_unit": "斤"},
    ],
)
def test_an_opening_figure_is_no_part_of_its_scope(part: dict) -> None:
    Category.objects.get_or_create(code="tea", defaults={"name": "茶叶"})
    with pytest.raises(DomainError) as refused:
        opening(**part)
    assert refused.value.code == "opening_states_part"
    waiting = opening()
    DeclaredSale.objects.update(**part)
    with pytest.raises(DomainError) as refused:
        counted(waiting)
    assert refused.value.code == "opening_states_part"


@pytest.mark.parametrize(
    ("code", "stated"),
    [
        ("declared_amount_not_valid", {"amount_fen": 0}),
        ("declared_code_unknown", {"helper_district_code": "330199"}),
        ("declared_period_not_valid", {"period_end": date(2099, 12, 31)}),
    ],
)
def test_an_opening_figure_that_cannot_be_is_refused(code: str, stated: dict) -> None:
    with pytest.raises(DomainError) as refused:
        opening(**stated)
    assert refused.value.code == code


def test_one_scope_has_one_figure_up_to_a_cut_off_and_may_have_a_newer_one() -> None:
    counted(opening())
    with pytest.raises(DomainError) as refused:
        opening(amount_fen=60_000_000)
    assert refused.value.code == "declared_twice"
    others = [
        {"period_end": LATER},
        {"county_code": ""},
        {"helper_district_code": ""},
        {"helper_district_code": "330109"},
    ]
    for other in others:
        assert counted(opening(**other)).is_in_force


def test_of_two_figures_that_wait_only_one_can_be_approved() -> None:
    first, second = opening(), opening(amount_fen=60_000_000)
    counted(first)
    with pytest.raises(DomainError) as refused:
        counted(second)
    assert refused.value.code == "declared_twice"


def test_a_correction_may_move_the_cut_off_but_not_the_scope() -> None:
    wrong = counted(opening())
    june = {"period_start": JUNE[0], "period_end": JUNE[1]}
    others = [
        {"kind": "monthly", "sales_point": supermarket()} | june,
        {"county_code": ""},
        {"helper_district_code": ""},
        {"helper_district_code": "330109"},
    ]
    for other in others:
        with pytest.raises(DomainError) as refused:
            opening(replaces=wrong, **other)
        assert refused.value.code == "replaced_not_alike"
    right = counted(opening(replaces=wrong, period_end=LATER))
    assert [one.pk for one in declared_in_force("opening")] == [right.pk]


def test_a_ledger_does_not_meet_an_opening_figure() -> None:
    counted(opening(period_end=LATER))
    assert counted(declared(helper_district_code="330105")).is_in_force
