"""The error file of an import: what to correct, with the original rows, and back again."""

from __future__ import annotations

import csv
import io
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import reverse

from orders.models import Order, OrderImport, SalesPoint
from orders.selectors.sales_points import find_sales_point
from tests.back_office import page_of
from tests.orders.intake.exports import (
    ORDER_DETAIL,
    ORDER_LIST,
    detail,
    order,
    write_detail,
    write_list,
)
from tests.uploading import imported, previewed, shop_desk

SAMPLE = (ORDER_LIST, ORDER_DETAIL)
FIRST = 954000000000000001


@pytest.fixture
def shop(db: None) -> SalesPoint:
    call_command("load_seeds", stdout=StringIO())
    return find_sales_point("xunqianji")


def progress_page(one: OrderImport) -> str:
    return reverse("admin:orders_orderimport_progress", args=[one.pk])


def error_page(one: OrderImport, ordinal: int = 1) -> str:
    return reverse("admin:orders_orderimport_errors", args=[one.pk, ordinal])


def text_of(answer: HttpResponse) -> str:
    return b"".join(answer.streaming_content).decode("utf-8")


def error_rows(answer: HttpResponse) -> list[dict[str, str]]:
    text = text_of(answer)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_error_file_has_the_original_row_without_its_people(
    shop: SalesPoint, tmp_path: Path
) -> None:
    bad = order(FIRST + 1, 总金额="八十九", 订单备注="打 12012345678", 异常信息="=1+1")
    one = previewed(shop, write_list(tmp_path, [order(), bad, order()]))

    answer = shop_desk().get(error_page(one))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    rows = error_rows(answer)

    assert [(row["问题行号"], row["问题结论"], row["问题代码"]) for row in rows] == [
        ("2", "拒绝", "bad_amount"),
        ("3", "重复", "order_repeated"),
    ]
    first = rows[0]
    assert first["订单编号"] == f"{FIRST + 1}\t"
    assert (first["总金额"], first["异常信息"]) == ("八十九", "'=1+1")
    assert first["问题文件"] == "list.csv"
    assert not {"买家会员名", "收货人姓名", "订单备注"} & set(first)
    assert "12012345678" not in str(rows)


@pytest.mark.parametrize("is_done", [False, True])
def test_a_corrected_error_file_is_imported_again(
    shop: SalesPoint, tmp_path: Path, is_done: bool
) -> None:
    rows = [order(FIRST + n) for n in range(3)]
    rows[1] |= {"订单编号": f'="{FIRST + 1}"', "总金额": "八十九"}
    act = imported if is_done else previewed
    one = act(shop, write_list(tmp_path, rows))
    text = text_of(shop_desk().get(error_page(one)))
    corrected = tmp_path / "改好的.csv"
    corrected.write_text(text.replace("八十九", "89.00"), encoding="utf-8")

    done = imported(shop, corrected)

    assert (done.state, done.orders, done.created, done.rejected) == ("done", 1, 1, 0)
    assert Order.objects.filter(number=str(FIRST + 1), paid_at__isnull=False).exists()


def test_details_that_wait_for_their_order_have_a_file_of_their_own(
    shop: SalesPoint, tmp_path: Path
) -> None:
    one = imported(
        shop,
        write_list(tmp_path, [order()]),
        write_detail(tmp_path, [detail(), detail(FIRST + 7)]),
    )
    client = shop_desk()

    assert client.get(error_page(one, 1)).status_code == 404
    rows = error_rows(client.get(error_page(one, 2)))
    assert [(row["问题代码"], row["标题"]) for row in rows] == [
        ("detail_without_order", "榕江锡利贡米 5kg")
    ]
    assert error_page(one, 2) in client.get(page_of(one)).content.decode()


def test_the_error_file_of_a_repeated_file_reads_the_first_ones_rows(
    shop: SalesPoint, tmp_path: Path
) -> None:
    path = write_list(tmp_path, [order(), order(FIRST + 1, 总金额="八十九")])
    imported(shop, path)
    again = imported(shop, path)

    rows = error_rows(shop_desk().get(error_page(again)))

    assert [row["总金额"] for row in rows] == ["八十九"]
