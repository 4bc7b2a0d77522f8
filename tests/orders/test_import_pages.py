"""The pages of an import, as an operator of a shop goes through them."""

from __future__ import annotations

import csv
import io
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse

from accounts.models import Duty, Role, ScopeKind
from operations.models import Job
from orders.models import Order, OrderImport, SalesPoint
from orders.selectors.sales_points import find_sales_point
from orders.services.steering import confirm_import
from tests.back_office import desk, list_page, page_of, said, step_of, steps_shown, take
from tests.orders.intake.exports import (
    ORDER_DETAIL,
    ORDER_LIST,
    order,
    write_list,
)
from tests.uploading import UPLOAD_PAGE, imported, post_files, previewed, shop_desk, work

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


def test_an_operator_uploads_looks_confirms_and_reads_the_result(shop: SalesPoint) -> None:
    client = shop_desk()
    assert reverse(UPLOAD_PAGE) in client.get(list_page(OrderImport)).content.decode()
    assert 'id="drop-zone"' in client.get(reverse(UPLOAD_PAGE)).content.decode()

    answer = post_files(client, shop, *SAMPLE)
    one = OrderImport.objects.get()
    assert answer.url == page_of(one)
    assert steps_shown(client, one) == {"cancel"}
    waiting = client.get(progress_page(one)).json()
    assert (waiting["state"], waiting["is_live"]) == ("uploaded", True)

    work(one)
    page = client.get(page_of(one)).content.decode()
    for text in ("待确认", "4,373.20", "4,400.20", "3,502.50", "差额", "新增 40", "未匹配 1"):
        assert text in page, text
    assert steps_shown(client, one) == {"confirm", "cancel"}
    assert not Order.objects.exists()

    assert said(take(client, one, "confirm"))[-1] == "已确认，开始写入。"
    assert one.state == "running"
    assert client.get(progress_page(one)).json()["total"] == 40
    work(one)
    page = client.get(page_of(one)).content.decode()
    assert "已完成" in page
    assert client.get(progress_page(one)).json()["is_live"] is False
    assert steps_shown(client, one) == set()


def test_outside_the_expected_period_the_box_must_be_ticked(
    shop: SalesPoint, tmp_path: Path
) -> None:
    client = shop_desk()
    post_files(
        client,
        shop,
        write_list(tmp_path, [order()]),
        expected_first_day="2020-06-01",
        expected_last_day="2020-06-30",
    )
    one = work(OrderImport.objects.get())
    page = client.get(page_of(one)).content.decode()
    assert "1 个订单的付款日不在预计期间" in page
    assert 'name="dates_confirmed"' in page

    refused = take(client, one, "confirm")
    assert refused.status_code == 200
    assert (one.state, "dates_confirmed" in refused.context["form"].errors) == ("previewed", True)
    take(client, one, "confirm", dates_confirmed="on")
    assert one.state == "running"


def test_a_refused_file_says_why_on_its_page(shop: SalesPoint, tmp_path: Path) -> None:
    client = shop_desk()
    one = previewed(shop, write_list(tmp_path, [order(店铺名称="别的店")]))

    page = client.get(page_of(one)).content.decode()
    assert "属于另一家店铺" in page
    assert steps_shown(client, one) == set()


