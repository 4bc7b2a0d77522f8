"""Goods without a known seller code: decided once, remembered, applied to what waited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import AuditEvent
from operations.errors import LeaseLost
from operations.services.jobs import cancel, claim_job, retry
from orders.errors import AlreadyDecided, MatchEnded, SellerCodeKnown, UnknownGoods
from orders.models import ChangedOrder, Order, OrderLine, SalesEntry
from orders.rules.fingerprints import UNCOMPARED
from orders.rules.matching import Goods
from orders.rules.states import OrderStatus
from orders.selectors.matching import waiting_goods
from orders.services.matching import match_goods, revoke_match, run_matching
from orders.services.recording import open_context
from orders.services.recording.restating import restate_orders
from products.models import Certificate, SellerCode, Sku
from tests.builders import (
    make_bundle,
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
    TEA,
    decide,
    match_again,
    put_instead,
    skus,
    take_back,
    tea_sale,
    unknown,
)
from tests.orders.test_exclusions import exclude
from tests.orders.test_withdrawals import imported, sale, withdraw


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


def test_a_certificate_counts_on_the_day_of_the_sale(store):
    Certificate.objects.create(
        product=Sku.objects.get(code="QDN-LS-001").product,
        kind="地理标志",
        number="1",
        valid_from=date(2020, 5, 1),
        valid_to=date(2020, 5, 31),
        source="test",
    )
    june = moment("2020-06-02 10:00:00")
    imported(store, tea_sale("O-1"), tea_sale("O-2", paid_at=june))
    decide(store, "QDN-LS-001")
    assert net_by("order_number", "is_certified") == {("O-1", True): 16800, ("O-2", False): 16800}


def test_a_box_is_split_to_its_parts(store):
    make_bundle("BOX", [("QDN-LS-001", 1, 10000), ("QDN-HP-001", 1, 6800)])
    imported(store, tea_sale("O-1", 800))
    row = decide(store, "BOX")

    assert net_by("sku_code") == {"QDN-LS-001": 9524, "QDN-HP-001": 6476}
    assert counts(imported(store, tea_sale("O-1", 800))) == (0, 0, 1)
    put_instead(row, "QDN-HP-001")
    assert net_by("sku_code") == {"QDN-HP-001": 16000}
    assert OrderLine.objects.get().bundle_parts is None
    assert violations() == []


def test_packs_bring_their_own_weight_and_take_it_along(store):
    Sku.objects.filter(code="QDN-LS-001").update(net_grams=100)
    Sku.objects.filter(code="QDN-HP-001").update(net_grams=250)
    stated = stated_sale("O-2", stated_line("", 900, title="标题 银球茶", weight_grams=700))
    imported(store, tea_sale("O-1"), stated)

    row = decide(store, "QDN-LS-001")
    assert grams() == {"O-1": 100, "O-2": 700}
    row = put_instead(row, "QDN-HP-001")
    assert grams() == {"O-1": 250, "O-2": 700}
    take_back(row)
    assert grams() == {"O-1": 0, "O-2": 700}
    assert net_by("sku_code") == {"": 17700}


def grams():
    return dict(OrderLine.objects.values_list("order__number", "weight_grams"))


def test_a_new_seller_code_waits_for_the_action_and_goes_before_a_decision(store):
    coded = reported_lines([("NEW-1", 16800, 1)])
    goods = Goods("NEW-1", "标题 NEW-1", "")
    imported(store, sale("O-1", lines=coded), sale("O-2", 800, lines=coded), tea_sale("O-3"))
    decide(store, "QDN-LS-001", goods)
    SellerCode.objects.create(code="NEW-1", sku=Sku.objects.get(code="QDN-HP-001"))
    assert net_by("county_code") == {"522634": 32800, "": 16800}

    match_again(store)

    assert net_by("county_code") == {"522622": 32800, "": 16800}
    assert counts(imported(store, sale("O-1", lines=coded), sale("O-2", 800, lines=coded))) == (
        *(0, 0, 2),
    )
    assert violations() == []


def test_lines_that_waited_for_their_code_get_it_by_the_action(store):
    coded = reported_lines([("new-1", 16800, 1)])
    imported(store, sale("O-1", lines=coded), tea_sale("O-2"))
    SellerCode.objects.create(code="NEW-1", sku=Sku.objects.get(code="QDN-LS-001"))
    assert skus() == {"O-1": None, "O-2": None}

    match_again(store)

    assert skus() == {"O-1": "QDN-LS-001", "O-2": None}
    assert AuditEvent.objects.get(action="goods_match.codes_applied").object_key == store.code


def test_a_state_that_a_withdrawal_brings_back_has_todays_match(store):
    imported(store, tea_sale("O-1", status=OrderStatus.PAID))
    second = imported(store, tea_sale("O-1", 800))
    decide(store, "QDN-LS-001")

    withdraw(second)

    assert net_by("sku_code") == {"QDN-LS-001": 16800}
    assert counts(imported(store, tea_sale("O-1", status=OrderStatus.PAID))) == (0, 0, 1)


def test_a_withdrawn_order_is_left_out_and_matched_when_it_returns(store):
    first = imported(store, tea_sale("O-1"))
    imported(store, tea_sale("O-2"))
    withdraw(first)
    decide(store, "QDN-LS-001")
    assert net_by("order_number", "sku_code") == {("O-2", "QDN-LS-001"): 16800}

    imported(store, tea_sale("O-1"))
    assert net_by("sku_code") == {"QDN-LS-001": 33600}


def test_a_job_that_died_goes_on_where_it_stopped(store, settings):
    settings.IMPORT_CHUNK_ORDERS = 1
    imported(store, *(tea_sale(f"O-{number}") for number in range(3)))
    row = match_goods(
        sales_point=store, goods=TEA, sku=Sku.objects.get(code="QDN-LS-001"), actor=make_user("m")
    )
    lost = claim_job(job_id=row.job_id)
    _die_after_one(lost, store)
    assert sorted(skus().values(), key=str) == [None, None, "QDN-LS-001"]

    retry(row.job_id)
    answer = run_matching(claim_job(job_id=row.job_id))

    assert answer["orders_changed"] == 2
    assert set(skus().values()) == {"QDN-LS-001"}
    assert violations() == []


def _die_after_one(claim, store):
    """Let another worker take the job over once the first chunk is written."""
    restate_orders(list(Order.objects.values_list("pk", flat=True)[:1]), source="match:1")
    cancel(claim.job_id)
    with pytest.raises(LeaseLost):
        run_matching(claim)


def test_what_is_remembered_is_read_once_for_a_whole_file(store, django_assert_num_queries):
    imported(store, tea_sale("O-1"))
    decide(store, "QDN-LS-001")
    context = open_context(store, source="test")
    with django_assert_num_queries(0):
        assert context.sku_of(tea_sale("O-9").lines[0]).sku_code == "QDN-LS-001"


def test_a_code_that_left_the_catalogue_again_is_noticed_by_the_next_file(store):
    coded = sale("O-1", lines=reported_lines([("NEW-1", 16800, 1)]))
    imported(store, coded)
    code = SellerCode.objects.create(code="NEW-1", sku=Sku.objects.get(code="QDN-LS-001"))
    match_again(store)
    code.delete()

    assert counts(imported(store, coded)) == (0, 1, 0)

    assert skus() == {"O-1": None}
    assert net_by("county_code") == {"": 16800}
