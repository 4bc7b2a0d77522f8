"""Pairings on screen: entered once, then changed, ended or corrected, each office its own."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent, Duty, Role
from marketplace.models import Pairing
from tests.back_office import (
    desk,
    district_desk,
    list_page,
    page_of,
    said,
    step_of,
    steps_shown,
    take,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(db) -> Pairing:
    """Return 拱墅's own pairing, as seeded."""
    call_command("load_seeds", stdout=StringIO())
    return Pairing.objects.get(district_id="330105")


def entry(**stated: Any) -> dict[str, Any]:
    values = {
        "district": "330105",
        "county": "522634",
        "valid_from": "2019-01-01",
        "valid_to": "",
        "precision": "day",
        "document": "文号1",
        "evidence": "",
        "source": "区政府文件",
    }
    return values | stated


def test_an_entered_pairing_cannot_be_edited_even_by_a_superuser(
    mine: Pairing, admin_client
) -> None:
    page = admin_client.get(page_of(mine))
    assert page.status_code == 200
    assert ">年<" in page.content.decode().replace(" ", "").replace("\n", "")
    assert admin_client.post(page_of(mine), entry()).status_code == 403
    assert admin_client.post(page_of(mine).replace("/change/", "/delete/")).status_code == 403
    mine.refresh_from_db()
    assert mine.county_id == "522622"


def test_a_district_enters_its_own_pairing_and_no_other(mine: Pairing) -> None:
    office = district_desk("拱墅经办")
    add = list_page(Pairing) + "add/"
    assert office.post(add, entry()).status_code == 302
    refused = office.post(add, entry(district="330127"))
    assert "不在您的范围内" in refused.content.decode()
    overlapping = office.post(add, entry(valid_from="2020-01-01"))
    assert "日期重叠" in overlapping.content.decode()
    assert Pairing.objects.filter(county_id="522634", district_id="330105").count() == 1
    assert AuditEvent.objects.filter(action="pairing.started").count() == 1


def test_a_district_changes_its_own_pairing_from_a_day_on(mine: Pairing) -> None:
    office = district_desk("拱墅经办")
    asked = office.get(step_of(mine, "change"))
    assert asked.context["form"]["county"].value() == mine.county_id
    form = {
        "from_day": "2019-07-01",
        "district": "330105",
        "county": "522634",
        "document": "文号2",
        "source": "区政府文件",
    }
    answer = take(office, mine, "change", **form)
    assert said(answer) == ["已变更结对。"]
    assert mine.valid_to == date(2019, 6, 30)
    new = Pairing.objects.get(district_id="330105", county_id="522634")
    assert answer.url == page_of(new)
    assert "拱墅区–雷山县" in office.get(answer.url).content.decode()
    assert (new.valid_from, new.document) == (date(2019, 7, 1), "文号2")
    away = take(office, new, "change", **(form | {"district": "330127", "from_day": "2019-08-01"}))
    assert "不在您的范围内" in said(away)[-1]
    assert new.valid_to is None


def test_a_correction_voids_and_replaces_and_says_why(mine: Pairing) -> None:
    office = district_desk("拱墅经办")
    form = entry(county="522631", valid_from="2013-01-01", precision="year", reason="县名抄错")
    nothing_said = take(office, mine, "correct", **(form | {"reason": " "}))
    assert nothing_said.status_code == 200
    assert mine.voided_at is None
    assert said(take(office, mine, "correct", **form))[-1] == "已更正登记，原登记已作废。"
    assert (mine.void_reason, mine.voided_by.username) == ("县名抄错", "拱墅经办")
    assert "县名抄错" in office.get(page_of(mine)).content.decode()
    assert steps_shown(office, mine) == set()
    right = mine.replaced_by.get()
    assert steps_shown(office, right) == {"change", "end", "correct"}
    banner = office.get(page_of(mine)).content.decode()
    assert "已作废" in banner
    assert f'href="{page_of(right)}"' in banner


def test_a_pairing_is_ended_by_its_office_or_by_who_reaches_everything(mine: Pairing) -> None:
    form = {"last_day": "2021-05-31", "document": "杭办〔2021〕1号"}
    other = Pairing.objects.get(district_id="330127")
    office = district_desk("拱墅经办")
    assert take(office, other, "end", **form).status_code == 403
    assert office.get(step_of(other, "end")).status_code == 403
    assert steps_shown(office, other) == set()
    reading = district_desk("拱墅查看", Duty.READ)
    assert take(reading, mine, "end", **form).status_code == 403
    take(desk("杭州", Role.CITY), other, "end", **form)
    take(office, mine, "end", **form)
    assert (mine.valid_to, other.valid_to) == (date(2021, 5, 31), date(2021, 5, 31))


def test_seeds_loaded_again_bring_no_corrected_or_changed_pairing_back(mine: Pairing) -> None:
    form = entry(county="522631", valid_from="2013-01-01", precision="year", reason="县名抄错")
    take(district_desk("拱墅经办"), mine, "correct", **form)
    before = Pairing.objects.count()
    call_command("load_seeds", stdout=StringIO())
    assert Pairing.objects.count() == before


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_days_beyond_the_accepted_years_are_refused_in_words(mine: Pairing, day: str) -> None:
    office = district_desk("拱墅经办")
    steps = {
        "change": {
            "from_day": day, "district": "330105", "county": "522634", "document": "文号",
            "source": "来源",
        },
        "end": {"last_day": day, "document": "文号"},
        "correct": entry(valid_to=day, reason="抄错"),
    }  # fmt: skip
    for name, form in steps.items():
        assert "日期超出范围" in said(take(office, mine, name, **form))[-1], name
    assert (mine.valid_to, mine.voided_at) == (None, None)
