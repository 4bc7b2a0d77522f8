"""An operator teaches a shop's format on a sample, sees it read, and publishes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from orders.models import TaughtFormat
from tests.builders import make_sales_point
from tests.orders.ledgers import workbook, world
from tests.orders.teaching import table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "teach-it-once-2020"
LAPTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}


def person(username: str, role: str, kind: str, code: str) -> None:
    user = User.objects.create_user(username, password=PASSWORD, is_staff=True)
    grant_role(user=user, asked=NewRole(role, Duty.PREPARE, kind, code), granted_by=None)


def sign_in(page: Page, site: LiveServer, username: str) -> None:
    page.goto(f"{site.url}/admin/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{site.url}/admin/")


def picture(page: Page, name: str) -> None:
    page.screenshot(path=settings.TEST_DIR / f"{name}.png", full_page=True)


def test_a_format_is_taught_tried_and_published(page: Page, live_server: LiveServer) -> None:
    make_sales_point("wechat", name="微信小店", platform="wechat", shop_name="")
    person("xiaodian", Role.STORE_OPERATOR, ScopeKind.SALES_POINT, "wechat")
    sample = Path(settings.TEST_DIR) / "小店订单.csv"
    sample.write_bytes(table())
    page.set_viewport_size(LAPTOP)
    sign_in(page, live_server, "xiaodian")
    page.goto(f"{live_server.url}/admin/orders/taughtformat/add/")
    page.locator("input[name=code]").fill("wechat-shop")
    page.locator("input[name=name]").fill("微信小店")
    page.locator("select[name=platform]").select_option("wechat")
    page.locator("input[name=sample]").set_input_files([sample])
    picture(page, "teach")
    page.locator("button[name=_save]").click()
    expect(page.locator("#sample-columns")).to_contain_text("规格编码")
    expect(page.locator("#content-main")).not_to_contain_text("张小山")
    picture(page, "draft")
    page.get_by_role("link", name="对应各列").click()
    expect(page.locator("select[name=order_number]")).to_have_value("交易单号")
    expect(page.locator("select[name=sku_code]")).to_have_value("规格编码")
    page.locator("select[name=amount]").select_option("实收款")
    picture(page, "columns")
    page.locator("form[novalidate] button[type=submit]").last.click()
    expect(page.get_by_label("订单已完成")).to_have_value("succeeded")
    expect(page.get_by_label("已取消")).to_have_value("closed")
    picture(page, "words")
    page.locator("form[novalidate] button[type=submit]").last.click()
    expect(page.locator("#trial")).to_contain_text("订单 2")
    expect(page.locator("#trial")).to_contain_text("303.50")
    picture(page, "trial")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("今后的导入按此版本读取")).to_be_visible()
    assert TaughtFormat.objects.get().state == "published"
    page.set_viewport_size(PHONE)
    page.reload()
    picture(page, "phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_ledger_is_previewed_and_stated(page: Page, live_server: LiveServer) -> None:
    world()
    person("jingban", Role.DISTRICT, ScopeKind.DISTRICT, "330105")
    ledger = Path(settings.TEST_DIR) / "六月台账.xlsx"
    ledger.write_bytes(workbook())
    page.set_viewport_size(LAPTOP)
    sign_in(page, live_server, "jingban")
    page.goto(f"{live_server.url}/admin/orders/declaredsale/")
    page.get_by_role("link", name="登记月度台账").click()
    page.locator("input[name=ledger]").set_input_files([ledger])
    page.locator("select[name=sales_point]").select_option("fenghuang")
    expect(page.locator("input[name=unit]")).to_have_value("")
    picture(page, "ledger")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#ledger-preview")).to_contain_text("14,146.17")
    picture(page, "ledger-preview")
    page.get_by_role("button", name="登记并提交审核").click()
    expect(page.get_by_text("已登记 3 行")).to_be_visible()
    picture(page, "ledger-list")
