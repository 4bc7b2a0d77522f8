"""The report pages in a real browser: sign in, read, open a figure, on a phone and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.services.roles import NewRole, grant_role
from tests.builders import reported_lines
from tests.marketplace.report_stories import RICE, TEA, attribute, make_shop, publish, sell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "read-only-2020"


@pytest.fixture
def site(live_server: LiveServer) -> LiveServer:
    """Return the site with one sold campaign and an official who may read it."""
    shop = make_shop()
    publish()
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1), (RICE, 4500, 2)]))
    sell(shop, 2, subsidies=(("platform", 300),))
    attribute()
    user = User.objects.create_user("official", password=PASSWORD, is_staff=True)
    grant_role(user=user, asked=NewRole("work_team", "read", "everything", ""), granted_by=None)
    return live_server


def sign_in(page: Page, site: LiveServer) -> None:
    page.goto(f"{site.url}/reports/")
    page.locator("input[name=username]").fill("official")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{site.url}/reports/")


def test_an_official_signs_in_reads_and_opens_a_figure_into_its_lines(
    page: Page, site: LiveServer
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, site)
    page.get_by_role("link", name="mayday").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("mayday")
    expect(page.get_by_role("table", name="合计")).to_contain_text("426.00")
    expect(page.locator("svg rect")).to_have_count(3)
    page.get_by_role("table", name="按县（市）").get_by_role("link", name="雷山县").click()
    expect(page.locator(".headline")).to_contain_text("336.00")
    expect(page.get_by_role("table", name="订单行").get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name="返回报告").click()
    page.get_by_role("link", name="参与口径").click()
    expect(page).to_have_url(
        f"{site.url}/reports/campaigns/mayday/?model=participation&basis=transaction&view=cohort"
    )
    outside = [url for url in asked if not url.startswith((site.url, "data:"))]
    assert outside == []


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_never_scrolls_sideways(page: Page, site: LiveServer, width: int) -> None:
    sign_in(page, site)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("", "campaigns/mayday/", "campaigns/mayday/lines/"):
        page.goto(f"{site.url}/reports/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_the_navigation_is_gone_and_every_table_is_whole(
    page: Page, site: LiveServer
) -> None:
    sign_in(page, site)
    page.goto(f"{site.url}/reports/campaigns/mayday/")
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    assert page.locator(".scroll").first.evaluate("e => getComputedStyle(e).overflowX") == "visible"
