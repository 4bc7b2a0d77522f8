"""An operator makes a campaign's code in a browser, sees its QR code, and a phone opens it."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from marketplace.models import CampaignLink, Touchpoint
from tests.marketplace.ledger_builders import campaign, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "scan-me-in-2020"
PHONE = {"width": 390, "height": 844}


def test_a_code_is_made_shown_and_opened(page: Page, live_server: LiveServer):
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    user = User.objects.create_user("fenxi", password=PASSWORD, is_staff=True)
    asked = NewRole(Role.ANALYST, Duty.PREPARE, ScopeKind.EVERYTHING, "")
    grant_role(user=user, asked=asked, granted_by=None)
    page.goto(f"{live_server.url}/admin/login/")
    page.locator("input[name=username]").fill("fenxi")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/admin/")
    page.goto(f"{live_server.url}/admin/marketplace/campaignlink/add/")
    page.locator(".field-campaign .select2-selection").click()
    page.locator(".select2-results__option", has_text="mayday").click()
    page.locator("input[name=label]").fill("凤凰山上展厅门口海报")
    page.locator("button[name=_save]").click()
    expect(page).to_have_url(f"{live_server.url}/admin/marketplace/campaignlink/")
    link = CampaignLink.objects.get()
    page.goto(f"{live_server.url}/admin/marketplace/campaignlink/{link.pk}/change/")
    picture = page.locator(f"img[alt='{link.code}']")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.screenshot(path=settings.TEST_DIR / "link.png", full_page=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(f"{live_server.url}/t/{link.code}/")
    assert page.url == f"{live_server.url}/"
    assert Touchpoint.objects.get().link_code == link.code
    page.goto(f"{live_server.url}/t/ZZZZZZZZ/")
    expect(page.get_by_text("链接已失效").first).to_be_visible()
    page.screenshot(path=settings.TEST_DIR / "link-gone.png", full_page=True)
