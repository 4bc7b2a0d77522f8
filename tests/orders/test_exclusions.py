"""What is not counted, by whose decision, and how it counts again."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent
from operations.errors import MakerMayNotCheck, ReviewRefused
from operations.services.reviewing import ask_revocation, give_back
from orders.errors import AlreadyDecided, EvidenceMissing, OrderNotCounted, SameOrder, UnknownLine
from orders.models import ChangedOrder, LinkedOrders, Order, OrderRevision, SalesEntry
from orders.rules.sale import ReportedContact
from orders.services.exclusions import (
    approve_exclusion,
    confirm_exclusion_revocation,
    propose_exclusion,
)
from orders.services.linking import (
    approve_link,
    confirm_link_revocation,
    state_link,
    suspect_linked_orders,
)
from orders.services.recording import record_sale
from tests.builders import (
    make_sales_point,
    make_sku,
    make_user,
    moment,
    reported_lines,
    reported_sale,
)
from tests.orders.ledger_reading import excluded_by_reason, net_by, violations

DAY = moment("2020-05-01 00:00:00").date()


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    return make_sales_point()


@pytest.fixture
def order(store):
    lines = reported_lines([("QDN-LS-001", 10000, 1), ("QDN-HP-001", 5000, 1)])
    record_sale(store, reported_sale("O-1", lines=lines, refunded_fen=3000), source="test")
    return Order.objects.get()


def exclude(order, line_key="", reason="brushing", **fields):
    values = {"evidence": "同一收货人当日下单 40 次", "actor": make_user("maker")} | fields
    row = propose_exclusion(order=order, line_key=line_key, reason=reason, **values)
    return approve_exclusion(row, make_user("checker"))


def test_an_excluded_order_counts_nothing_and_stays_in_the_ledger(order):
    before = list(SalesEntry.objects.order_by("id").values())

    exclude(order)

    assert net_by("county_code") == {}
    assert excluded_by_reason() == {"brushing": 12000}
    assert list(SalesEntry.objects.order_by("id").values())[: len(before)] == before
    assert violations() == []


def test_a_line_can_be_excluded_alone(order):
    line = order.lines.get(seller_code="QDN-HP-001")

    exclude(order, line.line_key, reason="foreign")

    assert net_by("county_code") == {"522634": 8000}
    assert excluded_by_reason() == {"foreign": 4000}
    assert violations() == []


def test_what_is_excluded_waits_for_the_checker(order):
    row = propose_exclusion(
        order=order, line_key="", reason="test", evidence="测试单", actor=make_user("maker")
    )
    assert sum(net_by("county_code").values()) == 12000

    with pytest.raises(MakerMayNotCheck):
        approve_exclusion(row, make_user("maker"))
    give_back(row, make_user("checker"), "不是测试单")
    with pytest.raises(ReviewRefused):
        approve_exclusion(row, make_user("checker"))

    assert sum(net_by("county_code").values()) == 12000


def test_a_revoked_decision_lets_the_order_count_as_before(order):
    row = exclude(order)
    row = ask_revocation(row, make_user("maker"), "核实为真实订单")
    assert net_by("county_code") == {}

    confirm_exclusion_revocation(row, make_user("checker"))

    assert net_by("county_code") == {"522634": 8000, "522622": 4000}
    assert net_by("event_date", side="refund").keys() == {
        entry.event_date for entry in SalesEntry.objects.filter(kind="refund")
    }
    assert excluded_by_reason() == {}
    assert violations() == []
    steps = AuditEvent.objects.filter(object_kind="orders.exclusiondecision")
    assert list(steps.order_by("id").values_list("action", flat=True)) == [
        "submitted",
        "approved",
        "revocation_asked",
        "revoked",
    ]


def test_an_excluded_order_stays_excluded_when_a_newer_file_moves_it(store, order):
    exclude(order)
    lines = reported_lines([("QDN-LS-001", 10000, 1), ("QDN-HP-001", 5000, 1)])

    record_sale(store, reported_sale("O-1", lines=lines, refunded_fen=6000), source="later")

    assert net_by("county_code") == {}
    assert excluded_by_reason() == {"brushing": 9000}
    assert violations() == []


def test_an_exclusion_puts_the_order_into_the_feed_and_replaces_no_report(order):
    ChangedOrder.objects.all().delete()
    exclude(order)
    assert ChangedOrder.objects.count() == 1
    assert not OrderRevision.objects.exists()


def test_decisions_that_say_nothing_are_refused(store, order):
    with pytest.raises(EvidenceMissing):
        exclude(order, evidence=" ")
    with pytest.raises(UnknownLine):
        exclude(order, "no such line")
    record_sale(store, reported_sale("O-2", paid_at=None), source="test")
    with pytest.raises(OrderNotCounted):
        exclude(Order.objects.get(number="O-2"))
    exclude(order)
    with pytest.raises(AlreadyDecided):
        exclude(order)


def test_the_audit_finds_a_decision_that_was_changed_behind_its_back(order):
    row = exclude(order)
    type(row).objects.filter(pk=row.pk).update(state="revoked")
    assert {found.split()[0] for found in violations()} == {"excluded_without_decision"}


@pytest.fixture
def twice(store):
    """One sale that the counter and the store both report."""
    counter = make_sales_point("counter", channel_class="centre", platform="", shop_name="")
    who = ReportedContact("样甲", "12000000001", "杭州")
    record_sale(store, reported_sale("T-1", contact=who), source="test")
    record_sale(counter, reported_sale("C-9", contact=who), source="test")
    record_sale(counter, reported_sale("C-10", contact=None), source="test")
    return Order.objects.get(number="T-1"), Order.objects.get(number="C-9")


def test_the_same_phone_amount_and_day_in_two_channels_is_suspect(twice):
    assert suspect_linked_orders(DAY, DAY) == 1
    assert suspect_linked_orders(DAY, DAY) == 0

    pair = LinkedOrders.objects.get()
    assert ((pair.order, pair.duplicate), pair.ground, pair.state) == (
        twice,
        "same_contact",
        "draft",
    )
    assert sum(net_by("sales_point_code").values()) == 3 * 16800


def test_the_same_buyer_on_another_day_is_not_suspect(twice, store):
    who = ReportedContact("样甲", "12000000001", "杭州")
    shop = make_sales_point("shop", channel_class="centre", platform="", shop_name="")
    next_day = moment("2020-05-02 10:00:00")
    record_sale(shop, reported_sale("N-1", contact=who, paid_at=next_day), source="test")

    assert suspect_linked_orders(DAY, next_day.date()) == 1


def test_the_command_lists_what_is_suspect(twice):
    out = StringIO()
    days = ("--from", "2020-05-01", "--to", "2020-05-01")
    call_command("suspect_linked_orders", *days, "--json", stdout=out)

    assert json.loads(out.getvalue())["listed"] == 1
    with pytest.raises(SystemExit):
        call_command("suspect_linked_orders", "--from", "2020-05-02", "--to", "2020-05-01")


def test_a_confirmed_duplicate_is_excluded_and_comes_back_when_that_is_revoked(twice):
    first, second = twice
    row = state_link(order=first, duplicate=second, note="同一笔", actor=make_user("maker"))
    row = approve_link(row, make_user("checker"))

    assert net_by("order_number") == {"T-1": 16800, "C-10": 16800}
    assert excluded_by_reason() == {"duplicate": 16800}
    assert violations() == []

    row = ask_revocation(row, make_user("maker"), "两笔不同的销售")
    confirm_link_revocation(row, make_user("checker"))

    assert sum(net_by("order_number").values()) == 3 * 16800
    assert violations() == []


def test_an_order_is_not_its_own_duplicate(twice):
    with pytest.raises(SameOrder):
        state_link(order=twice[0], duplicate=twice[0], note="", actor=make_user("maker"))
