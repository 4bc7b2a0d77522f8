"""The back office in a real browser: every list opens, speaks Chinese, shows what one may see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from tests.builders import reported_lines
from tests.marketplace.report_stories import TEA, attribute, make_shop, publish, sell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "look-around-2020"
LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

# Words of Django and of the admin's theme that show up when a translation is missing.
ENGLISH = re.compile(
    r"\b(Search|Select|Filters?|Actions?|Add|Delete|Save|Close|History|Run|Results?|Type to"
    r"|Welcome|Log out|Show all|Yes|No|True|False|None|Apply|Reset|Page|Date|Loading|Home)\b"
)
# What a role finds in the sidebar, and what it must not find there.
SIDEBARS = {
    "work_team": (
        NewRole(Role.WORK_TEAM, Duty.READ, ScopeKind.EVERYTHING),
        {"订单", "销售台账", "活动", "归因记录", "产品"},
        {"用户"},
    ),
    "county": (
        NewRole(Role.COUNTY, Duty.PREPARE, ScopeKind.COUNTY, "522634"),
        {"订单", "销售台账", "产品"},
        {"订单导入", "后台任务", "用户", "变更订单"},
    ),
    "store_operator": (
        NewRole(Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, "xunqianji"),
        {"订单", "订单导入", "导入问题行"},
        {"后台任务", "用户", "变更订单"},
    ),
}


def own_models() -> list[type[Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def list_of(site: LiveServer, model: type[Model]) -> str:
    named = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return f"{site.url}{reverse(named)}"


@pytest.fixture
def site(live_server: LiveServer) -> LiveServer:
    """Return the site with a sold and attributed campaign, and an administrator."""
    shop = make_shop()
    publish()
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1)]))
    sell(shop, 2)
    attribute()
    User.objects.create_superuser("admin", password=PASSWORD)
    return live_server


def sign_in(page: Page, site: LiveServer, username: str = "admin") -> None:
    page.goto(f"{site.url}/admin/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{site.url}/admin/")


def visible_words(page: Page) -> str:
    """Return what the page shows, with the hints in its empty fields."""
    hints = page.locator("[placeholder]").evaluate_all("all => all.map(e => e.placeholder)")
    return "\n".join([page.locator("body").inner_text(), *hints])


def too_wide(page: Page) -> bool:
    return int(page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]


def test_an_administrator_opens_every_list_in_chinese(page: Page, site: LiveServer) -> None:
    page.set_viewport_size(LAPTOP)
    sign_in(page, site)
    wrong: list[Any] = []
    for model in own_models():
        answer = page.goto(list_of(site, model))
        assert answer is not None
        if answer.status != 200:
            wrong.append((model._meta.label, answer.status))
        elif left := ENGLISH.findall(visible_words(page)):
            wrong.append((model._meta.label, left))
    assert wrong == []


def test_no_list_and_no_record_scrolls_sideways_on_a_phone(page: Page, site: LiveServer) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, site)
    wide: list[str] = []
    for model in own_models():
        page.goto(list_of(site, model))
        records = page.locator("#result_list a[href*='/change/']")
        record = records.first.get_attribute("href") if records.count() else None
        if too_wide(page):
            wide.append(page.url)
        if record:
            page.goto(f"{site.url}{record}")
            if too_wide(page):
                wide.append(page.url)
    assert wide == []


@pytest.mark.parametrize("name", SIDEBARS)
def test_the_sidebar_shows_what_a_role_may_see(page: Page, site: LiveServer, name: str) -> None:
    role, there, absent = SIDEBARS[name]
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    grant_role(user=user, asked=role, granted_by=None)
    page.set_viewport_size(LAPTOP)
    sign_in(page, site, name)
    links = page.locator("#nav-sidebar-apps a")
    titles = set(links.locator("span:last-child").evaluate_all("a => a.map(e => e.textContent)"))
    titles = {title.strip() for title in titles}
    assert there <= titles
    assert titles.isdisjoint(absent)
    for address in links.evaluate_all("all => all.map(e => e.href)"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address


def test_the_language_is_chosen_in_the_menu_and_kept(page: Page, site: LiveServer) -> None:
    page.set_viewport_size(LAPTOP)
    sign_in(page, site)
    page.get_by_text("admin", exact=True).first.click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{site.url}/admin/orders/order/")
    expect(page.get_by_text("Order number").first).to_be_visible()
