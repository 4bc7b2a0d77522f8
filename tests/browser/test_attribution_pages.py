"""An official starts a run, watches it end, and reads why an order counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from marketplace.models import AttributionRun
from marketplace.selectors.attribution import partitions_of
from operations.models import Job
from operations.services.jobs import cancel
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, campaign, day, ledger_of, moment, touch
from tests.workers import run_worker, use_broker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "count-it-all-2020"
LAPTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
PAID = moment("2020-05-02 12:00:00")
PATIENCE_MS = 90_000


@pytest.fixture
def office(page: Page, live_server: LiveServer) -> Page:
    """Return a page on which somebody of the prefecture is signed in."""
    user = User.objects.create_user("zhoupan", password=PASSWORD, is_staff=True)
    asked = NewRole(Role.PREFECTURE, Duty.PREPARE, ScopeKind.EVERYTHING, "")
    grant_role(user=user, asked=asked, granted_by=None)
    page.set_viewport_size(LAPTOP)
    page.goto(f"{live_server.url}/admin/login/")
    page.locator("input[name=username]").fill("zhoupan")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/admin/")
    return page


def picture(page: Page, name: str) -> None:
    page.screenshot(path=settings.TEST_DIR / f"{name}.png", full_page=True)


def test_a_run_is_confirmed_followed_and_tried_again(office: Page, live_server: LiveServer) -> None:
    ledger_of(300)
    with use_broker(""):
        office.goto(f"{live_server.url}/admin/marketplace/attributionrun/")
        office.locator("#run-buttons a", has_text="全量").click()
        expect(office.locator("#run-ask")).to_contain_text("共有 300 个订单")
        picture(office, "run-ask")
        with settings_of_small_batches():
            office.get_by_role("button", name="确认计算").click()
            expect(office.locator("#progress-text")).to_contain_text("等待后台进程")
        picture(office, "run-waiting")
        run = AttributionRun.objects.get()
        failing = partitions_of(run.pk).order_by("-ordinal").first()
        assert failing is not None
        cancel(failing.pk)
        Job.objects.filter(pk=failing.pk).update(state="failed", error_code="OperationalError")
        with run_worker():
            seen = office.locator("#progress-text")
            expect(seen).to_contain_text("正在计算", timeout=PATIENCE_MS)
            picture(office, "run-working")
            expect(office.locator("#run-failed")).to_be_visible(timeout=PATIENCE_MS)
            expect(office.locator("#run-life")).not_to_have_attribute("data-progress", "")
            again = office.get_by_role("button", name="重试失败的批")
            expect(again).to_be_visible(timeout=PATIENCE_MS)
            expect(office.locator("#run-partitions")).to_contain_text("数据库暂时不可用")
            picture(office, "run-failed")
            again.click()
            expect(office.locator("#run-sums")).to_contain_text("两者相等", timeout=PATIENCE_MS)
    picture(office, "run-done")
    run.refresh_from_db()
    assert (run.status, run.orders) == ("done", 300)
    office.set_viewport_size(PHONE)
    picture(office, "run-phone")
    assert office.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def settings_of_small_batches() -> override_settings:
    """Cut runs so small that a page can watch them."""
    return override_settings(ATTRIBUTION_BATCH_ORDERS=2)


def test_an_order_leads_to_its_explanation(office: Page, live_server: LiveServer) -> None:
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    campaign("spring", day("2020-04-01"), day("2020-06-01"))
    campaign("later", day("2020-06-01"), day("2020-07-01"))
    campaign("elsewhere", day("2020-05-01"), day("2020-05-08"), scopes={"county": ["522625"]})
    campaign("strict", day("2020-05-01"), day("2020-05-08"), minimum_level=4)
    touch("buyer", PAID - timedelta(days=7), "spring")
    touch("buyer", PAID - timedelta(days=1), "")
    touch("buyer", PAID - timedelta(hours=3), "mayday", kind="scan")
    sale = Sale("A1", PAID, [Line()], buyer_key="buyer", reference_code="mayday")
    sale.redeem("line", "mayday", 500, voucher="20200501004711")
    sale.refund("line", 3_333)
    attribute("full")
    address = reverse("admin:orders_order_change", args=[sale.order.pk])
    office.goto(f"{live_server.url}{address}")
    office.locator("a", has_text="归因说明").first.click()
    won = office.locator("li[data-outcome=won]").first
    expect(won).to_contain_text("计入，因为它在 2 个符合条件的活动中排在最前")
    expect(won).to_contain_text("消费券 **********4711")
    expect(office.locator("li[data-campaign=later]").first).to_contain_text("在活动开始")
    expect(office.locator("table.path").first).to_contain_text("消费券核销")
    expect(office.locator("section.explained")).to_have_count(2)
    picture(office, "explanation")
    office.set_viewport_size(PHONE)
    picture(office, "explanation-phone")
    assert office.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
