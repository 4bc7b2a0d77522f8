"""Each test breaks one thing behind the system's back and expects the audit to name it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.models import AttributionEntry, DailyCount, DailyDigest, DailyMoney
from marketplace.services.attribution import request_run, work_run
from marketplace.services.audit import audit
from marketplace.services.campaigns import publish_version
from operations.services.append_only import drop_trigger, lifted_triggers
from operations.services.bulk import execute
from orders.models import LineDiscount, Order, OrderLine, SalesEntry
from orders.services.recording import record_sale
from tests.builders import (
    make_sales_point,
    make_sku,
    moment,
    reported_lines,
    reported_sale,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books() -> None:
    """Three attributed orders: a plain one, one refunded in part, one subsidised with freight."""
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622", price_fen=4500)
    store = make_sales_point()
    publish_version(
        campaign_code="mayday-2020",
        starts_at=moment("2020-05-01 00:00:00"),
        ends_at=moment("2020-05-08 00:00:00"),
        minimum_level=1,
        scopes={"sales_point": ["xunqianji"]},
    )
    lines = reported_lines([("QDN-LS-001", 16800, 1), ("QDN-HP-001", 4500, 2)])
    record_sale(store, reported_sale("954000000000000001"), source="import:1")
    record_sale(
        store,
        reported_sale("954000000000000002", lines=lines, refunded_fen=4500),
        source="import:1",
    )
    record_sale(
        store,
        reported_sale(
            "954000000000000003",
            lines=lines,
            goods_fen=25000,
            freight_fen=800,
            subsidies=(("platform", 1000),),
        ),
        source="import:1",
    )
    work_run(request_run(kind="full").pk)


def codes() -> set[str]:
    return {finding.code for finding in audit().violations}


def tamper(sql: str) -> None:
    with lifted_triggers():
        assert execute(sql) > 0


def test_untouched_books_are_clean(books):
    report = audit()

    assert report.violations == []
    assert report.checked["I2"] == SalesEntry.objects.count()
    assert report.checked["I5"] == SalesEntry.objects.exclude(amount_fen=0).count()


LEDGER = "orders_salesentry"
CREDITS = "marketplace_attributionentry"

PLANTED: dict[str, tuple[str, str]] = {
    "a ledger amount was changed": (
        f"UPDATE {LEDGER} SET amount_fen = amount_fen + 1 WHERE kind = 'sale'",
        "ledger_row_changed",
    ),
    "a county was changed in the ledger": (
        f"UPDATE {LEDGER} SET county_code = '522601' WHERE kind = 'sale'",
        "ledger_row_changed",
    ),
    "a sale was moved to another day": (
        f"UPDATE {LEDGER} SET order_date = '2020-05-09' WHERE kind = 'sale'",
        "ledger_row_changed",
    ),
    "a subsidy moved to another funder": (
        f"UPDATE {LEDGER} SET subsidies = '{{\"330105\": 1000}}' WHERE subsidy_fen > 0",
        "ledger_subsidies_differ_from_line",
    ),
    "a credit was booked twice": (
        f"INSERT INTO {CREDITS} (run_id, sales_point_code, order_number, entry_id, campaign_code, "
        "level, reason, direct_fen, participation_fen, direct_consumer_fen, "
        "participation_consumer_fen) SELECT run_id, sales_point_code, order_number, entry_id, "
        "'another', level, reason, direct_fen, participation_fen, direct_consumer_fen, "
        f"participation_consumer_fen FROM {CREDITS} WHERE direct_fen > 0",
        "credits_do_not_add_up",
    ),
    "a credit was given to another campaign": (
        f"UPDATE {CREDITS} SET campaign_code = 'another'",
        "credits_differ_from_the_rules",
    ),
    "a credit names another order": (
        f"UPDATE {CREDITS} SET order_number = 'another'",
        "credit_names_another_order",
    ),
    "a credit names another sales point": (
        f"UPDATE {CREDITS} SET sales_point_code = 'another'",
        "credit_names_another_order",
    ),
    "the digest of the last run was changed": (
        "UPDATE marketplace_attributionrun SET digest = 'ab'",
        "run_digest_differs",
    ),
    "a credit was deleted": (
        f"DELETE FROM {CREDITS} WHERE direct_fen < 0",
        "credits_do_not_add_up",
    ),
    "an order line was deleted": (
        "DELETE FROM orders_orderline WHERE id NOT IN (SELECT line_id FROM orders_linediscount)",
        "order_line_lost",
    ),
    "a line's amount was changed": (
        "UPDATE orders_orderline SET list_fen = list_fen + 1, amount_fen = amount_fen + 1",
        "ledger_differs_from_line",
    ),
    "a discount was deleted": (
        "DELETE FROM orders_linediscount WHERE funder = 'merchant'",
        "merchant_discount_differs_from_line",
    ),
    "an order's freight was changed": (
        "UPDATE orders_order SET freight_fen = freight_fen + 1, "
        "consumer_paid_fen = consumer_paid_fen + 1",
        "ledger_differs_from_freight",
    ),
    "a refund was raised on the order line only": (
        "UPDATE orders_orderline SET refunded_fen = refunded_fen + 1",
        "ledger_refund_differs_from_line",
    ),
    "an order was set back to unpaid": (
        "UPDATE orders_order SET status = 'unpaid'",
        "status_without_payment",
    ),
    "a payment time was moved on the order only": (
        "UPDATE orders_order SET paid_at = placed_at",
        "ledger_codes_differ_from_order",
    ),
    "a line was matched to another SKU behind the ledger": (
        "UPDATE orders_orderline SET sku_id = NULL",
        "ledger_codes_differ_from_order",
    ),
    "a campaign's scope was taken away": (
        "DELETE FROM marketplace_campaignscope",
        "campaign_rules_changed",
    ),
    "a daily total was changed": (
        "UPDATE marketplace_dailymoney SET direct_gross_fen = direct_gross_fen + 100",
        "daily_totals_differ",
    ),
    "a daily order count was changed": (
        "UPDATE marketplace_dailycount SET direct_orders = direct_orders + 1",
        "daily_counts_differ",
    ),
    "a digest limb was changed": (
        "UPDATE marketplace_dailydigest SET limb0 = limb0 + 1",
        "digest_differs",
    ),
    "a job ran out of attempts": (
        "UPDATE operations_job SET state = 'failed', error_code = 'attempts_exhausted'",
        "job_out_of_attempts",
    ),
}


@pytest.mark.parametrize("story", PLANTED)
def test_the_audit_names(story: str, books):
    sql, code = PLANTED[story]

    tamper(sql)

    assert code in codes()


def test_a_missing_refund_is_found(books):
    refund = SalesEntry.objects.get(kind="refund", line_key__startswith="标题 QDN-LS-001")
    with lifted_triggers():
        execute(f"DELETE FROM {CREDITS} WHERE entry_id = %s", [refund.pk])
        execute(f"DELETE FROM {LEDGER} WHERE id = %s", [refund.pk])

    assert "ledger_refund_differs_from_line" in codes()


def test_a_lost_ledger_row_is_found_even_when_the_line_was_adapted(books):
    sale = SalesEntry.objects.filter(order_number="954000000000000002", kind="sale").first()
    assert sale is not None
    with lifted_triggers():
        execute(f"DELETE FROM {CREDITS} WHERE entry_id = %s", [sale.pk])
        execute(f"DELETE FROM {LEDGER} WHERE id = %s", [sale.pk])

    assert {"ledger_row_lost", "ledger_differs_from_line"} <= codes()


def test_a_dropped_trigger_is_found(books):
    suffix = "append_only" if connection.vendor == "postgresql" else "append_only_update"

    drop_trigger(SalesEntry._meta.db_table, suffix)

    assert "trigger_missing" in codes()


def test_the_command_exits_1_and_says_what_is_wrong(books):
    tamper("UPDATE marketplace_dailydigest SET limb1 = limb1 + 1")
    out = StringIO()

    with pytest.raises(SystemExit) as stop:
        call_command("audit", "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert stop.value.code == 1
    assert answer["violations"][0]["code"] == "digest_differs"
    assert answer["checked"]["I4"] == 3


def test_changes_that_wait_for_the_next_run_are_no_violation(books):
    store = Order.objects.first().sales_point

    record_sale(store, reported_sale("954000000000000009"), source="import:2")

    assert audit().violations == []


_ALL_TABLES: tuple[Callable[[], int], ...] = tuple(
    model.objects.count
    for model in (AttributionEntry, DailyCount, DailyDigest, DailyMoney, OrderLine, LineDiscount)
)


def test_the_audit_writes_nothing(books):
    before = [count() for count in _ALL_TABLES]

    audit()

    assert [count() for count in _ALL_TABLES] == before
    assert connection.in_atomic_block is False
