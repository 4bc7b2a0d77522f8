"""A log of touches is checked and brought in on screen, by those who reach everything."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Duty, Role
from marketplace.models import TouchImport, Touchpoint
from orders.models import SalesPoint
from tests.back_office import desk, district_desk, list_page, page_of, said
from tests.builders import make_sales_point
from tests.marketplace.ledger_builders import campaign, day
from tests.marketplace.touch_files import CLICK, HEADER

pytestmark = pytest.mark.django_db
PAGE = "admin:marketplace_touchimport_add"
BAD = "e2,buyer-1,nobody,click,2020-05-01 09:00:00"


@pytest.fixture(autouse=True)
def places() -> None:
    make_sales_point()
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))


def post(client: Client, *rows: str, content: bytes | None = None, **sent: Any) -> Any:
    text = "\n".join([HEADER, *rows, ""]).encode() if content is None else content
    point = SalesPoint.objects.get(code="xunqianji")
    upload = SimpleUploadedFile("五一触点.csv", text)
    return client.post(reverse(PAGE), {"upload": upload, "sales_point": point.pk, **sent})


def test_a_file_is_checked_without_being_kept_and_then_brought_in() -> None:
    client = desk("fenxi", Role.ANALYST)
    assert client.get(reverse(PAGE)).status_code == 200
    page = post(client, CLICK, BAD, check="1").content.decode()
    assert "五一触点.csv，2 行 = 接受 1 + 重复 0 + 拒绝 1" in page
    assert "第 2 行 campaign：没有这个编码的活动。（unknown_campaign）" in page
    assert not TouchImport.objects.exists()
    answer = post(client, CLICK, BAD)
    row = TouchImport.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(row))
    assert said(answer) == ["2 行 = 接受 1 + 重复 0 + 拒绝 1。"]
    assert (row.created_by.username, row.sales_point.code) == ("fenxi", "xunqianji")
    assert "没有这个编码的活动" in client.get(page_of(row)).content.decode()
    assert "五一触点.csv" in client.get(list_page(TouchImport)).content.decode()


def test_a_file_that_cannot_be_read_is_refused_in_words() -> None:
    client = desk("fenxi", Role.ANALYST)
    assert "只有表头" in post(client).content.decode()
    page = post(client, content=b"name,amount\nx,1\n").content.decode()
    assert "缺少必需的列" in page
    large = post(client, content=b"1" * (5 * 1024 * 1024 + 1)).content.decode()
    assert "文件超过 5 MB" in large
    assert not TouchImport.objects.exists()


def test_who_reaches_less_than_everything_or_only_reads_brings_nothing_in() -> None:
    for client in (
        district_desk("拱墅甲"),
        desk("读者", Role.ANALYST, Duty.READ),
        desk("店主", Role.STORE_OPERATOR, kind="sales_point", code="xunqianji"),
    ):
        assert client.get(reverse(PAGE)).status_code == 403
        assert post(client, CLICK).status_code == 403
    assert not Touchpoint.objects.exists()
