"""Titles, columns and choices name things as people do, with links only where they lead."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Duty, User
from orders.models import (
    CountedStage,
    ExclusionDecision,
    LedgerCorrection,
    LinkedOrders,
    Order,
    SalesPoint,
    SponsorshipAgreement,
    UnitDistrict,
)
from products.models import (
    BundleComponent,
    DeclaredLink,
    Household,
    HouseholdLink,
    HouseholdStatus,
    Producer,
)
from tests.back_office import district_desk, list_page, page_of
from tests.builders import (
    make_bundle,
    make_county,
    make_district,
    make_sales_point,
    make_sku,
    make_unit,
)
from tests.orders.test_decision_pages import TEA, sold
from tests.orders.test_review_pages import declared

pytestmark = pytest.mark.django_db

DAY = date(2020, 5, 1)


@pytest.fixture
def point(db) -> SalesPoint:
    make_district("330105")
    return make_sales_point("fenghuang", name="凤凰山展销中心", district="330105")


@pytest.fixture
def order(point: SalesPoint) -> Order:
    make_sku(TEA)
    return sold(point, 1)


def test_titles_name_and_do_not_number(point: SalesPoint) -> None:
    unit = make_unit("gonghui", name="样例工会", district="330105")
    make_bundle("BOX", [("TEA", 1, 500)])
    producer = Producer.objects.create(
        code="P1", name="样例合作社", county=make_county(), kind="cooperative", source="来源"
    )
    home = Household.objects.create(
        county=make_county(), village="样例村", household_key="k", persons=4, source="名册"
    )
    stated = {"sales_point": point, "valid_from": DAY}
    titles = [
        (
            LedgerCorrection(sales_point=point, first_day=DAY, last_day=DAY),
            "凤凰山展销中心 2020-05",
        ),
        (UnitDistrict.objects.get(unit=unit), "样例工会 330105"),
        (SponsorshipAgreement(**stated, document="文号"), "凤凰山展销中心"),
        (CountedStage(**stated, counted="sales"), "凤凰山展销中心 计销售"),
        (BundleComponent.objects.get(), "BOX #1 TEA"),
        (home, "雷山县 样例村"),
        (HouseholdStatus(household=home, status="lifted"), "脱贫户"),
        (HouseholdLink(household=home, producer=producer, mechanism="wage"), "样例合作社 务工"),
        (DeclaredLink(producer=producer, mechanism="dividend"), "样例合作社 分红"),
    ]
    for row, words in titles:
        assert words in str(row)


def test_a_line_is_chosen_and_shown_by_title_quantity_and_amount(order: Order) -> None:
    office, line = district_desk("经办甲"), order.lines.get()
    told = f"{line.title} ×2 336.00"
    query = {"app_label": "orders", "model_name": "linediscount", "field_name": "line"}
    found = office.get(reverse("admin:autocomplete"), query | {"term": order.number}).json()
    assert [one["text"] for one in found["results"]] == [told]
    form = {"order": order.pk, "line": line.pk, "reason": "test", "evidence": "测试"}
    office.post(list_page(ExclusionDecision) + "add/", form)
    row = ExclusionDecision.objects.get()
    for page in (page_of(row), list_page(ExclusionDecision)):
        assert told in office.get(page).content.decode()


def test_two_orders_are_told_apart_in_the_list(order: Order, point: SalesPoint) -> None:
    second = sold(point, 2)
    LinkedOrders.objects.create(order=order, duplicate=second, ground="stated")
    page = district_desk("经办甲").get(list_page(LinkedOrders)).content.decode()
    for one in (order, second):
        assert f"{one.number} 凤凰山展销中心 336.00" in page


def test_people_are_named_without_links(point: SalesPoint) -> None:
    make_county("522622", "黄平县")
    row = declared(point)
    page = district_desk("审核乙", Duty.APPROVE).get(page_of(row)).content.decode()
    maker = User.objects.get(username="经办甲")
    assert str(maker) in page
    assert f"/admin/accounts/user/{maker.pk}/" not in page


def test_papers_are_linked_for_whom_may_open_them(point: SalesPoint) -> None:
    make_county("522622", "黄平县")
    row = declared(point)
    paper = row.papers.get()
    page = district_desk("审核乙", Duty.APPROVE).get(page_of(row)).content.decode()
    assert page_of(paper) in page


def test_a_form_says_what_to_fill_in(point: SalesPoint) -> None:
    office = district_desk("经办甲")
    page = office.get(reverse("admin:orders_declaredsale_add")).content.decode()
    for words in ("期初累计：只填区、县和截止日。", "选多于。", "照抄来源中的写法"):
        assert words in page
    page = office.get(reverse("admin:orders_refundcorrection_add")).content.decode()
    assert "不是差额" in page
    page = office.get(reverse("admin:orders_ledgercorrection_add")).content.decode()
    assert "没有变化的订单不写入" in page
