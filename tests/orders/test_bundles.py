"""A gift box counts for the counties of its parts; goods by weight cost what they weigh."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.models import Order, SalesEntry
from orders.rules.bundles import split_refunded, split_sold
from orders.rules.ledger_rows import Amounts
from orders.services.recording import record_sale
from products.models import BundleComponent, Sku
from tests.builders import (
    make_bundle,
    make_sales_point,
    make_sku,
    reported_lines,
    reported_sale,
    stated_line,
    stated_sale,
)
from tests.orders.ledger_reading import excluded_by_reason, net_by, violations

LEISHAN, HUANGPING, LIPING = "522634", "522622", "522631"


@pytest.fixture
def box(db):
    """A gift box of three counties at 100.00 yuan: reference prices 30, 30 and 60 yuan."""
    make_sku("QDN-LS-001", county=LEISHAN)
    make_sku("QDN-HP-001", county=HUANGPING)
    make_sku("QDN-LP-001", county=LIPING)
    Sku.objects.filter(code="QDN-HP-001").update(net_grams=250)
    return make_bundle(
        "BOX", [("QDN-LS-001", 1, 3000), ("QDN-HP-001", 2, 1500), ("QDN-LP-001", 1, 6000)]
    )


@pytest.fixture
def point(db):
    return make_sales_point()


def box_sale(amount_fen=10000, **fields):
    return stated_sale("G-1", stated_line("BOX", amount_fen, **fields))


def test_a_gift_box_is_split_to_its_counties_to_the_fen(box, point):
    record_sale(point, box_sale(10001), source="test")

    assert net_by("county_code") == {LEISHAN: 2500, HUANGPING: 2500, LIPING: 5001}
    assert sorted(SalesEntry.objects.values_list("component", "sku_code", "quantity")) == [
        (1, "QDN-LS-001", 1),
        (2, "QDN-HP-001", 2),
        (3, "QDN-LP-001", 1),
    ]
    assert set(SalesEntry.objects.values_list("bundle_sku_code", flat=True)) == {"BOX"}
    assert SalesEntry.objects.get(component=2).weight_grams == 500
    assert violations() == []


def test_a_refund_of_a_gift_box_goes_back_from_every_part(box, point):
    record_sale(point, box_sale(), source="test")
    record_sale(point, box_sale(refunded_fen=4001), source="later")
    record_sale(point, box_sale(refunded_fen=10000), source="last")

    assert net_by("county_code") == {}
    assert violations() == []


def test_subsidy_and_consumer_money_of_a_gift_box_add_up(box, point):
    line = stated_line("BOX", 10000, subsidies=(("hz-gov", 3333),), refunded_fen=2000)
    record_sale(point, stated_sale("G-1", line), source="test")

    sold = SalesEntry.objects.filter(side="gross")
    assert sum(entry.subsidies["hz-gov"] for entry in sold) == 3333
    assert sum(entry.consumer_paid_fen for entry in sold) == 6667
    assert violations() == []


def test_a_box_keeps_the_parts_of_its_day_when_they_change_later(box, point):
    record_sale(point, box_sale(), source="test")
    BundleComponent.objects.filter(bundle=box).update(valid_to=date(2020, 5, 31))
    make_bundle("BOX", [("QDN-LS-001", 1, 100)], valid_from=date(2020, 6, 1))

    record_sale(point, box_sale(refunded_fen=1000), source="later")

    assert net_by("county_code") == {LEISHAN: 2250, HUANGPING: 2250, LIPING: 4500}
    assert SalesEntry.objects.filter(kind="correction").count() == 0


def test_a_wrong_composition_does_not_move_what_was_recorded(box, point):
    record_sale(point, box_sale(), source="test")
    BundleComponent.objects.filter(bundle=box, ordinal=3).update(reference_price_fen=1)

    record_sale(point, box_sale(refunded_fen=1000), source="later")

    assert net_by("county_code") == {LEISHAN: 2250, HUANGPING: 2250, LIPING: 4500}


def test_more_boxes_hold_more_of_every_part(box, point):
    record_sale(point, box_sale(), source="test")
    record_sale(point, box_sale(30000, quantity=3), source="more")

    standing: Counter[str] = Counter()
    for entry in SalesEntry.objects.filter(side="gross"):
        standing[entry.sku_code] += entry.quantity
    assert standing == {"QDN-LS-001": 3, "QDN-HP-001": 6, "QDN-LP-001": 3}
    assert net_by("county_code") == {LEISHAN: 7500, HUANGPING: 7500, LIPING: 15000}
    assert violations() == []


def test_a_box_of_another_price_is_split_as_if_it_had_always_cost_that(box, point):
    record_sale(point, box_sale(1), source="test")
    record_sale(point, box_sale(30000), source="corrected")
    record_sale(point, stated_sale("G-2", stated_line("BOX", 30000)), source="test")

    by_order = net_by("order_number", "county_code")
    assert {c: f for (n, c), f in by_order.items() if n == "G-1"} == {
        c: f for (n, c), f in by_order.items() if n == "G-2"
    }


def test_what_was_sold_before_it_was_known_as_a_box_stays_one(point):
    make_sku("BOX")
    record_sale(point, box_sale(), source="test")
    make_bundle("BOX", [("QDN-HP-001", 1, 1), ("QDN-LP-001", 1, 1)])

    record_sale(point, box_sale(refunded_fen=1000), source="later")

    assert net_by("sku_code") == {"BOX": 9000}


def test_a_top_up_without_sku_is_no_part_of_a_box(box, point):
    top_up = stated_line("", 300, line_key="L-2", title="补差价")
    record_sale(point, stated_sale("G-1", stated_line("BOX", 10000), top_up), source="test")

    assert sum(net_by("county_code").values()) == 10000
    assert excluded_by_reason() == {"top_up": 300}


def test_a_divided_order_discount_reaches_the_parts(box, point):
    lines = reported_lines([("BOX", 10000, 1), ("QDN-LS-001", 5000, 1)])
    record_sale(point, reported_sale("G-1", lines=lines, goods_fen=12000), source="test")

    assert sum(net_by("county_code").values()) == 12000
    assert violations() == []


def test_a_line_by_weight_is_one_piece_with_its_grams(box, point):
    line = stated_line("QDN-HP-001", 1882, weight_grams=735)
    record_sale(point, stated_sale("W-1", line), source="test")

    entry = SalesEntry.objects.get()
    assert (entry.quantity, entry.weight_grams, entry.amount_fen) == (1, 735, 1882)
    assert violations() == []


@pytest.mark.parametrize(
    ("list_fen", "weight_grams", "doubts"),
    [(1882, 735, []), (1881, 735, ["weighed_price_differs"]), (1280, 0, ["weighed_price_differs"])],
)
def test_goods_by_weight_cost_price_times_weight_rounded_once(
    box, point, list_fen, weight_grams, doubts
):
    Sku.objects.filter(code="QDN-HP-001").update(price_fen=1280, price_basis_grams=500)

    line = stated_line("QDN-HP-001", list_fen, weight_grams=weight_grams)
    record_sale(point, stated_sale("W-1", line), source="test")

    assert Order.objects.get().flags == doubts


MONEY = st.integers(0, 10**7)


@given(
    amounts=st.tuples(MONEY, MONEY, MONEY),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=6),
    share=st.fractions(0, 1),
)
def test_any_box_adds_up_and_never_gives_back_more_than_a_part_cost(amounts, weights, share):
    consumer, first, second = amounts
    subsidies = tuple((f, fen) for f, fen in (("a", first), ("b", second)) if fen)
    total = consumer + first + second
    sold = split_sold(Amounts(1, total, consumer, subsidies), weights)

    refunded = int(consumer * share)
    ratio = share if consumer else 0
    back = tuple((f, int(fen * ratio)) for f, fen in subsidies if int(fen * ratio))
    returned = refunded + sum(fen for _, fen in back)
    parts = split_refunded(Amounts(0, returned, refunded, back), sold)

    assert sum(part.amount_fen for part in sold) == total
    assert sum(part.consumer_paid_fen for part in sold) == consumer
    for funder, fen in subsidies:
        assert sum(dict(part.subsidies).get(funder, 0) for part in sold) == fen
    assert sum(part.amount_fen for part in parts) == returned
    for funder, fen in back:
        assert sum(dict(part.subsidies).get(funder, 0) for part in parts) == fen
    for cost, gone in zip(sold, parts, strict=True):
        assert 0 <= gone.amount_fen <= cost.amount_fen
        assert gone.amount_fen == gone.consumer_paid_fen + gone.subsidy_fen
