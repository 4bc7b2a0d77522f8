"""The landing page in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_newcomer_reads_chinese_and_can_choose_english(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(live_server.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(live_server.url)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_page_needs_nothing_from_outside(page: Page, live_server: LiveServer) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url)
    assert [url for url in asked if not url.startswith(live_server.url)] == []


def test_the_interface_pages_work_without_a_network_outside(
    page: Page, live_server: LiveServer
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/api/docs/")
    expect(page.get_by_text("Shanhai 山海集").first).to_be_visible()
    outside = [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert outside == []
