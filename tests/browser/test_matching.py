"""An operator finds what waits, clicks once, and the orders say which SKU it is."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from operations.models import Job
from operations.services.running import run_job
from orders.models import GoodsMatch, OrderLine
from orders.services.matching import run_matching
from orders.services.recording import record_sale
from products.models import Sku
from tests.browser.test_declaring import LAPTOP, PASSWORD, PHONE, sign_in
from tests.builders import make_sales_point, make_sku, reported_lines, reported_sale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEA = "【消费扶贫】雷山银球茶 250g 礼盒 寻黔记"
HONEY = "锦屏野桂花蜂蜜 500g"


@pytest.fixture
def site(live_server: LiveServer) -> LiveServer:
    """Return the site with one shop, three SKUs, and two kinds of goods that wait."""
    for code, name, content in (
        ("QDN-LS-001", "雷山银球茶", "250g"),
        ("QDN-LS-009", "雷山银球茶", "500g"),
        ("QDN-JP-002", "锦屏野桂花蜜", "500g"),
    ):
        sku = make_sku(code)
        Sku.objects.filter(pk=sku.pk).update(name=name, net_content=content)
    store = make_sales_point()
    for number, (title, price) in enumerate(((TEA, 16800), (TEA, 16800), (HONEY, 5900)), 1):
        line = reported_lines([(title, price, 1)], codes=False)
        sale = reported_sale(f"95400000000000000{number}", lines=line)
        record_sale(store, sale, source="test")
    user = User.objects.create_user("yunying", password=PASSWORD, is_staff=True)
    asked = NewRole(Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, store.code)
    grant_role(user=user, asked=asked, granted_by=None)
    return live_server


def work() -> None:
    """Do what the worker would."""
    for job in Job.objects.filter(kind="matching", state="pending"):
        assert run_job(job.pk, run_matching)


def codes() -> list[str | None]:
    return list(OrderLine.objects.order_by("order__number").values_list("sku__code", flat=True))


def test_one_click_gives_the_lines_their_sku(page: Page, site: LiveServer) -> None:
    page.set_viewport_size(LAPTOP)
    sign_in(page, site, "yunying")
    page.get_by_role("heading", name="导入").click()
    page.get_by_role("link", name="待匹配商品").click()
    first = page.locator(".waiting-goods").first
    expect(first).to_contain_text("2 行，成交 336.00 元")
    page.screenshot(path=settings.TEST_DIR / "waiting.png", full_page=True)

    expect(first.locator("button.suggestion").first).to_contain_text("QDN-LS-001")
    first.locator("button.suggestion").first.click()
    expect(page.get_by_text("正在更新订单。")).to_be_visible()
    work()
    assert codes() == ["QDN-LS-001", "QDN-LS-001", None]


def test_another_choice_is_found_by_searching(page: Page, site: LiveServer) -> None:
    page.set_viewport_size(LAPTOP)
    sign_in(page, site, "yunying")
    page.goto(f"{site.url}/admin/orders/goodsmatch/waiting/")
    honey = page.locator(".waiting-goods").nth(1)
    honey.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("JP-002")
    page.get_by_role("option", name="QDN-JP-002").click()
    page.screenshot(path=settings.TEST_DIR / "choosing.png", full_page=True)
    honey.get_by_role("button", name="匹配", exact=True).click()
    expect(page.get_by_text("正在更新订单。")).to_be_visible()
    work()
    assert codes() == [None, None, "QDN-JP-002"]

    page.get_by_role("link", name="已匹配的商品").click()
    expect(page.locator("#result_list")).to_contain_text("yunying")
    page.locator("#result_list a", has_text="蜂蜜").first.click()
    page.screenshot(path=settings.TEST_DIR / "matched.png", full_page=True)
    page.get_by_role("link", name="撤销匹配").click()
    page.get_by_label("原因").fill("点错了")
    page.get_by_role("button", name="撤销匹配").click()
    expect(page.get_by_text("已撤销匹配，正在更新订单。")).to_be_visible()
    work()
    assert codes() == [None, None, None]
    assert GoodsMatch.objects.get().ended_by.username == "yunying"


def test_the_queue_fits_a_phone(page: Page, site: LiveServer) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, site, "yunying")
    page.goto(f"{site.url}/admin/orders/goodsmatch/waiting/")
    page.screenshot(path=settings.TEST_DIR / "waiting-phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
