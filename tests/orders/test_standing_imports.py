"""Two imports report the same order: it stands as long as one of them does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from operations.services.reviewing import ask_revocation
from orders.models import Order, OrderConfirmation, OrderLine, SalesEntry
from orders.rules.states import OrderStatus
from orders.services.recording import record_sale
from orders.services.refund_corrections import (
    approve_refund_correction,
    confirm_refund_correction_revocation,
    propose_refund_correction,
)
from orders.services.withdrawing import preview_withdrawal
from tests.builders import (
    make_sales_point,
    make_sku,
    make_user,
    reported_lines,
    stated_line,
    stated_sale,
)
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_withdrawals import imported, sale, withdraw


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    return make_sales_point()


def corrected(refunded_fen):
    row = propose_refund_correction(
        order=Order.objects.get(),
        line_key="",
        refunded_fen=refunded_fen,
        reason="平台已收回退款",
        actor=make_user("maker"),
    )
    return approve_refund_correction(row, make_user("checker"))


def revoked(row):
    row = ask_revocation(row, make_user("maker"), "平台未收回")
    return confirm_refund_correction_revocation(row, make_user("checker"))


def test_an_order_that_a_second_import_confirmed_outlives_the_first(store):
    first = imported(store, sale("O-1"), sale("O-2"))
    second = imported(store, sale("O-1"))

    assert OrderConfirmation.objects.filter(order__number="O-1").exists()
    preview = preview_withdrawal(first)
    row = withdraw(first)

    assert (row.orders_withdrawn, row.orders_kept) == (1, 1)
    assert (preview.orders_withdrawn, preview.orders_kept) == (1, 1)
    assert net_by("order_number") == {"O-1": 16800}
    withdraw(second)
    assert net_by("order_number") == {}
    assert violations() == []


def test_a_report_that_came_too_late_is_what_remains_when_the_newer_one_goes(store):
    newer = imported(store, sale("O-1", 5000))
    older = imported(store, sale("O-1", 800, OrderStatus.SHIPPED))
    assert net_by("order_number") == {"O-1": 11800}

    withdraw(newer)

    assert net_by("order_number") == {"O-1": 16000}
    withdraw(older)
    assert net_by("order_number") == {}
    assert violations() == []


def test_a_revoked_refund_correction_leads_to_what_the_newest_file_says(store):
    imported(store, sale("O-1", 5000, OrderStatus.SHIPPED))
    correction = corrected(0)
    imported(store, sale("O-1", 0))
    assert net_by("order_number") == {"O-1": 16800}

    revoked(correction)

    assert net_by("order_number") == {"O-1": 16800}
    assert violations() == []


def test_a_withdrawal_after_a_revoked_correction_keeps_the_refund(store):
    imported(store, sale("O-1", 5000, OrderStatus.PAID))
    correction = corrected(0)
    second = imported(store, sale("O-1", 5000, OrderStatus.SHIPPED))
    revoked(correction)
    withdraw(second)

    assert net_by("order_number") == {"O-1": 11800}
    assert Order.objects.get().refunded_fen == 5000
    assert violations() == []


def test_lines_of_another_kind_of_source_replace_those_before(store):
    imported(store, sale("O-1", lines=reported_lines([("QDN-LS-001", 16800, 1)])))
    counter = imported(store, stated_sale("O-1", stated_line("QDN-HP-001", 16800)))

    assert net_by("sku_code") == {"QDN-HP-001": 16800}
    assert violations() == []

    withdraw(counter)
    assert net_by("sku_code") == {"QDN-LS-001": 16800}
    assert violations() == []


def test_a_withdrawn_order_passes_nothing_on_to_a_new_report(store):
    first = imported(store, stated_sale("O-1", stated_line("QDN-LS-001", 9000), reference_code="R"))
    withdraw(first)
    imported(store, stated_sale("O-1", stated_line("QDN-LS-001", 9000)))

    assert Order.objects.get().reference_code == ""
    assert net_by("reference_code") == {"": 9000}


def test_a_changed_quantity_or_title_is_an_update(store):
    line = stated_line("QDN-LS-001", 9000)
    record_sale(store, stated_sale("O-1", line), source="test")

    more = record_sale(store, stated_sale("O-1", replace(line, quantity=3)), source="more")
    named = record_sale(
        store, stated_sale("O-1", replace(line, quantity=3, title="雷山银球茶")), source="named"
    )

    assert (more.totals.updated, named.totals.updated) == (1, 1)
    assert OrderLine.objects.get().title == "雷山银球茶"
    assert {e.quantity for e in SalesEntry.objects.filter(side="gross").order_by("-id")[:1]} == {3}
    assert violations() == []
