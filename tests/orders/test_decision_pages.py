"""Exclusions, linked orders, withdrawals and corrections on screen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Duty
from common.clock import now, today
from orders.models import (
    DeclaredSale,
    ExclusionDecision,
    ImportWithdrawal,
    LedgerCorrection,
    LinkedOrders,
    Order,
    OrderImport,
    PlatformStatement,
    ReconciliationNote,
    RefundCorrection,
    SalesPoint,
    TaughtFormat,
)
from orders.services.recording import record_sale
from tests.back_office import (
    XIAOSHAN,
    district_desk,
    list_page,
    page_of,
    said,
    step_of,
    steps_shown,
    take,
)
from tests.builders import make_sales_point, make_sku, reported_lines, reported_sale

pytestmark = pytest.mark.django_db

TEA = "QDN-LS-001"


@pytest.fixture
def point() -> SalesPoint:
    return make_sales_point("fenghuang", name="凤凰山展销中心", district="330105")


@pytest.fixture
def order(point: SalesPoint) -> Order:
    make_sku(TEA)
    return sold(point, 1)


def foreign_desk() -> Client:
    """Sign in as an officer of a district with a sales point of its own."""
    make_sales_point("xiaoshan", name="萧山展销中心", district=XIAOSHAN)
    return district_desk("萧山经办", code=XIAOSHAN)


def sold(point: SalesPoint, number: int) -> Order:
    lines = reported_lines([(TEA, 16800, 2)])
    order_number = f"9540000000000000{number:02d}"
    record_sale(point, reported_sale(order_number, lines=lines), source="test")
    return Order.objects.get(number=order_number)


def excluded(order: Order, **stated: object) -> dict[str, object]:
    values = {"order": order.pk, "line": "", "reason": "test", "evidence": "店内测试下单"}
    return values | stated


def test_an_order_is_excluded_by_one_and_checked_by_another(order: Order) -> None:
    maker, checker = district_desk("经办甲"), district_desk("审核乙", Duty.APPROVE)
    add = list_page(ExclusionDecision) + "add/"
    paper = SimpleUploadedFile("说明.txt", "测试订单".encode())
    answer = maker.post(add, excluded(order, uploads=[paper]))
    row = ExclusionDecision.objects.get()
    assert answer.url == page_of(row)
    assert (row.state, row.line_key, row.papers.get().name) == ("submitted", "", "说明.txt")
    assert "整个订单" in checker.get(page_of(row)).content.decode()
    take(checker, row, "approve")
    assert row.state == "approved"
    take(maker, row, "ask-revocation", reason="实为真实订单")
    take(checker, row, "confirm-revocation")
    assert row.state == "revoked"


def test_a_reason_left_open_is_asked_for_and_not_taken_for_the_first(order: Order) -> None:
    maker = district_desk("经办甲")
    add = list_page(ExclusionDecision) + "add/"
    assert maker.get(add).context["adminform"].form["reason"].value() is None
    answer = maker.post(add, excluded(order, reason=""))
    assert "reason" in answer.context["adminform"].form.errors


def test_a_line_is_chosen_from_its_own_order_only(order: Order, point: SalesPoint) -> None:
    maker = district_desk("经办甲")
    add = list_page(ExclusionDecision) + "add/"
    line, other = order.lines.get(), sold(point, 2).lines.get()
    answer = maker.post(add, excluded(order, line=other.pk))
    assert "该订单行不属于所选订单" in answer.content.decode()
    assert maker.post(add, excluded(order, line=line.pk)).status_code == 302
    assert ExclusionDecision.objects.get().line_key == line.line_key


def test_the_line_is_found_by_the_number_of_an_order_in_reach(order: Order) -> None:
    query = {
        "app_label": "orders",
        "model_name": "linediscount",
        "field_name": "line",
        "term": order.number,
    }
    search = reverse("admin:autocomplete")
    found = district_desk("经办甲").get(search, query).json()["results"]
    assert [one["id"] for one in found] == [str(order.lines.get().pk)]
    assert foreign_desk().get(search, query).json()["results"] == []


def test_another_district_cannot_name_the_order(order: Order) -> None:
    answer = foreign_desk().post(list_page(ExclusionDecision) + "add/", excluded(order))
    assert "order" in answer.context["adminform"].form.errors
    assert not ExclusionDecision.objects.exists()


def test_who_decides_writes_no_master_data_and_no_sale(order: Order) -> None:
    office = district_desk("审核乙", Duty.APPROVE)
    writable = {
        model.__name__
        for model in apps.get_app_config("orders").get_models()
        if office.get(list_page(model) + "add/").status_code == 200
    }
    decided = {
        ExclusionDecision,
        LinkedOrders,
        ImportWithdrawal,
        LedgerCorrection,
        RefundCorrection,
        DeclaredSale,
        # A platform's files, not a sale of the office's own.
        OrderImport,
        PlatformStatement,
        ReconciliationNote,
        # How the files of its places are read.
        TaughtFormat,
    }
    assert writable == {model.__name__ for model in decided}
    assert office.post(page_of(order.sales_point), {"name": "x"}).status_code == 403


def test_two_orders_are_stated_to_be_one_sale(order: Order, point: SalesPoint) -> None:
    maker, checker = district_desk("经办甲"), district_desk("审核乙", Duty.APPROVE)
    form = {"order": order.pk, "duplicate": sold(point, 2).pk, "note": "同一笔，两处登记"}
    assert maker.post(list_page(LinkedOrders) + "add/", form).status_code == 302
    row = LinkedOrders.objects.get()
    assert steps_shown(checker, row) == {"approve", "return"}
    take(checker, row, "return", reason="收货人不同，确为两笔")
    assert (row.state, row.return_reason) == ("returned", "收货人不同，确为两笔")


def test_a_withdrawal_shows_what_it_would_take_back_and_then_its_job(point: SalesPoint) -> None:
    maker, checker = district_desk("经办甲"), district_desk("审核乙", Duty.APPROVE)
    taken = OrderImport.objects.create(
        sales_point=point, format="taobao", state="done", started_at=now(), business_date=today()
    )
    form = {"order_import": taken.pk, "reason": "文件选错"}
    assert maker.post(list_page(ImportWithdrawal) + "add/", form).status_code == 302
    row = ImportWithdrawal.objects.get()
    assert steps_shown(checker, row) == {"approve", "return"}
    assert "预览" in checker.get(page_of(row)).content.decode()
    chosen = {"action": "approve_rows", "_selected_action": [row.pk]}
    checker.post(list_page(ImportWithdrawal), chosen)
    row.refresh_from_db()
    assert row.state == "submitted"
    take(checker, row, "approve")
    page = checker.get(page_of(row)).content.decode()
    assert f"#{row.job_id}" in page
    assert "预览" not in page
    assert steps_shown(checker, row) == set()
    assert take(checker, row, "ask-revocation", reason="x").status_code == 404


def test_a_correction_names_its_days_and_has_a_job_once_checked(order: Order) -> None:
    maker, checker = district_desk("经办甲"), district_desk("审核乙", Duty.APPROVE)
    form = {
        "sales_point": order.sales_point_id,
        "first_day": date(2020, 5, 1),
        "last_day": date(2020, 5, 31),
        "reason": "销售点所属区登记有误",
    }
    add = list_page(LedgerCorrection) + "add/"
    backwards = maker.post(add, form | {"last_day": form["first_day"] - timedelta(days=1)})
    assert backwards.status_code == 200
    assert maker.post(add, form).status_code == 302
    row = LedgerCorrection.objects.get()
    assert said(take(checker, row, "approve"))[-1] == "已审核通过。"
    assert row.job is not None
    assert checker.get(step_of(row, "approve")).status_code == 405
