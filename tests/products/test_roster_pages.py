"""Gift boxes and households on screen."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from products.models import BundleComponent, DeclaredLink, Household, HouseholdStatus, Producer
from tests.back_office import desk, district_desk, list_page, page_of
from tests.builders import make_bundle, make_county, make_sku

pytestmark = pytest.mark.django_db


def county_desk(name: str, code: str, duty: str = Duty.PREPARE):
    return desk(name, Role.COUNTY, duty, ScopeKind.COUNTY, code)


def management(prefix: str, rows: int) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": str(rows), f"{prefix}-INITIAL_FORMS": "0"}


def test_the_parts_of_a_gift_box_are_entered_with_prices_in_yuan() -> None:
    box, tea = make_sku("BOX"), make_sku("TEA")
    box.seller_codes.all().delete()
    form = {
        "code": "BOX", "product": box.product_id, "name": "礼盒", "unit": "盒", "net_content": "",
        "net_grams": "", "price": "168.00", "source": "",
        **management("seller_codes", 0), **management("components", 1),
        "components-0-ordinal": "1", "components-0-component": tea.pk, "components-0-quantity": "2",
        "components-0-reference_price_fen": "59.90",
    }  # fmt: skip
    client = county_desk("雷山", "522634")
    answer = client.post(page_of(box), form)
    assert answer.status_code == 302, answer.context["errors"]
    part = BundleComponent.objects.get()
    assert (part.reference_price_fen, part.quantity, part.bundle) == (5990, 2, box)
    assert "59.90" in client.get(list_page(BundleComponent)).content.decode()
    assert 'value="59.90"' in client.get(page_of(part)).content.decode()
    other = county_desk("黄平", "522622")
    assert other.post(page_of(part), {"ordinal": "2"}).status_code == 403


@pytest.fixture
def household() -> Household:
    return Household.objects.create(
        county=make_county(), village="样例村", household_key="k" * 32, persons=4, source="名册"
    )


def test_a_county_keeps_its_own_households_and_sees_no_others(household: Household) -> None:
    mine, other = county_desk("雷山", "522634"), county_desk("黄平", "522622")
    form = {
        "village": "样例村", "persons": "5", "source": "名册", **management("links", 0),
        **management("statuses", 1), "statuses-0-status": "lifted",
        "statuses-0-valid_from": "2020-11-23",
    }  # fmt: skip
    assert mine.post(page_of(household), form).status_code == 302
    household.refresh_from_db()
    assert household.persons == 5
    assert HouseholdStatus.objects.get().valid_from == date(2020, 11, 23)
    assert other.get(list_page(Household)).context["cl"].result_count == 0
    assert other.get(page_of(household)).status_code == 302
    assert mine.get(list_page(Household) + "add/").status_code == 403
    assert household.household_key not in mine.get(page_of(household)).content.decode()


def test_households_are_not_for_those_who_sell_goods(household: Household) -> None:
    supplier = desk("供应商", Role.SUPPLIER, Duty.READ, ScopeKind.COUNTY, "522634")
    for client in (supplier, district_desk("拱墅经办")):
        assert client.get(list_page(Household)).status_code == 403


def test_a_declared_dividend_is_typed_in_yuan() -> None:
    producer = Producer.objects.create(
        code="P1", name="合作社", kind="cooperative", county=make_county()
    )
    form = {
        "producer": producer.pk, "mechanism": "dividend", "households": "310", "persons": "",
        "principal_fen": "10000.00", "rate_bp": "600", "wording": "", "valid_from": "2018-01-01",
        "valid_to": "", "precision": "year", "source": "样例",
    }  # fmt: skip
    answer = county_desk("雷山", "522634").post(list_page(DeclaredLink) + "add/", form)
    assert answer.status_code == 302, answer.context["errors"]
    assert DeclaredLink.objects.get().principal_fen == 1_000_000


def test_who_only_reads_a_county_writes_neither_its_rows_nor_their_parts() -> None:
    box, tea = make_sku("BOX"), make_sku("TEA")
    box.seller_codes.all().delete()
    office = county_desk("黄平", "522622")
    user = User.objects.get(username="黄平")
    asked = NewRole(Role.COUNTY, Duty.READ, ScopeKind.COUNTY, "522634")
    grant_role(user=user, asked=asked, granted_by=None)
    form = {
        "code": "BOX", "product": box.product_id, "name": "改名", "unit": "盒", "price": "1",
        **management("seller_codes", 0), **management("components", 1),
        "components-0-ordinal": "1", "components-0-component": tea.pk, "components-0-quantity": "2",
        "components-0-reference_price_fen": "59.90",
    }  # fmt: skip
    assert office.post(page_of(box), form).status_code == 403
    assert 'name="components-0-ordinal"' not in office.get(page_of(box)).content.decode()
    part = {"bundle": box.pk, "ordinal": "1", "component": tea.pk, "quantity": "1"}
    part |= {"reference_price_fen": "1"}
    assert office.post(list_page(BundleComponent) + "add/", part).status_code == 403
    box.refresh_from_db()
    assert (box.name, BundleComponent.objects.count()) == ("BOX", 0)


def test_a_box_holds_each_part_once_and_no_other_box() -> None:
    box, inner, tea = make_sku("BOX"), make_bundle("INNER", [("RICE", 1, 500)]), make_sku("TEA")
    salt, add = make_sku("SALT"), list_page(BundleComponent) + "add/"
    office = county_desk("雷山", "522634")
    form = {"bundle": box.pk, "ordinal": "1", "component": tea.pk, "quantity": "1"}
    form |= {"reference_price_fen": "１，２３４．５０"}
    assert office.post(add, form).status_code == 302
    part = BundleComponent.objects.get(bundle=box)
    assert part.reference_price_fen == 123450
    assert office.post(page_of(part), form).status_code == 302
    for stated, sentence in (
        ({}, "这个礼盒的同一序号已有同一天起的登记。"),
        ({"ordinal": "2", "component": inner.pk}, "礼盒里不能再装礼盒。"),
        ({"ordinal": "2", "bundle": tea.pk}, "礼盒里不能再装礼盒。"),
        ({"bundle": salt.pk, "component": salt.pk}, "礼盒不能装自己。"),
        ({"ordinal": "0"}, "序号和数量都从 1 起。"),
        ({"ordinal": "2", "reference_price_fen": "12,34"}, "最多两位小数"),
    ):
        answer = office.post(add, form | stated)
        assert sentence in str(answer.context["errors"]), stated
    assert BundleComponent.objects.count() == 2


def test_two_parts_typed_together_do_not_share_a_number() -> None:
    box, tea = make_sku("BOX"), make_sku("TEA")
    box.seller_codes.all().delete()
    form = {
        "code": "BOX", "product": box.product_id, "name": "礼盒", "unit": "盒", "price": "1",
        **management("seller_codes", 0), **management("components", 2),
    }  # fmt: skip
    for row in ("components-0", "components-1"):
        form |= {f"{row}-ordinal": "1", f"{row}-component": tea.pk, f"{row}-quantity": "1"}
        form |= {f"{row}-reference_price_fen": "1"}
    answer = county_desk("雷山", "522634").post(page_of(box), form)
    assert "同一序号" in answer.content.decode()
    assert not BundleComponent.objects.exists()
