"""Goods without a known seller code: decided once, remembered, applied to what waited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.models import AuditEvent
from orders.errors import AlreadyDecided, MatchEnded, SellerCodeKnown, UnknownGoods
from orders.models import ChangedOrder, Order, OrderLine, SalesEntry
from orders.rules.fingerprints import UNCOMPARED
from orders.rules.matching import Goods
from orders.rules.states import OrderStatus
from orders.selectors.matching import waiting_goods
from orders.services.matching import revoke_match
from tests.builders import (
    make_sales_point,
    make_sku,
    make_user,
    moment,
    reported_lines,
    stated_line,
    stated_sale,
)
from tests.orders.ledger_reading import excluded_by_reason, net_by, violations
from tests.orders.matching_world import (
    decide,
    put_instead,
    skus,
    take_back,
    tea_sale,
    unknown,
)
from tests.orders.test_exclusions import exclude
from tests.orders.test_withdrawals import imported, sale


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    return make_sales_point()


def counts(order_import):
    return order_import.created, order_import.updated, order_import.unchanged


def test_a_decision_moves_what_waited_to_its_county_and_leaves_the_shops_money(store):
    imported(store, tea_sale("O-1"), tea_sale("O-2", 800))
    assert net_by("county_code", "sku_code") == {("", ""): 32800}

    decide(store, "QDN-LS-001")

    assert net_by("county_code", "sku_code") == {("522634", "QDN-LS-001"): 32800}
    assert net_by("side") == {"gross": 33600, "refund": -800}
    assert skus() == {"O-1": "QDN-LS-001", "O-2": "QDN-LS-001"}
    assert violations() == []


def test_it_is_remembered_for_the_next_file(store):
    imported(store, tea_sale("O-1"))
    decide(store, "QDN-LS-001")

    imported(store, tea_sale("O-9"))

    assert skus() == {"O-1": "QDN-LS-001", "O-9": "QDN-LS-001"}
    assert net_by("county_code") == {"522634": 33600}


def test_the_ledger_says_how_it_got_there(store):
    imported(store, tea_sale("O-1", 800))
    refund = SalesEntry.objects.get(side="refund")

    row = decide(store, "QDN-LS-001")

    told = SalesEntry.objects.filter(source=f"match:{row.pk}").order_by("pk")
    assert list(told.values_list("kind", "sku_code", "amount_fen")) == [
        ("correction", "", -16800),
        ("correction", "", 800),
        ("sale", "QDN-LS-001", 16800),
        ("refund", "QDN-LS-001", -800),
    ]
    again = told.get(kind="refund")
    assert (again.event_date, again.paid_at) == (refund.event_date, refund.paid_at)
    assert ChangedOrder.objects.filter(order__number="O-1").count() == 2
    assert row.job.created_by == row.decided_by


def test_another_title_attribute_code_or_shop_is_other_goods(store):
    other_store = make_sales_point("other", shop_name="另一家")
    coded = reported_lines([("银球茶", 16800, 1)])
    imported(store, tea_sale("O-1"), tea_sale("O-2", lines=unknown(("银球茶礼盒", 16800, 1))))
    imported(store, tea_sale("O-3", lines=coded))
    other_attributes = replace(tea_sale("O-4").lines[0], attributes="500g")
    imported(store, sale("O-4", lines=(other_attributes,)))
    imported(other_store, tea_sale("O-5"))

    decide(store, "QDN-LS-001")

    assert [number for number, code in skus().items() if code] == ["O-1"]


def test_the_same_file_again_changes_nothing(store):
    sales = [
        tea_sale("O-1", 800),
        tea_sale("O-2", status=OrderStatus.UNPAID, paid_at=None),
        stated_sale("O-3", stated_line("", 16800, title="标题 银球茶", weight_grams=700)),
    ]
    imported(store, *sales)
    decide(store, "QDN-LS-001")
    rows, orders = SalesEntry.objects.count(), list(Order.objects.values("pk", "updated_at"))

    assert counts(imported(store, *sales)) == (0, 0, 3)
    assert counts(imported(store, *sales)) == (0, 0, 3)

    assert SalesEntry.objects.count() == rows
    assert list(Order.objects.values("pk", "updated_at")) == orders
    assert set(skus().values()) == {"QDN-LS-001"}


def test_an_order_is_compared_in_full_only_once(store):
    imported(store, tea_sale("O-1"))
    decide(store, "QDN-LS-001")
    assert UNCOMPARED in Order.objects.get().fingerprint
    imported(store, tea_sale("O-1"))
    assert UNCOMPARED not in Order.objects.get().fingerprint


def test_a_newer_file_still_moves_a_matched_order(store):
    imported(store, tea_sale("O-1", status=OrderStatus.PAID))
    decide(store, "QDN-LS-001")

    assert counts(imported(store, tea_sale("O-1", 800))) == (0, 1, 0)

    assert net_by("county_code") == {"522634": 16000}
    assert violations() == []


def test_a_replaced_decision_moves_everything_and_both_stay_readable(store):
    imported(store, tea_sale("O-1"), tea_sale("O-2", 800))
    first = decide(store, "QDN-LS-001")
    second = put_instead(first, "QDN-HP-001")

    first.refresh_from_db()
    assert net_by("county_code") == {"522622": 32800}
    assert (first.ended_by.username, second.decided_by.username) == ("other", "other")
    assert first.ended_at is not None
    assert second.ended_at is None
    assert list(
        AuditEvent.objects.filter(object_kind="orders.goodsmatch")
        .order_by("pk")
        .values_list("action", "actor__username", "changes")
    ) == [
        ("goods_match.decided", "maker", {"sku": ["", "QDN-LS-001"]}),
        ("goods_match.replaced", "other", {"sku": ["QDN-LS-001", "QDN-HP-001"]}),
    ]
    assert counts(imported(store, tea_sale("O-1"), tea_sale("O-2", 800))) == (0, 0, 2)
    assert violations() == []


def test_a_revoked_decision_lets_its_lines_wait_again(store):
    imported(store, tea_sale("O-1", 800))
    row = take_back(decide(store, "QDN-LS-001"))
    imported(store, tea_sale("O-2"))

    assert net_by("county_code", "sku_code") == {("", ""): 32800}
    assert skus() == {"O-1": None, "O-2": None}
    assert OrderLine.objects.get(order__number="O-1").weight_grams == 0
    assert AuditEvent.objects.get(action="goods_match.revoked").reason == "看错了"
    assert counts(imported(store, tea_sale("O-1", 800))) == (0, 0, 1)
    assert violations() == []
    with pytest.raises(MatchEnded):
        revoke_match(row, reason="", actor=make_user("maker"))
    with pytest.raises(MatchEnded):
        put_instead(row, "QDN-HP-001")


def test_two_who_decide_about_the_same_goods_do_not_undo_each_other(store):
    imported(store, tea_sale("O-1"))
    row = decide(store, "QDN-LS-001", name="first")
    with pytest.raises(AlreadyDecided, match="first"):
        decide(store, "QDN-HP-001", name="second")
    with pytest.raises(AlreadyDecided):
        put_instead(row, "QDN-LS-001")
    assert net_by("county_code") == {"522634": 16800}


def test_only_goods_that_wait_are_decided(store):
    imported(store, tea_sale("O-1"), sale("O-2", lines=None))
    with pytest.raises(UnknownGoods):
        decide(store, "QDN-LS-001", Goods("", "没有这样的标题", ""))
    with pytest.raises(UnknownGoods):
        decide(store, "QDN-LS-001", Goods("", "", ""))
    with pytest.raises(SellerCodeKnown):
        decide(store, "QDN-LS-001", Goods("qdn-ls-001", "标题", ""))


def test_a_placeholder_waits_for_its_detail_and_never_matches(store):
    imported(store, tea_sale("O-1"), sale("O-2", lines=None, title="标题 银球茶"))
    decide(store, "QDN-LS-001")
    imported(store, sale("O-3", lines=None, title="标题 银球茶"))

    assert skus() == {"O-1": "QDN-LS-001", "O-2": None, "O-3": None}
    assert list(waiting_goods([store.pk])) == []


def test_an_excluded_line_never_waits(store):
    lines = unknown(("补差价", 100, 5), ("银球茶", 16800, 1))
    imported(store, sale("O-1", lines=lines), tea_sale("O-2"))
    exclude(Order.objects.get(number="O-2"))

    assert [(row["title"], row["lines"]) for row in waiting_goods([store.pk])] == [
        ("标题 银球茶", 1)
    ]
    with pytest.raises(UnknownGoods):
        decide(store, "QDN-LS-001", Goods("", "标题 补差价", ""))
    decide(store, "QDN-LS-001")
    assert excluded_by_reason() == {"top_up": 500, "brushing": 16800}
    assert net_by("sku_code") == {"QDN-LS-001": 16800}
    assert OrderLine.objects.filter(sku__code="QDN-LS-001").count() == 2


def test_the_queue_names_most_money_first_and_what_it_is(store):
    imported(
        store,
        tea_sale("O-1", paid_at=moment("2020-05-02 10:00:00")),
        tea_sale("O-2"),
        tea_sale("O-3", lines=unknown(("贵重", 99900, 1))),
        tea_sale("O-4", status=OrderStatus.UNPAID, paid_at=None),
    )
    rows = list(waiting_goods([store.pk]))
    assert [(r["title"], r["lines"], r["money_fen"]) for r in rows] == [
        ("标题 贵重", 1, 99900),
        ("标题 银球茶", 2, 33600),
    ]
    assert rows[1]["first_paid_at"] < rows[1]["last_paid_at"]