def test_a_file_that_cannot_be_taken_is_refused_on_the_form(
    shop: SalesPoint, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04" + b"x" * 100)

    answer = post_files(shop_desk(), shop, broken)

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert not OrderImport.objects.exists()


def test_a_form_without_files_or_with_a_wrong_period_comes_back(shop: SalesPoint) -> None:
    client = shop_desk()
    answer = post_files(client, shop)
    assert "uploads" in answer.context["form"].errors
    wrong = {"expected_first_day": "2020-06-30", "expected_last_day": "2020-06-01"}
    answer = post_files(client, shop, ORDER_LIST, **wrong)
    assert answer.context["form"].non_field_errors()
    assert not OrderImport.objects.exists()


def test_a_form_that_is_longer_than_any_upload_is_refused_unread(shop: SalesPoint) -> None:
    with override_settings(IMPORT_MOST_MB=0):
        assert post_files(shop_desk(), shop, ORDER_LIST).status_code == 400
    assert not OrderImport.objects.exists()


def test_the_form_offers_the_shops_in_reach_alone(shop: SalesPoint) -> None:
    form = shop_desk().get(reverse(UPLOAD_PAGE)).context["form"]
    assert [point.code for point in form.fields["sales_point"].queryset] == ["xunqianji"]
    other = find_sales_point("pinduoduo-shop")

    answer = post_files(shop_desk(), other, *SAMPLE)

    assert "sales_point" in answer.context["form"].errors
    assert not OrderImport.objects.exists()


def test_another_shops_operator_finds_no_page_of_an_import(
    shop: SalesPoint, tmp_path: Path
) -> None:
    one = previewed(shop, write_list(tmp_path, [order(总金额="八十九")]))
    stranger = shop_desk("linjia", "pinduoduo-shop")

    for page in (page_of(one), progress_page(one), error_page(one)):
        assert stranger.get(page).status_code == 404, page
    for step in ("confirm", "cancel", "resume"):
        assert stranger.post(step_of(one, step)).status_code == 404
    one.refresh_from_db()
    assert one.state == "previewed"
    assert str(one.pk) not in [
        str(row.pk) for row in stranger.get(list_page(OrderImport)).context["cl"].result_list
    ]


@pytest.mark.parametrize(
    ("role", "kind", "code", "duty"),
    [
        (Role.STORE_OPERATOR, ScopeKind.SALES_POINT, "xunqianji", Duty.READ),
        (Role.WORK_TEAM, ScopeKind.EVERYTHING, "", Duty.READ),
        (Role.FINANCE, ScopeKind.EVERYTHING, "", Duty.PREPARE),
        (Role.COUNTY, ScopeKind.COUNTY, "522634", Duty.PREPARE),
    ],
)
def test_who_only_reads_neither_uploads_nor_confirms(
    shop: SalesPoint, role: str, kind: str, code: str, duty: str
) -> None:
    one = previewed(shop, *SAMPLE)
    client = desk("reader", role, duty, kind, code)

    assert client.get(reverse(UPLOAD_PAGE)).status_code == 403
    assert post_files(client, shop, *SAMPLE).status_code == 403
    for step in ("confirm", "cancel", "resume"):
        assert client.post(step_of(one, step)).status_code in {403, 404}
    one.refresh_from_db()
    assert one.state == "previewed"


def test_cancelling_and_going_on_from_the_page(shop: SalesPoint) -> None:
    client = shop_desk()
    one = previewed(shop, *SAMPLE)

    assert said(take(client, one, "cancel")) == ["已取消。"]
    assert steps_shown(client, one) == {"resume"}
    take(client, one, "resume")
    assert one.state == "uploaded"
    refused = take(client, one, "confirm")
    assert refused.url == page_of(one)
    assert "不能确认" in said(refused)[-1]
    assert one.state == "uploaded"


def test_what_was_written_is_withdrawn_from_its_page_by_an_office(shop: SalesPoint) -> None:
    one = imported(shop, *SAMPLE)
    link = reverse("admin:orders_importwithdrawal_add") + f"?order_import={one.pk}"

    assert link in desk("zhou").get(page_of(one)).content.decode()
    assert link not in shop_desk().get(page_of(one)).content.decode()
    assert desk("zhou").get(link).status_code == 200


def test_a_stopped_job_shows_on_the_page_and_can_go_on(shop: SalesPoint) -> None:
    one = confirm_import(previewed(shop, *SAMPLE), None)
    Job.objects.filter(pk=one.job_id).update(
        state="failed", error_code="attempts_exhausted", error_message="内存不足"
    )
    client = shop_desk()

    assert "内存不足" in client.get(page_of(one)).content.decode()
    assert steps_shown(client, one) == {"resume", "cancel"}


def test_the_preview_page_costs_as_many_queries_for_many_rows_as_for_few(
    shop: SalesPoint, tmp_path: Path, django_assert_max_num_queries
) -> None:
    rows = [order(FIRST + n, 总金额="八十九") for n in range(200)]
    one = previewed(shop, write_list(tmp_path, [order(), *rows]))
    client = shop_desk()

    with django_assert_max_num_queries(45):
        assert client.get(page_of(one)).status_code == 200
