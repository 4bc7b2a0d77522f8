"""Rows that no order came of stand on both sides of their month, until an order is recorded."""

from __future__ import annotations

import pytest

from orders.models import OrderImport
from orders.rules.reconciliation import Money
from tests.builders import make_sales_point, make_sku
from tests.orders.intake import exports, generic_files, platform_files
from tests.orders.intake.platform_files import jd
from tests.orders.test_reconciliation import figures, month, run_import, taobao
from tests.orders.test_withdrawals import withdraw


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-RJ-003", county="522632")
    return make_sales_point()


def test_a_rejected_row_is_on_both_sides_with_its_money(store, tmp_path):
    taobao(
        store,
        tmp_path,
        exports.order(954000000000000001, 退款金额="9.00", 买家实际支付金额="80.00"),
        exports.order(954000000000000002, 总金额="100.00", 退款金额="5.00"),
    )

    found = month(store)

    assert found.unrecorded == {"rejected": Money(1, 10000, 500)}
    assert figures(found.files) == (18900, 1400) == figures(found.held)


def test_what_any_platform_rejects_is_on_both_sides_as_the_import_totals_it(tmp_path, db):
    store = make_sales_point("jd-shop", platform="jd")
    good, wrong = jd(), jd("120000000099", 订单金额="90.00", 结算金额="90.00")
    path = platform_files.write(tmp_path, [good, wrong])

    row = run_import(store, platform_files.read("jd", path), path)

    found = month(store)
    assert (row.rejected, row.platform_gross_fen) == (1, 8900 + 9000)
    assert found.files.gross_fen == row.platform_gross_fen
    assert figures(found.files) == figures(found.held)
    assert found.unrecorded == {"rejected": Money(1, 9000, 0)}


def test_a_row_that_a_later_file_brings_right_is_no_longer_missing(store, tmp_path):
    bad = exports.order(总金额="100.00")
    taobao(store, tmp_path, bad, exports.order(954000000000000002))
    taobao(store, tmp_path, bad, exports.order(954000000000000002))
    assert month(store).unrecorded == {"rejected": Money(1, 10000, 0)}

    taobao(store, tmp_path, exports.order(总金额="89.00"))

    assert month(store).unrecorded == {}
    assert figures(month(store).files) == (17800, 0)


def test_a_rejected_row_counts_again_once_what_recorded_its_order_is_withdrawn(store, tmp_path):
    taobao(store, tmp_path, exports.order(), exports.order("954000000000000099", 总金额="99.00"))
    right = taobao(store, tmp_path, exports.order("954000000000000099"))
    assert month(store).unrecorded == {}

    withdraw(right)

    found = month(store)
    assert found.unrecorded == {"rejected": Money(1, 9900, 0)}
    assert figures(found.files) == figures(found.held)
    assert found.withdrawn.count == 1


def test_rejected_rows_of_a_withdrawn_import_do_not_count(store, tmp_path):
    good = exports.order(954000000000000002)
    withdraw(taobao(store, tmp_path, exports.order(总金额="100.00"), good))

    found = month(store)
    assert (found.unrecorded, found.files.gross_fen) == ({}, 0)
    assert found.withdrawn == Money(1, 8900, 0)


def test_rows_of_an_import_that_was_stopped_count_only_where_it_wrote(store, tmp_path):
    row = taobao(store, tmp_path, exports.order(总金额="100.00"), exports.order(954000000000000002))
    stopped = OrderImport.objects.filter(pk=row.pk)
    stopped.update(state="cancelled")
    assert month(store).unrecorded == {"rejected": Money(1, 10000, 0)}
    stopped.update(done_orders=0)
    assert month(store).unrecorded == {}


def test_a_rejected_generic_order_tells_its_money_row_by_row(store, tmp_path):
    rows = [
        generic_files.row("A", line_number="1", amount_fen="1000", freight_fen="300"),
        generic_files.row("A", line_number="2", amount_fen="2000", refund_fen="3000"),
        generic_files.row("B"),
    ]
    path = generic_files.write(tmp_path, rows)
    run_import(store, generic_files.read(path), path)

    found = month(store)
    assert found.unrecorded == {"rejected": Money(2, 3300, 3000)}
    assert figures(found.files) == (12200, 3000) == figures(found.held)
