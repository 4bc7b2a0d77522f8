"""Sales points, units and their dated rows: what cannot be is refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orders.models import (
    CountedStage,
    LedgerCorrection,
    SalesPoint,
    SalesPointDistrict,
    SponsorshipAgreement,
    Unit,
    UnitDistrict,
)
from tests.back_office import desk, district_desk, list_page, page_of
from tests.builders import make_sales_point, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db) -> Client:
    return desk("州经办")


@pytest.fixture
def point(db) -> SalesPoint:
    return make_sales_point("fenghuang", channel_class="centre", district="330105")


def refused(answer: Any) -> str:
    """Return what the form says."""
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    return " ".join(text for texts in form.errors.values() for text in texts)


def dated(**stated: Any) -> dict[str, Any]:
    return {"valid_from": "2020-01-01", "valid_to": "", "source": "来源"} | stated


@pytest.mark.parametrize("model", [UnitDistrict, SalesPointDistrict, SponsorshipAgreement])
def test_a_district_is_six_digits(office: Client, point: SalesPoint, model: type) -> None:
    unit = make_unit("gonghui")
    rest = {"unit": unit.pk, "sales_point": point.pk, "document": "文号"}
    add, before = list_page(model) + "add/", model.objects.count()
    for code in ("拱墅区", "33010", "33010x", "３３０１０５"):
        answer = office.post(add, dated(district_code=code, **rest))
        assert "六位行政区划代码" in refused(answer), code
    assert model.objects.count() == before
    assert office.post(add, dated(district_code="330105", **rest)).status_code == 302


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ({"valid_to": "2019-12-31"}, "止日不能早于起日。"),
        ({"valid_from": "0001-01-01"}, "2000 年至 2099 年"),
        ({"valid_to": "9999-12-31"}, "2000 年至 2099 年"),
        ({"valid_from": "2018-01-01"}, "这个销售点已有同一天起的计入环节。"),
    ],
)
def test_a_dated_row_says_what_is_wrong_with_its_days(
    office: Client, point: SalesPoint, stated: dict[str, str], sentence: str
) -> None:
    CountedStage.objects.create(
        sales_point=point, counted="sales", valid_from="2018-01-01", source="来源"
    )
    form = dated(sales_point=point.pk, counted="purchases", **stated)
    text = refused(office.post(list_page(CountedStage) + "add/", form))
    assert sentence in text
    assert "countedstage" not in text


def test_a_unit_is_no_superior_of_itself(office: Client, point: SalesPoint) -> None:
    top = make_unit("top")
    below = make_unit("below", parent=top)
    lowest = make_unit("lowest", parent=below)
    form = {"name": "单位", "kind": "government", "source": "", "code": "top"}
    form |= {"districts-TOTAL_FORMS": "0", "districts-INITIAL_FORMS": "0"}
    for parent in (top, below, lowest):
        text = refused(office.post(page_of(top), form | {"parent": parent.pk}))
        assert text == "单位不能是自己的上级，也不能互为上级。"
    Unit.objects.filter(pk=top.pk).update(parent=lowest)
    answer = office.post(list_page(Unit) + "add/", form | {"code": "new", "parent": below.pk})
    assert "互为上级" in refused(answer)
    answer = office.post(
        list_page(Unit) + "add/", form | {"code": "new", "resells_at": point.pk, "parent": ""}
    )
    assert refused(answer) == "填了转售的销售点，就须勾选“转售单位”。"


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2020-05-02", "2020-05-01", "止日不能早于起日。"),
        ("0001-01-01", "2020-05-01", "日期超出范围。"),
        ("2020-05-01", "9999-12-31", "日期超出范围。"),
    ],
)
def test_a_correction_takes_days_that_can_be(
    point: SalesPoint, first: str, last: str, sentence: str
) -> None:
    form = {"sales_point": point.pk, "first_day": first, "last_day": last, "reason": "登记有误"}
    answer = district_desk("经办甲").post(list_page(LedgerCorrection) + "add/", form)
    assert refused(answer) == sentence
    assert not LedgerCorrection.objects.exists()
