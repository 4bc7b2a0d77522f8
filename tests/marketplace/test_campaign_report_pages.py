"""Report pages and the report API: who may read, what they show, that they agree."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services.roles import NewRole, grant_role
from marketplace.pages import campaigns as pages
from tests.builders import make_sales_point, reported_lines
from tests.marketplace.report_stories import (
    RICE,
    TEA,
    attribute,
    make_shop,
    publish,
    report,
    sell,
)

pytestmark = pytest.mark.django_db
PAGES = ["/reports/", "/reports/campaigns/mayday/", "/reports/campaigns/mayday/lines/"]
API = ["/api/v1/reports/campaigns/", "/api/v1/reports/campaigns/mayday/"]


@pytest.fixture
def sold():
    shop = make_shop()
    publish()
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1), (RICE, 4500, 2)]), buyer="tb_secret")
    sell(shop, 2)
    attribute()


def staff(*roles: NewRole) -> Client:
    user = User.objects.create_user(f"user{User.objects.count()}", is_staff=True)
    for role in roles:
        grant_role(user=user, asked=role, granted_by=None)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def official(sold) -> Client:
    return staff(NewRole("work_team", "read", "everything", ""))


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_led_to_the_sign_in(sold, address) -> None:
    for client in (Client(), _signed_in_without_staff()):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/?next=/reports/")


def _signed_in_without_staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("shopper"))
    return client


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(
    "role",
    [
        None,
        NewRole("county", "prepare", "county", "522634"),
        NewRole("store_operator", "prepare", "sales_point", "xunqianji"),
    ],
    ids=["no role", "county", "store"],
)
def test_a_narrower_reach_is_refused_with_a_sentence(sold, address, role) -> None:
    answer = staff(*([role] if role else [])).get(address)
    assert answer.status_code == 403
    assert "角色范围不是“全部”" in answer.text
    assert "433.00" not in answer.text


def test_the_list_leads_to_the_report_and_the_report_to_its_lines(official) -> None:
    listed = official.get("/reports/").text
    assert 'href="/reports/campaigns/mayday/"' in listed
    assert "426.00" in listed
    page = official.get("/reports/campaigns/mayday/").text
    links = re.findall(r'href="(/reports/campaigns/mayday/lines/\?[^"]*county=522634[^"]*)"', page)
    assert links
    lines = official.get(links[0].replace("&amp;", "&")).text
    assert "336.00" in lines
    assert "雷山县" in lines
    assert "90.00" not in lines


def test_the_lines_say_nothing_of_buyers(official) -> None:
    lines = official.get("/reports/campaigns/mayday/lines/").text
    assert "954000000000000001" in lines
    for secret in ("tb_secret", "样甲", "12000000001", "样例街道"):
        assert secret not in lines


def test_lines_come_in_pages_and_every_page_states_the_whole_sum(official, monkeypatch) -> None:
    monkeypatch.setattr(pages, "PAGE_ORDERS", 1)
    first = official.get("/reports/campaigns/mayday/lines/").text
    [following] = re.findall(r'href="(\?[^"]*after=[^"]*)" rel="next"', first)
    second = official.get(f"/reports/campaigns/mayday/lines/{following}").text
    assert "954000000000000001" in first
    assert "954000000000000002" not in first
    assert "954000000000000002" in second
    assert 'rel="next"' not in second
    assert "426.00" in first
    assert "426.00" in second


@pytest.mark.parametrize(
    "query",
    [
        *("model=markov", "basis=x", "view=1", "day=2020-13-01", "day=x", "evidence=9"),
        *("evidence=x", "after=-1", "after=x", "after=" + "9" * 30, "county=%00"),
        "county=" + "1" * 99,
    ],
)
def test_an_address_that_cannot_be_read_is_refused(official, query) -> None:
    answer = official.get(f"/reports/campaigns/mayday/lines/?{query}")
    assert answer.status_code == 400


def test_an_unknown_campaign_is_not_found(official) -> None:
    for address in ("/reports/campaigns/nosuch/", "/reports/campaigns/nosuch/lines/"):
        assert official.get(address).status_code == 404
    answer = official.get("/api/v1/reports/campaigns/nosuch/")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_campaign")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_before_any_run_the_pages_say_so(db) -> None:
    make_shop()
    publish()
    reader = staff(NewRole("work_team", "read", "everything", ""))
    assert "尚未计算归因" in reader.get("/reports/").text
    answer = reader.get("/reports/campaigns/mayday/")
    assert (answer.status_code, "尚未计算归因" in answer.text) == (409, True)
    assert reader.get("/api/v1/reports/campaigns/mayday/").json()["code"] == "not_attributed"


@pytest.mark.parametrize(
    "query", ["", "?model=participation", "?basis=consumer_paid&view=cash", "?model=linear"]
)
def test_the_api_answers_an_analyst_what_the_command_prints(sold, query) -> None:
    analyst = staff(NewRole("analyst", "read", "everything", ""))
    answer = analyst.get(f"/api/v1/reports/campaigns/mayday/{query}")
    options = re.findall(r"(\w+)=(\w+)", query)
    out = StringIO()
    call_command("campaign_report", "mayday", "--json", stdout=out, **dict(options))
    assert answer.json() == json.loads(out.getvalue())


def test_the_api_list_is_paged_and_bounded(official) -> None:
    publish("second", starts_at=report().window.start.replace(day=2))
    answer = official.get("/api/v1/reports/campaigns/?page_size=1").json()
    assert set(answer) == {"count", "next", "previous", "results"}
    assert (answer["count"], len(answer["results"])) == (2, 1)
    assert answer["results"][0]["campaign"] == "second"
    rows = official.get("/api/v1/reports/campaigns/?page_size=9999").json()["results"]
    assert [(row["campaign"], row["net_fen"]) for row in rows] == [("second", 0), ("mayday", 42600)]
    assert official.get("/api/v1/reports/campaigns/?page=9").json()["code"] == "not_found"


@pytest.mark.parametrize("address", API)
def test_the_api_is_for_staff_whose_reach_is_everything(sold, address) -> None:
    for client in (
        Client(),
        _signed_in_without_staff(),
        staff(NewRole("county", "prepare", "county", "522634")),
    ):
        answer = client.get(address)
        assert answer.status_code == 403
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] in {"not_authenticated", "permission_denied"}


def test_the_api_names_a_wrong_choice(official) -> None:
    answer = official.get("/api/v1/reports/campaigns/mayday/?model=markov")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["model"])


@pytest.mark.parametrize("address", [*PAGES, *API])
def test_pages_ask_the_database_as_often_for_many_orders_as_for_few(official, address) -> None:
    official.get(address)
    with CaptureQueriesContext(connection) as few:
        official.get(address)
    shop = make_sales_point("second", name="二店")
    for number in range(10, 30):
        sell(shop, number)
    attribute()
    with CaptureQueriesContext(connection) as many:
        official.get(address)
    assert len(many) == len(few)
