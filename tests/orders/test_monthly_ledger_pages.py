"""A monthly ledger handed in on screen: a preview first, then every row for the checkers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Duty, Role
from orders.models import DeclaredSale, EvidenceFile
from tests.back_office import XIAOSHAN, desk, district_desk, list_page
from tests.orders.ledgers import HEADER, ROWS, workbook, world

pytestmark = pytest.mark.django_db
PAGE = "admin:orders_declaredsale_monthly_ledger"


@pytest.fixture(autouse=True)
def places() -> None:
    world()


def post(client: Client, **sent: Any) -> Any:
    return client.post(reverse(PAGE), sent)


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("六月台账.xlsx", content)


def test_on_screen_a_preview_comes_first_and_the_same_file_is_stated() -> None:
    client = district_desk("经办甲")
    assert reverse(PAGE) in client.get(list_page(DeclaredSale)).content.decode()
    shown = post(client, ledger=upload(workbook()), sales_point="fenghuang")
    page = shown.content.decode()
    assert "14,146.17" in page
    assert "黄平" not in page.split("ledger-preview")[0]
    assert not DeclaredSale.objects.exists()
    assert not EvidenceFile.objects.exists()
    kept_file = shown.context["kept"]
    answered = post(client, kept=kept_file, sales_point="fenghuang", state="1")
    assert (answered.status_code, answered.url) == (302, list_page(DeclaredSale))
    assert [row.made_by.username for row in DeclaredSale.objects.all()] == ["经办甲"] * 3
    assert EvidenceFile.objects.get().name == "六月台账.xlsx"
    again = post(client, kept=kept_file, sales_point="fenghuang", state="1")
    assert "没有重复登记" in again.content.decode()
    assert DeclaredSale.objects.count() == 3


def test_on_screen_every_bad_row_is_listed() -> None:
    rows = [("六月", *ROWS[0][1:]), (*ROWS[2][:-1], "x")]
    page = post(
        district_desk("经办甲"), ledger=upload(workbook(rows)), sales_point="fenghuang"
    ).content.decode()
    assert "第 1 行：“月份”不是有效月份" in page
    assert "第 2 行：“金额（元）”不是有效金额" in page


def test_nobody_states_beyond_the_own_reach() -> None:
    client = district_desk("萧山甲", code=XIAOSHAN)
    header = ("销售点编码", *HEADER)
    content = workbook([("fenghuang", *ROWS[0])], header)
    assert "不在您范围内" in post(client, ledger=upload(content)).content.decode()
    listed = post(client, ledger=upload(workbook()), sales_point="fenghuang")
    assert listed.context["form"].errors["sales_point"]
    assert not DeclaredSale.objects.exists()
    reader = desk("读者", Role.WORK_TEAM, Duty.READ)
    assert reader.get(reverse(PAGE)).status_code == 403


@pytest.mark.parametrize("kept_file", ["", "bm90IG91cnM=", "很"])
def test_a_page_without_a_file_of_ours_asks_for_one(kept_file: str) -> None:
    answered = post(district_desk("经办甲"), kept=kept_file, state="1")
    assert "请选择台账文件" in answered.content.decode()


def test_a_ledger_full_of_pictures_is_too_large_for_the_page() -> None:
    answered = post(district_desk("经办甲"), ledger=upload(b"1" * (1024 * 1024 + 1)))
    assert "超过 1 MB" in answered.content.decode()
