"""A report says of how many orders it knows the buyer, and counts no buyers where it knows none."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from django.core.management import call_command

from tests.marketplace.report_stories import attribute, make_shop, publish, sell

pytestmark = pytest.mark.django_db


def printed(form: str) -> str:
    out = io.StringIO()
    call_command("campaign_report", "mayday", "--format", form, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def sold(*buyers: str) -> None:
    shop = make_shop()
    publish()
    for number, buyer in enumerate(buyers, 1):
        sell(shop, number, buyer=buyer)
    attribute()


@pytest.fixture
def workbook(tmp_path):
    def cells() -> list[tuple[object, ...]]:
        path = tmp_path / "report.xlsx"
        call_command(
            "campaign_report", "mayday", "--format", "xlsx", "--out", path, stdout=io.StringIO()
        )
        book = openpyxl.load_workbook(path)
        return [row for sheet in book for row in sheet.iter_rows(values_only=True)]

    return cells


@pytest.mark.parametrize("form", ["text", "html"])
def test_the_share_of_orders_with_a_buyer_key_is_printed(form: str) -> None:
    sold("a", "a", "")
    text = printed(form)

    assert "有买家标识的订单占 66.67%。" in text
    assert "笔，占 66.67%" in text
    assert "有 1 笔订单没有可用的买家标识" in text


def test_the_workbook_prints_it_too(workbook) -> None:
    sold("a", "a", "")

    rows = workbook()
    assert any(row[:2] == ("有买家标识的订单", 2) and "笔，占 66.67%" in row for row in rows)
    assert any(row[:2] == ("买家", 1) for row in rows)


@pytest.mark.parametrize("form", ["text", "html"])
def test_where_no_order_has_a_key_the_buyers_are_uncountable(form: str, workbook) -> None:
    sold("", "")

    assert "不可计" in printed(form)
    assert "占 0.00%" in printed(form)
    assert any(row[:2] == ("买家", "不可计") for row in workbook())
    told = json.loads(printed("json"))
    assert (told["totals"]["buyers"], told["buyers_keyed_orders"]) == (0, 0)


def test_where_every_order_has_one_nothing_is_warned_of() -> None:
    sold("a", "b")
    text = printed("text")

    assert "100.00%" in text
    assert "没有可用的买家标识" not in text
