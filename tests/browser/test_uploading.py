"""An operator drops a platform's files on the page, confirms, and sees them come in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from orders.models import OrderImport
from tests.orders.intake.exports import detail, order, write_detail, write_list
from tests.workers import run_worker, use_broker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "bring-it-in-2020"
LAPTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
FIRST = 954000000000000001
# Enough for the writing, in chunks of 5, to last some seconds.
ORDERS = 2500
PATIENCE_MS = 90_000


@pytest.fixture
def site(live_server: LiveServer) -> Iterator[LiveServer]:
    """Yield the seeded site with an operator of 寻黔记, and a worker that takes small chunks."""
    call_command("load_seeds", "--json", stdout=StringIO())
    user = User.objects.create_user("dianyuan", password=PASSWORD, is_staff=True)
    asked = NewRole(Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, "xunqianji")
    grant_role(user=user, asked=asked, granted_by=None)
    with use_broker(""), run_worker({"SHANHAI_IMPORT_CHUNK_ORDERS": "5"}):
        yield live_server


def sign_in(page: Page, site: LiveServer) -> None:
    page.goto(f"{site.url}/admin/login/")
    page.locator("input[name=username]").fill("dianyuan")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{site.url}/admin/")


def export_pair(folder: Path) -> list[Path]:
    """Write an export with one order that cannot be read and one unmatched title."""
    numbers = range(FIRST, FIRST + ORDERS)
    rows = [order(number) for number in numbers]
    rows[3]["总金额"] = "八十九"
    details = [detail(number) for number in numbers]
    details[5] |= {"商家编码": "", "标题": "没有编码的茶叶"}
    return [write_list(folder, rows), write_detail(folder, details)]


def drop(page: Page, paths: list[Path]) -> None:
    """Drop files on the page as a hand with a mouse does."""
    files = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    transfer = page.evaluate_handle(
        """files => {
            const transfer = new DataTransfer();
            for (const [name, body] of files) {
                const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
                transfer.items.add(new File([bytes], name, { type: "text/csv" }));
            }
            return transfer;
        }""",
        files,
    )
    page.dispatch_event("#drop-zone", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("#drop-zone", "drop", {"dataTransfer": transfer})


def test_files_are_dropped_confirmed_and_followed_to_their_end(
    page: Page, site: LiveServer, tmp_path: Path
) -> None:
    page.set_viewport_size(LAPTOP)
    sign_in(page, site)
    page.goto(f"{site.url}/admin/orders/orderimport/")
    page.locator("#upload-link a").click()
    drop(page, export_pair(tmp_path))
    expect(page.locator("#chosen-files li")).to_have_count(2)
    page.locator("input[name=expected_first_day]").fill("2020-05-03")
    page.screenshot(path=settings.TEST_DIR / "upload.png", full_page=True)
    page.locator("#upload button[type=submit]").click()

    confirm = page.get_by_role("button", name="确认导入")
    expect(confirm).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#import-counts")).to_contain_text(f"新增 {ORDERS - 1:,}")
    expect(page.locator("#import-titles")).to_contain_text("没有编码的茶叶")
    expect(page.locator("#import-issues")).to_contain_text("八十九")
    expect(page.locator("#outside")).to_contain_text(f"{ORDERS - 1:,} 个订单的付款日不在预计期间")
    page.screenshot(path=settings.TEST_DIR / "preview.png", full_page=True)
    page.locator("input[name=dates_confirmed]").check()
    confirm.click()

    seen = page.locator("#progress-text")
    expect(seen).to_contain_text("正在写入", timeout=PATIENCE_MS)
    first = page.locator("#progress-bar").get_attribute("value")
    page.wait_for_function(
        "first => { const bar = document.getElementById('progress-bar');"
        " return !bar || bar.value > Number(first) }",
        arg=first,
    )
    page.screenshot(path=settings.TEST_DIR / "progress.png", full_page=True)
    expect(page.locator("#import-life")).to_have_attribute(
        "data-state", "done", timeout=PATIENCE_MS
    )
    page.screenshot(path=settings.TEST_DIR / "done.png", full_page=True)
    with page.expect_download() as download:
        page.locator("#import-steps a", has_text="问题行文件").first.click()
    assert "八十九" in download.value.path().read_text(encoding="utf-8")
    assert OrderImport.objects.get().created == ORDERS - 1


def test_uploading_fits_a_phone(page: Page, site: LiveServer) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, site)
    page.goto(f"{site.url}/admin/orders/orderimport/add/")
    page.screenshot(path=settings.TEST_DIR / "phone-upload.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
