"""The back office reconciles months in its own reach, and every figure leads to its rows."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Duty, Role, ScopeKind
from orders.models import Order, PlatformStatement, ReconciliationNote
from orders.selectors.reconciliation import reconciled_month
from orders.services.reconciling import enter_statement, explain_difference
from orders.services.recording import record_sale
from tests.back_office import XIAOSHAN, desk, district_desk, list_page
from tests.builders import make_county, make_district, make_sales_point, make_sku, reported_sale
from tests.orders.intake import exports
from tests.orders.test_exclusions import exclude
from tests.orders.test_reconciliation import taobao

pytestmark = pytest.mark.django_db
MAY = date(2020, 5, 1)
BASE = "admin:orders_platformstatement_reconciliation"


@pytest.fixture
def here(db):
    make_sku("QDN-LS-001")
    make_district("330105")
    return make_sales_point("fenghuang", channel_class="centre", district="330105")


@pytest.fixture
def there(db):
    make_district(XIAOSHAN)
    return make_sales_point("xiaoshan", channel_class="centre", district=XIAOSHAN)


def months_page(point):
    return reverse(f"{BASE}_months", args=[point.code])


def month_page(point, month="2020-05"):
    return reverse(f"{BASE}_month", args=[point.code, month])


def form(point, **values):
    told = {
        "sales_point": point.pk,
        "month": "2020-05-31",
        "gross_fen": "200.00",
        "refund_fen": "0",
        "source": "商家中心月账单",
    }
    return told | values


def test_a_statement_is_entered_and_the_months_show_what_differs(here):
    record_sale(here, reported_sale(), source="test")
    client = district_desk("people")

    answer = client.post(reverse("admin:orders_platformstatement_add"), form(here))
    assert answer.status_code == 302, answer.context["errors"]

    row = PlatformStatement.objects.get()
    assert (row.month, row.gross_fen, row.made_by.username) == (MAY, 20000, "people")
    page = client.get(months_page(here)).content.decode()
    assert "未说明" in page
    assert "32.00" in page
    of_month = client.get(month_page(here)).content.decode()
    assert "差额：平台账单 − 文件" in of_month
    trail = re.sub(r"<[^>]+>", "", of_month.split("<body", 1)[1])
    assert f"对账：{here.name} 2020-05" in trail
    assert all("退款计入其订单的付款月份，不论何时退款" in each for each in (page, of_month))
    listed = client.get(list_page(PlatformStatement)).content.decode()
    assert "2020-05" in listed
    assert "200.00" in listed


def test_the_month_offers_to_explain_what_is_left_and_takes_it(here):
    record_sale(here, reported_sale(), source="test")
    enter_statement(
        sales_point=here, month=MAY, gross_fen=16000, refund_fen=0, source="账单", actor=None
    )
    client = district_desk("people")

    page = client.get(month_page(here))
    (explain,) = [each[-1] for each in page.context["differences"] if each[-1]]
    asked = client.get(explain).context["adminform"].form.initial
    assert (asked["which"], asked["amount_fen"]) == ("statement_gross", "-8.00")
    answer = client.post(explain.split("?")[0], {**asked, "text": "满减由平台另行结算"})
    assert answer.status_code == 302

    assert ReconciliationNote.objects.get().amount_fen == -800
    page = client.get(month_page(here)).content.decode()
    assert "已说明" in page
    assert "满减由平台另行结算" in page


def test_a_refusal_is_shown_on_the_form(here):
    record_sale(here, reported_sale(), source="test")
    client = district_desk("people")
    note = {
        "sales_point": here.pk, "month": "2020-05-01", "which": "ledger_gross",
        "amount_fen": "1.00", "text": "不存在的差额",
    }  # fmt: skip
    answer = client.post(reverse("admin:orders_reconciliationnote_add"), note)

    assert "这一项没有差额" in answer.content.decode()
    assert not ReconciliationNote.objects.exists()


def test_every_figure_leads_to_the_rows_behind_it(here, tmp_path):
    store = make_sales_point()
    make_sku("QDN-RJ-003", county="522632")
    good, other = exports.order(), exports.order(954000000000000003, 买家应付邮费="5.00")
    taobao(store, tmp_path, good, other, exports.order(954000000000000002, 总金额="100.00"))
    exclude(Order.objects.get(number="954000000000000003"))
    client = desk("people")

    links = {row.key: link for row, link, *_ in client.get(month_page(store)).context["figures"]}
    expected = {
        "reported": 2, "files_rejected": 1, "rejected": 1, "excluded_brushing": 1,
        "goods": 4, "freight": 1, "withdrawn": 0, "corrected": 0, "compensation": 0,
    }  # fmt: skip
    for key, count in expected.items():
        answer = client.get(links[key])
        assert answer.status_code == 200, key
        assert answer.context["cl"].result_count == count, key
    (found,) = client.get(month_page(store)).context["imports"]
    assert client.get(found[0]).status_code == 200


def test_nobody_reconciles_beyond_their_reach(here, there):
    make_county("522622", "黄平县")
    record_sale(here, reported_sale(), source="test")
    own, other = district_desk("own"), district_desk("other", code=XIAOSHAN)
    county = desk("county", Role.COUNTY, Duty.PREPARE, ScopeKind.COUNTY, "522622")

    assert own.get(months_page(here)).status_code == 200
    for page in (months_page(here), month_page(here), reverse(f"{BASE}_export", args=[here.code])):
        assert other.get(page).status_code == 404
        assert county.get(page).status_code == 403
    assert [each.code for _, each in own.get(reverse(BASE)).context["points"]] == ["fenghuang"]

    answer = other.post(reverse("admin:orders_platformstatement_add"), form(here))
    assert answer.status_code == 200
    assert not PlatformStatement.objects.exists()


def test_a_store_operator_enters_the_statement_of_the_own_store(here):
    client = desk("shop", Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, here.code)
    assert client.post(
        reverse("admin:orders_platformstatement_add"), form(here)
    ).status_code == 302  # fmt: skip


def test_who_only_reads_is_not_offered_to_enter(here):
    record_sale(here, reported_sale(), source="test")
    client = district_desk("reader", Duty.READ)
    page = client.get(month_page(here))

    assert page.status_code == 200
    assert "登记或更正平台账单" not in page.content.decode()
    assert client.get(reverse("admin:orders_platformstatement_add")).status_code == 403


def test_the_export_adds_up_and_computes_nothing(here):
    record_sale(here, reported_sale(refunded_fen=800, compensation_fen=50), source="test")
    enter_statement(
        sales_point=here, month=MAY, gross_fen=16900, refund_fen=800, source="账单", actor=None
    )
    explain_difference(
        sales_point=here, month=MAY, which="statement_gross", amount_fen=100,
        text="=HYPERLINK(1)", actor=None,
    )  # fmt: skip
    answer = desk("people").get(reverse(f"{BASE}_export", args=[here.code]))
    text = b"".join(answer).decode("utf-8-sig")
    rows = {row["figure"]: row for row in csv.DictReader(io.StringIO(text))}

    assert rows["files"]["gross_fen"] == "16800"
    assert rows["statement_difference"]["gross_fen"] == "100"
    assert rows["note_statement_gross"]["name"] == "'=HYPERLINK(1)"
    held = reconciled_month(here, MAY).held
    assert int(rows["held"]["net_fen"]) == held.net_fen == 16000


@pytest.mark.parametrize("month", ["2020-13", "0101-05", "may"])
def test_a_month_that_is_none_is_not_found(here, month):
    assert desk("people").get(month_page(here, month)).status_code == 404
