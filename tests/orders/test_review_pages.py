"""Declared sales on screen: one declares, another checks, nobody beyond their place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Duty, Role, ScopeKind, User
from orders.models import DeclaredSale, EvidenceFile, SalesPoint
from tests.back_office import (
    XIAOSHAN,
    desk,
    district_desk,
    list_page,
    page_of,
    said,
    step_of,
    steps_shown,
    take,
)
from tests.builders import make_county, make_district, make_sales_point

pytestmark = pytest.mark.django_db

ADD = list_page(DeclaredSale) + "add/"


@pytest.fixture
def point() -> SalesPoint:
    make_county("522622", "黄平县")
    make_district("330105")
    return make_sales_point(
        *("fenghuang",), name="凤凰山展销中心", channel_class="centre", platform="",
        shop_name="", district="330105",
    )  # fmt: skip


def declaration(point: SalesPoint, **stated: Any) -> dict[str, Any]:
    """Return what a maker fills in: 黄平县, June, 12,345.67 yuan, one paper."""
    values = {
        "kind": "monthly",
        "sales_point": point.pk,
        "unit": "",
        "period_start": "2020-06-01",
        "period_end": "2020-06-30",
        "amount_fen": "12345.67",
        "helper_district_code": "",
        "county_code": "522622",
        "category_code": "",
        "channel_class": "",
        "purchase_mode": "",
        "quantity": "",
        "quantity_unit": "",
        "bound": "exact",
        "wording": "",
        "source": "六月销售台账",
        "replaces": "",
        "uploads": [SimpleUploadedFile("六月台账.csv", "样例".encode())],
    }
    return values | stated


def declared(point: SalesPoint, client: Client | None = None, **stated: Any) -> DeclaredSale:
    answer = (client or district_desk("经办甲")).post(ADD, declaration(point, **stated))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return DeclaredSale.objects.order_by("-pk")[0]


def test_a_maker_declares_with_a_paper_and_a_checker_approves(point: SalesPoint) -> None:
    row = declared(point)
    assert (row.state, row.amount_fen, row.helper_district_code) == ("submitted", 1234567, "330105")
    assert row.made_by == User.objects.get(username="经办甲")
    assert [paper.name for paper in row.papers.all()] == ["六月台账.csv"]
    checker = district_desk("审核乙", Duty.APPROVE)
    page = checker.get(page_of(row)).content.decode()
    assert "12,345.67" in page
    assert "六月台账.csv" in page
    assert "待审核" in page
    answer = take(checker, row, "approve")
    assert said(answer) == ["已审核通过。"]
    assert (row.state, row.checked_by) == ("approved", User.objects.get(username="审核乙"))


def test_the_maker_sees_no_button_to_approve_and_is_refused_in_words(point: SalesPoint) -> None:
    both = district_desk("一人", Duty.APPROVE)
    row = declared(point, both)
    assert steps_shown(both, row) == set()
    assert "须由另一人审核" in both.get(page_of(row)).content.decode()
    answer = take(both, row, "approve")
    assert said(answer) == ["经办人不能审核自己提交的内容，请由另一人审核。"]
    assert row.state == "submitted"


def test_who_prepares_may_not_check_at_all(point: SalesPoint) -> None:
    row = declared(point)
    other = district_desk("经办丙")
    assert steps_shown(other, row) == set()
    for step in ("approve", "return"):
        assert take(other, row, step, reason="x").status_code == 403
    assert row.state == "submitted"


def test_a_step_is_a_post_with_the_page_s_token(point: SalesPoint) -> None:
    row = declared(point)
    checker = district_desk("审核乙", Duty.APPROVE)
    assert checker.get(step_of(row, "approve")).status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(User.objects.get(username="审核乙"))
    assert guarded.post(step_of(row, "approve")).status_code == 403
    row.refresh_from_db()
    assert row.state == "submitted"


def test_giving_back_asks_for_a_reason_first(point: SalesPoint) -> None:
    row = declared(point)
    checker, maker = district_desk("审核乙", Duty.APPROVE), district_desk("经办甲")
    asked = checker.get(step_of(row, "return"))
    assert "原因" in asked.content.decode()
    empty = take(checker, row, "return", reason="  ")
    assert (empty.status_code, row.state) == (200, "submitted")
    assert empty.context["form"].errors["reason"] == ["该字段是必填项。"]
    take(checker, row, "return", reason="缺少盖章页")
    assert (row.state, row.return_reason) == ("returned", "缺少盖章页")
    assert "缺少盖章页" in maker.get(page_of(row)).content.decode()
    assert steps_shown(maker, row) == {"submit"}
    assert said(take(maker, row, "submit")) == ["已提交审核。"]
    assert row.state == "submitted"


def test_what_is_declared_already_is_not_handed_in_again(point: SalesPoint) -> None:
    given_back = declared(point)
    checker, maker = district_desk("审核乙", Duty.APPROVE), district_desk("经办甲")
    take(checker, given_back, "return", reason="缺少盖章页")
    take(checker, declared(point), "approve")
    answer = take(maker, given_back, "submit")
    assert "已有生效的申报" in said(answer)[-1]
    assert given_back.state == "returned"


def test_a_revocation_is_asked_by_one_and_confirmed_by_another(point: SalesPoint) -> None:
    row = declared(point)
    checker, maker = district_desk("审核乙", Duty.APPROVE), district_desk("经办甲")
    take(checker, row, "approve")
    assert steps_shown(maker, row) == {"ask-revocation"}
    take(maker, row, "ask-revocation", reason="重复申报")
    assert steps_shown(checker, row) == {"confirm-revocation", "keep"}
    take(checker, row, "keep")
    assert row.state == "approved"
    take(checker, row, "ask-revocation", reason="重复申报")
    assert steps_shown(checker, row) == set()
    assert "由另一人审核" in said(take(checker, row, "confirm-revocation"))[0]
    take(district_desk("审核丁", Duty.APPROVE), row, "confirm-revocation")
    assert (row.state, row.revoke_reason) == ("revoked", "重复申报")


def test_a_step_that_the_state_does_not_allow_is_refused_in_words(point: SalesPoint) -> None:
    row = declared(point)
    checker = district_desk("审核乙", Duty.APPROVE)
    take(checker, row, "approve")
    assert said(take(checker, row, "approve"))[-1] == "当前状态为“已审核”，不能进行这一步。"
    answer = take(checker, row, "return", reason="晚了")
    assert "不能进行这一步" in answer.content.decode()
    assert row.state == "approved"


def test_another_district_neither_sees_nor_checks_the_row(point: SalesPoint) -> None:
    row = declared(point)
    foreign = district_desk("萧山审核", Duty.APPROVE, XIAOSHAN)
    assert foreign.get(list_page(DeclaredSale)).context["cl"].result_count == 0
    assert foreign.get(page_of(row)).status_code == 302
    for step in ("approve", "return", "no-such-step"):
        assert take(foreign, row, step, reason="x").status_code == 404
    take(foreign, row, "approve")
    foreign.post(list_page(DeclaredSale), {"action": "approve_rows", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_district_declares_nothing_for_another(point: SalesPoint) -> None:
    foreign = district_desk("萧山经办", code=XIAOSHAN)
    answer = foreign.post(ADD, declaration(point))
    assert answer.status_code == 200
    opening = {
        "kind": "opening", "sales_point": "", "helper_district_code": "330105", "uploads": [],
    }  # fmt: skip
    answer = foreign.post(ADD, declaration(point, **opening))
    assert "不在您的范围内" in answer.content.decode()
    assert not DeclaredSale.objects.exists()
    assert not AuditEvent.objects.filter(object_kind="orders.declaredsale").exists()


def test_a_refusal_stands_on_the_form_with_what_was_typed(point: SalesPoint) -> None:
    maker = district_desk("经办甲")
    answer = maker.post(ADD, declaration(point, uploads=[]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "佐证材料" in "".join(answer.context["adminform"].form.non_field_errors())
    assert "六月销售台账" in page
    assert "12345.67" in page
    wrong = maker.post(ADD, declaration(point, amount_fen="1.234"))
    assert "最多两位小数" in wrong.content.decode()
    assert not DeclaredSale.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_nobody_edits_or_deletes_a_stated_row(point: SalesPoint) -> None:
    row = declared(point)
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    assert client.post(page_of(row), declaration(point, amount_fen="1")).status_code == 403
    assert client.post(page_of(row).replace("/change/", "/delete/")).status_code == 403
    row.refresh_from_db()
    assert row.amount_fen == 1234567


def test_a_county_looks_at_its_own_and_takes_no_step(point: SalesPoint) -> None:
    row = declared(point)
    mine = desk("黄平", Role.COUNTY, Duty.APPROVE, ScopeKind.COUNTY, "522622")
    other = desk("雷山", Role.COUNTY, Duty.APPROVE, ScopeKind.COUNTY, "522634")
    assert steps_shown(mine, row) == set()
    assert mine.get(ADD).status_code == 403
    assert take(mine, row, "approve").status_code == 403
    assert take(other, row, "approve").status_code == 404


def test_a_list_approves_many_and_names_each_refusal(point: SalesPoint) -> None:
    checker = district_desk("审核乙", Duty.APPROVE)
    months = (("2020-06-01", "2020-06-30"), ("2020-07-01", "2020-07-31"))
    rows = [declared(point, period_start=a, period_end=b) for a, b in months]
    own = declared(point, checker, period_start="2020-08-01", period_end="2020-08-31")
    chosen = {"action": "approve_rows", "_selected_action": [row.pk for row in (*rows, own)]}
    answer = checker.post(list_page(DeclaredSale), chosen)
    assert sorted(DeclaredSale.objects.values_list("state", flat=True)) == [
        *("approved", "approved", "submitted")
    ]
    assert "由另一人审核" in said(answer)[-2]
    assert said(answer)[-1] == "审核通过：2 条。"
    preparing = district_desk("经办甲").get(list_page(DeclaredSale)).content.decode()
    assert "审核通过所选记录" not in preparing


def test_a_list_takes_the_same_number_of_queries_for_more_rows(point: SalesPoint) -> None:
    client = district_desk("经办甲")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(list_page(DeclaredSale))
        return len(captured)

    declared(point)
    first = queries()
    for month in (7, 8, 9):
        day = date(2020, month, 1)
        declared(point, period_start=str(day), period_end=str(day))
    assert queries() == first
