"""A district declares a sale with its paper, and another person of the office approves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from orders.models import DeclaredSale
from tests.builders import make_county, make_district, make_sales_point

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "two-people-2020"
LAPTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def site(live_server: LiveServer) -> LiveServer:
    """Return the site with one centre of 拱墅 and two people of its office."""
    make_county("522622", "黄平县")
    make_district("330105")
    make_sales_point("fenghuang", name="凤凰山展销中心", channel_class="centre", district="330105")
    for name, duty in (("jingban", Duty.PREPARE), ("shenhe", Duty.APPROVE)):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        asked = NewRole(Role.DISTRICT, duty, ScopeKind.DISTRICT, "330105")
        grant_role(user=user, asked=asked, granted_by=None)
    return live_server


def sign_in(page: Page, site: LiveServer, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{site.url}/admin/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{site.url}/admin/")


def fill_in(page: Page, paper: Path) -> None:
    """Fill the form in as a maker does, choosing the sales point from the search."""
    page.locator("select[name=kind]").select_option("monthly")
    page.locator(".field-sales_point .select2-selection").click()
    page.locator(".select2-search__field").fill("凤凰山")
    page.get_by_role("option", name="凤凰山展销中心").click()
    page.locator("input[name=period_start]").fill("2020-06-01")
    page.locator("input[name=period_end]").fill("2020-06-30")
    page.locator("input[name=amount_fen]").fill("12345.67")
    page.locator("select[name=county_code]").select_option("522622")
    page.locator("input[name=source]").fill("六月销售台账")
    page.locator("input[name=uploads]").set_input_files([paper])


def test_one_declares_with_a_paper_and_another_approves(page: Page, site: LiveServer) -> None:
    paper = Path(settings.TEST_DIR) / "六月台账.csv"
    paper.write_text("样例", encoding="utf-8")
    page.set_viewport_size(LAPTOP)
    sign_in(page, site, "jingban")
    page.goto(f"{site.url}/admin/orders/declaredsale/add/")
    fill_in(page, paper)
    page.screenshot(path=settings.TEST_DIR / "declare.png", full_page=True)
    page.locator("button[name=_save]").click()
    expect(page.locator("#review-steps")).to_contain_text("待审核")
    expect(page.get_by_role("button", name="审核通过")).to_have_count(0)
    address = page.url

    sign_in(page, site, "shenhe")
    page.goto(address)
    expect(page.locator("#content-main")).to_contain_text("12,345.67")
    page.screenshot(path=settings.TEST_DIR / "check.png", full_page=True)
    page.get_by_role("link", name="退回").click()
    expect(page.get_by_label("原因")).to_be_visible()
    page.screenshot(path=settings.TEST_DIR / "reason.png", full_page=True)
    page.get_by_role("link", name="取消").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="六月台账.csv").click()
        page.get_by_role("button", name="下载").click()
    assert download.value.path().read_text(encoding="utf-8") == "样例"
    page.goto(address)
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("已审核通过。")).to_be_visible()
    expect(page.locator("#review-steps")).to_contain_text("已审核")
    assert DeclaredSale.objects.get().state == "approved"


@pytest.mark.parametrize("path", ["add/", ""])
def test_declaring_fits_a_phone(page: Page, site: LiveServer, path: str) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, site, "jingban")
    page.goto(f"{site.url}/admin/orders/declaredsale/{path}")
    page.screenshot(path=settings.TEST_DIR / "phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
