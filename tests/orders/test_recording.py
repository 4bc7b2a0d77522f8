"""Recording reported sales: the order moves, the ledger only grows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db.models import Sum

from common.sealing import decrypt_text
from orders.models import ChangedOrder, Contact, Order, OrderLine, SalesEntry
from orders.rules.states import OrderStatus
from orders.services.recording import record_sale
from tests.builders import (
    make_sales_point,
    make_sku,
    moment,
    reported_lines,
    reported_sale,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    make_sku("QDN-LS-001", county="522634")
    make_sku("QDN-HP-001", county="522622", price_fen=4500)
    return make_sales_point()


def net_fen() -> int:
    return SalesEntry.objects.aggregate(net=Sum("amount_fen", default=0))["net"]


def by_side(side: str) -> int:
    return SalesEntry.objects.filter(side=side).aggregate(fen=Sum("amount_fen", default=0))["fen"]


def test_a_paid_order_becomes_one_ledger_row_with_its_codes_frozen(store):
    record_sale(store, reported_sale(reference_code="spring"), source="test")

    entry = SalesEntry.objects.get()
    assert (entry.kind, entry.side, entry.amount_fen, entry.quantity) == ("sale", "gross", 16800, 1)
    assert (entry.sku_code, entry.county_code) == ("QDN-LS-001", "522634")
    assert (entry.helper_evidence, entry.helper_district_code) == ("none", "")
    assert (entry.stage, entry.purchase_mode) == ("final", "assisted_sale")
    assert entry.reference_code == "spring"
    assert str(entry.order_date) == "2020-05-01"
    assert ChangedOrder.objects.count() == 1


def test_the_helper_district_is_the_sales_points_district_on_the_day_of_payment():
    make_sku()
    point = make_sales_point("fenghuang-shangshan", district="330105", channel_class="centre")

    record_sale(point, reported_sale(), source="test")

    entry = SalesEntry.objects.get()
    assert (entry.helper_district_code, entry.helper_evidence) == ("330105", "sales_point")


def test_an_unpaid_order_is_recorded_without_ledger_rows_until_it_is_paid(store):
    record_sale(store, reported_sale(paid_at=None), source="test")
    assert (Order.objects.count(), SalesEntry.objects.count()) == (1, 0)

    plan = record_sale(store, reported_sale(), source="test")

    assert plan.totals.updated == 1
    assert net_fen() == 16800


def test_the_same_report_again_changes_nothing(store):
    record_sale(store, reported_sale(), source="test")

    plan = record_sale(store, reported_sale(), source="test")

    assert (plan.totals.unchanged, plan.totals.updated) == (1, 0)
    assert SalesEntry.objects.count() == 1


def test_a_growing_refund_appends_rows_and_touches_none(store):
    record_sale(store, reported_sale(), source="first")
    record_sale(store, reported_sale(refunded_fen=1000), source="second")
    record_sale(store, reported_sale(refunded_fen=2500), source="third")

    rows = SalesEntry.objects.order_by("sequence").values_list("kind", "amount_fen")
    assert list(rows) == [("sale", 16800), ("refund", -1000), ("refund", -1500)]
    assert Order.objects.get().refunded_fen == 2500
    assert OrderLine.objects.get().refunded_fen == 2500


def test_an_order_closed_after_payment_is_cancelled_with_every_funder(store):
    subsidies = (("platform", 800),)
    record_sale(store, reported_sale(subsidies=subsidies), source="first")

    closed = reported_sale(subsidies=subsidies, status=OrderStatus.CLOSED, refunded_fen=16000)
    record_sale(store, closed, source="second")

    cancel = SalesEntry.objects.get(kind="cancel")
    assert (cancel.amount_fen, cancel.consumer_paid_fen) == (-16800, -16000)
    assert cancel.subsidies == {"platform": -800}
    assert net_fen() == 0


def test_an_older_report_moves_nothing_backwards(store):
    new = reported_sale(refunded_fen=1000)
    record_sale(store, new, source="new")

    for old in (
        reported_sale(),
        replace(new, status=OrderStatus.SHIPPED),
        reported_sale(paid_at=None),
    ):
        plan = record_sale(store, old, source="old")
        assert (plan.totals.unchanged, plan.totals.stale) == (1, 1)

    assert Order.objects.get().status == OrderStatus.SUCCEEDED
    assert net_fen() == 15800


def test_a_placeholder_gives_way_to_its_detail_by_reversal_and_keeps_the_dates(store):
    record_sale(store, reported_sale(lines=None, goods_fen=21300, refunded_fen=4500), source="a")
    assert SalesEntry.objects.filter(line_key="order").count() == 2
    first_refund = SalesEntry.objects.get(kind="refund")

    lines = reported_lines([("QDN-LS-001", 16800, 1), ("QDN-HP-001", 4500, 1)], closed=[1])
    plan = record_sale(store, reported_sale(lines=lines, refunded_fen=4500), source="b")

    assert plan.totals.updated == 1
    assert (by_side("gross"), by_side("refund")) == (21300, -4500)
    refund = SalesEntry.objects.get(kind="refund", sku_code="QDN-HP-001")
    assert (refund.amount_fen, refund.occurred_at) == (-4500, first_refund.occurred_at)
    placeholder = SalesEntry.objects.filter(line_key="order")
    assert placeholder.aggregate(fen=Sum("amount_fen"))["fen"] == 0
    assert Order.objects.get().flags == ["refund_date_assumed"]


def test_a_list_without_details_moves_an_order_whose_detail_is_known(store):
    lines = reported_lines([("QDN-LS-001", 16800, 1), ("QDN-HP-001", 4500, 1)])
    record_sale(store, reported_sale(lines=lines), source="with detail")

    record_sale(store, reported_sale(lines=None, goods_fen=21300, refunded_fen=2130), source="list")

    assert OrderLine.objects.count() == 2
    refunds = SalesEntry.objects.filter(kind="refund").order_by("line_key")
    assert [entry.amount_fen for entry in refunds] == [-450, -1680]


def test_a_line_missing_from_a_newer_report_is_flagged_and_stays(store):
    lines = reported_lines([("QDN-LS-001", 16800, 1), ("QDN-HP-001", 4500, 1)])
    record_sale(store, reported_sale(lines=lines), source="first")

    newer = reported_sale(lines=lines[:1], goods_fen=21300, status=OrderStatus.SUCCEEDED)
    record_sale(store, newer, source="second")

    assert OrderLine.objects.filter(is_missing=True).count() == 1
    assert Order.objects.get().flags == ["line_missing"]
    assert net_fen() == 21300


def test_a_seller_code_learned_later_corrects_the_ledger_when_the_report_comes_again(store):
    lines = reported_lines([("QDN-JH-001", 3680, 1)])
    record_sale(store, reported_sale(lines=lines), source="first")
    assert SalesEntry.objects.get().sku_code == ""

    make_sku("QDN-JH-001", county="522629", price_fen=3680)
    plan = record_sale(store, reported_sale(lines=lines), source="second")

    assert plan.totals.updated == 1
    kinds = SalesEntry.objects.order_by("id").values_list("kind", "county_code", "amount_fen")
    assert list(kinds) == [("sale", "", 3680), ("correction", "", -3680), ("sale", "522629", 3680)]


def test_a_corrected_payment_time_moves_the_sale_to_its_day_by_reversal(store):
    record_sale(store, reported_sale(), source="first")

    record_sale(store, reported_sale(paid_at=moment("2020-05-03 08:00:00")), source="second")

    days = SalesEntry.objects.order_by("id").values_list("kind", "order_date", "amount_fen")
    assert [(kind, str(day), fen) for kind, day, fen in days] == [
        ("sale", "2020-05-01", 16800),
        ("correction", "2020-05-01", -16800),
        ("sale", "2020-05-03", 16800),
    ]


def test_freight_and_excluded_lines_carry_no_amount(store):
    top_up = replace(reported_lines([("", 100, 15)])[0], title="补差价专用链接")
    lines = (*reported_lines([("QDN-LS-001", 16800, 1)]), top_up)

    plan = record_sale(store, reported_sale(lines=lines, freight_fen=1200), source="test")

    assert net_fen() == 16800
    freight = SalesEntry.objects.get(line_key="freight")
    assert (freight.freight_fen, freight.amount_fen) == (1200, 0)
    excluded = SalesEntry.objects.get(excluded_reason="top_up")
    assert (excluded.excluded_fen, excluded.amount_fen, excluded.sku_code) == (1500, 0, "")
    totals = plan.totals
    assert (totals.freight_fen, totals.excluded_fen, totals.unmatched) == (1200, 1500, 0)


def test_a_full_refund_takes_freight_and_excluded_lines_along(store):
    top_up = replace(reported_lines([("", 100, 15)])[0], title="补差价")
    lines = (*reported_lines([("QDN-LS-001", 16800, 1)]), top_up)
    sale = reported_sale(lines=lines, freight_fen=1200, refunded_fen=19500)

    plan = record_sale(store, sale, source="test")

    sums = SalesEntry.objects.aggregate(
        net=Sum("amount_fen"), freight=Sum("freight_fen"), excluded=Sum("excluded_fen")
    )
    assert sums == {"net": 0, "freight": 0, "excluded": 0}
    assert (plan.totals.freight_fen, plan.totals.excluded_fen) == (0, 0)


def test_a_refund_keeps_the_date_that_its_source_gives(store):
    sale = reported_sale(refunded_fen=1000, refunded_at=moment("2020-05-09 08:00:00"))

    record_sale(store, sale, source="test")

    refund = SalesEntry.objects.get(kind="refund")
    assert (str(refund.event_date), refund.is_event_date_assumed) == ("2020-05-09", False)
    assert str(refund.order_date) == "2020-05-01"


def test_contact_data_is_sealed_apart_from_the_order(store):
    record_sale(store, reported_sale(), source="test")

    contact = Contact.objects.get()
    assert b"12000000001" not in bytes(contact.sealed)
    assert "12000000001" in decrypt_text(bytes(contact.sealed))
    assert contact.phone_last4 == "0001"
    assert "tb_sample" not in Order.objects.get().buyer_key


def test_the_same_number_at_two_sales_points_is_two_orders(store):
    other = make_sales_point("youzan-shop", platform="youzan")

    record_sale(store, reported_sale(), source="test")
    record_sale(other, reported_sale(), source="test")

    assert Order.objects.count() == 2
    assert Order.objects.values("buyer_key").distinct().count() == 2


def test_an_unpaid_order_whose_goods_change_keeps_no_old_line(store):
    before = reported_lines([("QDN-LS-001", 18800, 1)])
    record_sale(store, reported_sale(lines=before, paid_at=None), source="first")

    record_sale(store, reported_sale(), source="second")

    assert OrderLine.objects.get().list_fen == 16800
    assert Order.objects.get().flags == []


def test_a_report_that_has_lost_a_seller_code_takes_no_match_away(store):
    record_sale(store, reported_sale(), source="new")

    uncoded = reported_lines([("QDN-LS-001", 16800, 1)], codes=False)
    plan = record_sale(store, reported_sale(lines=uncoded), source="old")

    assert plan.totals.stale == 1
    assert SalesEntry.objects.get().sku_code == "QDN-LS-001"


def test_a_closed_order_that_kept_its_money_counts_and_is_flagged(store):
    record_sale(store, reported_sale(status=OrderStatus.CLOSED), source="test")

    assert Order.objects.get().flags == ["closed_not_refunded"]
    assert net_fen() == 16800
