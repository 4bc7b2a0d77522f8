"""An operator checks a log of touches in a browser, then brings it in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from marketplace.models import TouchImport
from tests.builders import make_sales_point
from tests.marketplace.ledger_builders import campaign, day
from tests.marketplace.touch_files import CLICK, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "touch-and-go-2020"
PHONE = {"width": 390, "height": 844}


def test_a_log_is_checked_and_brought_in(page: Page, live_server: LiveServer, tmp_path: Path):
    make_sales_point()
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    user = User.objects.create_user("fenxi", password=PASSWORD, is_staff=True)
    asked = NewRole(Role.ANALYST, Duty.PREPARE, ScopeKind.EVERYTHING, "")
    grant_role(user=user, asked=asked, granted_by=None)
    path = write(tmp_path, CLICK, CLICK, "e2,t**1,mayday,click,2020-05-01 09:00:00")
    page.goto(f"{live_server.url}/admin/login/")
    page.locator("input[name=username]").fill("fenxi")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/admin/")
    page.goto(f"{live_server.url}/admin/marketplace/touchimport/add/")
    page.locator("input[name=upload]").set_input_files([path])
    page.locator("select[name=sales_point]").select_option(index=1)
    page.get_by_role("button", name="只检查").click()
    expect(page.locator("#checked-file")).to_contain_text("3 行 = 接受 1 + 重复 1 + 拒绝 1")
    page.screenshot(path=settings.TEST_DIR / "touches-checked.png", full_page=True)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not TouchImport.objects.exists()
    page.locator("input[name=upload]").set_input_files([path])
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#content")).to_contain_text("买家已被平台隐去")
    page.screenshot(path=settings.TEST_DIR / "touches-imported.png", full_page=True)
    assert TouchImport.objects.get().accepted == 1
