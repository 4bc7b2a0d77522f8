"""Declared facts and attribution decisions on screen."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from accounts.models import Duty, Role
from marketplace.admin.facts import stated_value
from marketplace.models import (
    AttributionDecision,
    Campaign,
    DeclaredFact,
    DistrictSuccession,
    RankObservation,
)
from orders.models import Order
from products.models import DeclaredLink
from tests.back_office import (
    XIAOSHAN,
    desk,
    district_desk,
    list_page,
    page_of,
    steps_shown,
    take,
)
from tests.builders import reported_lines
from tests.marketplace.report_stories import TEA, make_shop, publish, sell

pytestmark = pytest.mark.django_db

ADD = list_page(DeclaredFact) + "add/"


@pytest.fixture
def places(db) -> None:
    call_command("load_seeds", stdout=StringIO())


def fact(**stated: Any) -> dict[str, Any]:
    values = {
        "district_code": "330105",
        "county_code": "522622",
        "section": "outcome",
        "key": "sample_rate",
        "label": "样例比率",
        "kind": "ratio",
        "figure": "95.33",
        "text": "",
        "bound": "exact",
        "unit": "",
        "wording": "95.33%",
        "period_start": "",
        "period_end": "2020-06-30",
        "precision": "day",
        "source": "区里报送",
    }
    return values | stated


@pytest.mark.parametrize(
    ("kind", "figure", "value", "shown"),
    [
        ("ratio", "95.33", 9533, "95.33%"),
        ("money", "1,234.5", 123450, "1,234.50 元"),
        ("money", "１，２３４．５", 123450, "1,234.50 元"),
        ("count", "1742", 1742, "1,742"),
    ],
)
def test_a_figure_is_typed_as_people_write_it_and_kept_whole(
    places, kind: str, figure: str, value: int, shown: str
) -> None:
    office = district_desk("拱墅经办")
    answer = office.post(ADD, fact(kind=kind, figure=figure))
    row = DeclaredFact.objects.get(key="sample_rate")
    assert answer.url == page_of(row)
    assert (row.value, row.state) == (value, "submitted")
    assert stated_value(row) == shown
    assert shown in office.get(list_page(DeclaredFact), {"q": "sample_rate"}).content.decode()


@pytest.mark.parametrize(
    ("kind", "figure"),
    [
        *(("count", "1.5"), ("count", "-1"), ("count", "NaN")),
        *(("money", "1.234"), ("ratio", "x"), ("text", "3")),
        *(("money", "1E-425000000"), ("count", "1e3"), ("count", "12,34"), ("money", "+1")),
    ],
)
def test_a_figure_that_its_kind_does_not_take_is_refused(places, kind: str, figure: str) -> None:
    answer = district_desk("拱墅经办").post(ADD, fact(kind=kind, figure=figure))
    assert "figure" in answer.context["adminform"].form.errors
    assert not DeclaredFact.objects.filter(key="sample_rate").exists()


def test_a_fact_is_checked_by_another_person_of_its_district(places) -> None:
    office = district_desk("拱墅经办")
    office.post(ADD, fact())
    row = DeclaredFact.objects.get(key="sample_rate")
    foreign = district_desk("萧山审核", Duty.APPROVE, XIAOSHAN)
    assert take(foreign, row, "approve").status_code == 404
    checker = district_desk("拱墅审核", Duty.APPROVE)
    assert steps_shown(checker, row) == {"approve", "return"}
    take(checker, row, "approve")
    assert row.state == "approved"
    again = office.post(ADD, fact())
    assert again.status_code == 200
    assert DeclaredFact.objects.filter(key="sample_rate").count() == 1


def test_a_district_states_no_fact_of_another(places) -> None:
    answer = district_desk("萧山经办", code=XIAOSHAN).post(ADD, fact())
    assert "不在您的范围内" in answer.content.decode()
    assert not DeclaredFact.objects.filter(key="sample_rate").exists()


def test_a_campaign_s_credit_is_decided_by_two_people(db) -> None:
    shop = make_shop()
    publish()
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1)]))
    order, campaign = Order.objects.get(), Campaign.objects.get()
    shop.districts.create(district_code="330105")
    office = district_desk("拱墅经办")
    form = {
        "order": order.pk,
        "line": order.lines.get().pk,
        "campaign": campaign.pk,
        "verdict": "exclude",
        "reason": "团购，与活动无关",
    }
    assert office.post(list_page(AttributionDecision) + "add/", form).status_code == 302
    row = AttributionDecision.objects.get()
    assert row.line_key == order.lines.get().line_key
    take(district_desk("拱墅审核", Duty.APPROVE), row, "approve")
    assert row.state == "approved"


def test_a_paper_is_named_without_a_link_for_whom_may_not_open_it(places) -> None:
    paper = SimpleUploadedFile("报表.csv", b"1")
    desk("州经办").post(ADD, fact(uploads=[paper]))
    row = DeclaredFact.objects.get(key="sample_rate")
    assert str(row) == "样例比率 95.33%"
    for client, linked in ((district_desk("拱墅经办"), True), (desk("分析", Role.ANALYST), False)):
        page = client.get(page_of(row)).content.decode()
        assert "报表.csv" in page
        assert (page_of(row.papers.get()) in page) is linked


def test_how_exactly_a_day_is_known_is_chosen(places) -> None:
    office = desk("州经办")
    for model in (DeclaredFact, DeclaredLink, DistrictSuccession, RankObservation):
        page = office.get(list_page(model) + "add/").content.decode()
        assert '<option value="month">' in page
