"""`reconcile` prints a sales point's months, and a month names the imports that made it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orders.selectors.reconciled_imports import imports_of_month
from orders.services.recording import record_sale
from tests.builders import make_sales_point, make_sku, moment, reported_sale
from tests.orders.test_reconciliation import MAY, enter, explain
from tests.orders.test_withdrawals import imported


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    return make_sales_point()


def reconcile(*arguments):
    out = StringIO()
    call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_both_equations_and_json(store):
    record_sale(store, reported_sale(refunded_fen=800), source="test")
    enter(store, 20000, 800)
    explain(store, "statement_gross", 3200)

    text = reconcile("--sales-point", store.code)
    assert "2020-05  已说明" in text
    assert "差额：平台账单 − 文件：成交 32.00，退款 0.00，净额 32.00 元" in text
    assert "差额：文件 − 我方：成交 0.00" in text

    assert "退款计入其订单的付款月份，不论何时退款" in text
    assert "差额 32.00，已说明 32.00，尚未说明 0.00 元" in text
    assert "32.00 元：线下退款两笔（operator，" in text

    answer = json.loads(reconcile("--sales-point", store.code, "--json"))
    (told,) = answer["months"]
    assert (told["month"], told["verdict"]) == ("2020-05", "explained")
    assert told["statement"] == {
        "count": 0, "gross_fen": 20000, "refund_fen": 800, "net_fen": 19200
    }  # fmt: skip
    assert told["differences"][0] == {
        "which": "statement_gross",
        "amount_fen": 3200,
        "explained_fen": 3200,
        "verdict": "explained",
        "moved": False,
    }


def test_the_command_takes_months_and_refuses_what_is_none(store):
    answer = json.loads(
        reconcile("--sales-point", store.code, "--from", "2020-04", "--to", "2020-06", "--json")
    )
    assert [each["month"] for each in answer["months"]] == ["2020-04", "2020-05", "2020-06"]
    with pytest.raises(CommandError):
        reconcile("--sales-point", store.code, "--from", "2020/04")
    with pytest.raises(CommandError):
        reconcile("--sales-point", store.code, "--from", "2020-04", "--to", "2020-03")
    with pytest.raises(SystemExit):
        reconcile("--sales-point", "nowhere")


def test_the_imports_that_touched_a_month_are_listed(store):
    june = moment("2020-06-02 10:00:00")
    first = imported(store, reported_sale("A"), reported_sale("C", paid_at=june))
    second = imported(store, reported_sale("A"), reported_sale("B"))
    imported(store, reported_sale("D", paid_at=june))

    found = imports_of_month(store, MAY)
    assert [(each.order_import, each.orders, each.gross_fen, each.repeated) for each in found] == [
        (second, 1, 16800, 1),
        (first, 1, 16800, 0),
    ]
