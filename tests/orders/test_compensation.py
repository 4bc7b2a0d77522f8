"""What a merchant pays a buyer beside the refund is kept as an adjustment of its own."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from orders.models import Order, OrderAdjustment, OrderRevision, SalesEntry
from orders.rules.states import OrderStatus
from orders.services.recording import record_sale
from tests.back_office import desk
from tests.builders import make_sales_point, make_sku, moment, reported_sale
from tests.orders.intake import generic_files
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_withdrawals import imported, withdraw

PAID_OUT = moment("2020-05-20 09:00:00")


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    return make_sales_point()


def sale(compensation_fen=None, compensated_at=None, **fields):
    return reported_sale(
        "O-1", compensation_fen=compensation_fen, compensated_at=compensated_at, **fields
    )


def adjustments():
    return list(
        OrderAdjustment.objects.order_by("pk").values_list(
            "amount_fen", "occurred_at", "is_date_assumed"
        )
    )


def total():
    return sum(fen for fen, *_ in adjustments())


def read(folder, *rows):
    return generic_files.read(generic_files.write(folder, rows, list(rows[0])))


def test_a_compensation_changes_neither_amount_nor_refund_nor_net(store):
    record_sale(store, sale(2000, PAID_OUT, refunded_fen=5000), source="test")

    order = Order.objects.get()
    assert (order.goods_fen, order.refunded_fen, order.compensation_fen) == (16800, 5000, 2000)
    assert net_by("order_number") == {"O-1": 11800}
    assert adjustments() == [(2000, PAID_OUT, False)]
    assert violations() == []


def test_a_compensation_without_a_date_is_dated_by_its_report_and_flagged(store):
    record_sale(store, sale(2000), source="test")

    ((fen, _occurred_at, is_assumed),) = adjustments()
    assert (fen, is_assumed) == (2000, True)


def test_more_compensation_adds_the_difference(store):
    record_sale(store, sale(2000, PAID_OUT), source="test")
    later = moment("2020-06-01 09:00:00")
    record_sale(store, sale(2500, later), source="test")

    assert adjustments() == [(2000, PAID_OUT, False), (500, later, False)]
    assert Order.objects.get().compensation_fen == 2500
    assert violations() == []


def test_the_same_report_again_is_unchanged(store):
    record_sale(store, sale(2000, PAID_OUT), source="test")
    again = record_sale(store, sale(2000, PAID_OUT), source="test")

    assert again.totals.unchanged == 1
    assert len(adjustments()) == 1


def test_a_report_with_less_compensation_is_stale(store):
    record_sale(store, sale(2000, PAID_OUT), source="test")
    older = record_sale(store, sale(1500, PAID_OUT), source="test")

    assert (older.totals.stale, total()) == (1, 2000)


def test_a_source_that_does_not_say_leaves_it_and_still_moves_the_order(store):
    first = sale(2000, PAID_OUT, status=OrderStatus.SHIPPED)
    record_sale(store, first, source="test")
    newer = record_sale(store, sale(status=OrderStatus.SUCCEEDED), source="test")

    assert (newer.totals.updated, newer.totals.compensation_fen) == (1, 2000)
    assert (Order.objects.get().status, total()) == ("succeeded", 2000)
    assert violations() == []


def test_reports_without_compensation_keep_the_fingerprint_they_had(store):
    record_sale(store, sale(None), source="test")
    before = Order.objects.get().fingerprint
    same = record_sale(store, sale(0), source="test")

    assert (same.totals.unchanged, Order.objects.get().fingerprint) == (1, before)


def test_a_withdrawn_import_takes_its_compensation_back_on_its_day(store):
    withdraw(imported(store, sale(2000, PAID_OUT)))

    assert adjustments() == [(2000, PAID_OUT, False), (-2000, PAID_OUT, False)]
    assert violations() == []
    record_sale(store, sale(1200, PAID_OUT), source="again")
    assert total() == 1200
    assert violations() == []


def test_withdrawing_the_newer_import_gives_the_earlier_compensation_back(store):
    imported(store, sale(2000, PAID_OUT))
    newer = imported(store, sale(2500, moment("2020-06-01 09:00:00")))
    assert OrderRevision.objects.count() == 1
    withdraw(newer)

    assert (total(), Order.objects.get().compensation_fen) == (2000, 2000)
    assert violations() == []


def test_what_a_later_silent_report_carries_stays_until_that_one_is_read_anew(store):
    stating = imported(store, sale(2000, PAID_OUT, status=OrderStatus.SHIPPED))
    silent = imported(store, sale())
    withdraw(stating)
    assert total() == 2000

    withdraw(silent)
    assert total() == 0
    imported(store, sale())

    assert (total(), Order.objects.get().compensation_fen) == (0, 0)
    assert violations() == []


def test_an_adjustment_that_is_missing_is_found_by_the_audit(store):
    record_sale(store, sale(2000, PAID_OUT), source="test")
    Order.objects.update(compensation_fen=1900)

    assert violations() == ["compensation_differs_from_order xunqianji/O-1"]


def test_generic_files_state_it_once_for_the_order(tmp_path):
    at = "2020-05-20 09:00:00"
    rows = [
        generic_files.row(line_number="1", compensation_yuan="12.50", compensated_at=at),
        generic_files.row(line_number="2", compensation_yuan="", compensated_at=""),
    ]
    (found,) = read(tmp_path, *rows).sales

    assert (found.compensation_fen, len(found.lines)) == (1250, 2)
    assert found.compensated_at == PAID_OUT


@pytest.mark.parametrize("header", ["赔付", "赔付金额", "赔付（元）", "compensation_yuan"])
def test_generic_files_head_it_in_chinese_or_english(tmp_path, header):
    (found,) = read(tmp_path, generic_files.row(**{header: "3"})).sales
    assert found.compensation_fen == 300


def test_generic_files_without_the_column_do_not_say(tmp_path):
    assert generic_files.one_sale(tmp_path, generic_files.row()).compensation_fen is None


def test_generic_rows_that_disagree_on_it_reject_the_order(tmp_path):
    rows = [
        generic_files.row(line_number="1", compensation_yuan="12.50"),
        generic_files.row(line_number="2", compensation_yuan="12"),
    ]
    reading = read(tmp_path, *rows)

    assert [issue.code for issue in reading.issues] == ["order_rows_disagree"] * 2


def test_an_import_says_what_was_compensated_and_which_refunds_have_no_date(store, tmp_path):
    first = generic_files.row("A", compensation_yuan="3", refund_fen="100", refunded_at="")
    dated = generic_files.row(
        "B", compensation_yuan="", refund_fen="100", refunded_at="2020-05-09 10:00:00"
    )
    plain = generic_files.row("C", compensation_yuan="0", refund_fen="0", refunded_at="")
    path = generic_files.write(tmp_path, [first, dated, plain], list(first))

    def run(*more):
        out = StringIO()
        asked = ("--sales-point", store.code, "--format", "generic", "--json")
        call_command("import_orders", *asked, *more, path, stdout=out)
        told = json.loads(out.getvalue())
        return told["compensation_fen"], told["refunds_date_assumed"], told["net_fen"]

    assert run("--dry-run") == (300, 1, 26500)
    assert run() == (300, 1, 26500)
    assert run() == (300, 0, 26500)
    assert OrderAdjustment.objects.count() == 1


def test_the_order_page_shows_it_beside_the_ledger(store):
    record_sale(store, sale(2000, PAID_OUT), source="test")
    order = Order.objects.get()
    page = desk("people").get(reverse("admin:orders_order_change", args=[order.pk]))

    assert "赔付（元）" in page.content.decode()
    assert SalesEntry.objects.count() == 1
