"""Dividing an order's discount, subsidies and refunds over its lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orders.rules.sale import ReportedSale
from orders.rules.settlement import settle
from orders.rules.states import OrderStatus
from tests.builders import reported_lines, reported_sale


def settled(sale: ReportedSale):
    assert sale.lines is not None
    return settle(sale, sale.lines)


def test_an_order_discount_is_split_by_list_amount_and_the_first_line_key_bears_the_odd_fen():
    lines = reported_lines([("B", 1000, 1), ("A", 1000, 1), ("C", 1000, 1)])

    result = settled(reported_sale(lines=lines, goods_fen=2899))

    assert [line.line.seller_code for line in result.lines] == ["A", "B", "C"]
    assert [line.discount_fen for line in result.lines] == [34, 34, 33]
    assert [line.amount_fen for line in result.lines] == [966, 966, 967]


def test_a_refund_that_equals_the_closed_lines_falls_on_them_alone():
    lines = reported_lines([("A", 3590, 1), ("B", 2590, 1)], closed=[1])

    result = settled(reported_sale(lines=lines, refunded_fen=2590))

    assert [line.refunded_fen for line in result.lines] == [0, 2590]


def test_a_refund_that_does_not_equal_the_closed_lines_falls_on_all_lines_by_amount():
    lines = reported_lines([("A", 3000, 1), ("B", 1000, 1)], closed=[1])

    result = settled(reported_sale(lines=lines, refunded_fen=400))

    assert [line.refunded_fen for line in result.lines] == [300, 100]


def test_freight_is_refunded_only_after_the_goods():
    sale = reported_sale(freight_fen=1200, refunded_fen=17400)

    result = settled(sale)

    assert result.lines[0].refunded_fen == 16800
    assert result.freight_refunded_fen == 600


def test_the_subsidy_goes_back_in_proportion_and_rounded_down_until_all_money_is_back():
    partly = settled(reported_sale(subsidies=(("platform", 1000),), refunded_fen=5000))
    wholly = settled(reported_sale(subsidies=(("platform", 1000),), refunded_fen=15800))

    assert partly.subsidy_returned_fen == 1000 * 5000 // 15800
    assert partly.lines[0].refunded_fen == 5000 + 316
    assert wholly.lines[0].refunded_fen == 16800


def test_an_order_paid_by_subsidy_alone_is_refunded_only_by_closing_it():
    paid = reported_sale(subsidies=(("platform", 16800),))
    closed = reported_sale(subsidies=(("platform", 16800),), status=OrderStatus.CLOSED)

    assert settled(paid).lines[0].refunded_fen == 0
    assert settled(closed).lines[0].refunded_fen == 16800


@st.composite
def sales(draw: st.DrawFn, *, is_fully_refunded: bool = False) -> ReportedSale:
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from("ABCD"), st.integers(0, 9999), st.integers(1, 5)),
            min_size=1,
            max_size=5,
        )
    )
    closed = draw(st.sets(st.integers(0, len(rows) - 1)))
    lines = reported_lines(rows, closed=sorted(closed))
    goods = draw(st.integers(0, sum(line.list_fen for line in lines) + 50))
    freight = draw(st.integers(0, 2000))
    platform = draw(st.integers(0, goods + freight))
    district = draw(st.integers(0, goods + freight - platform))
    subsidies = tuple(
        (funder, fen) for funder, fen in (("platform", platform), ("330105", district)) if fen
    )
    consumer = goods + freight - platform - district
    refunded = consumer if is_fully_refunded else draw(st.integers(0, consumer))
    shut = draw(st.booleans())
    return reported_sale(
        lines=lines,
        goods_fen=goods,
        freight_fen=freight,
        subsidies=subsidies,
        refunded_fen=refunded,
        status=OrderStatus.CLOSED if shut else OrderStatus.SUCCEEDED,
    )


@given(sales())
def test_every_fen_of_an_order_is_on_exactly_one_line_or_in_its_freight(sale: ReportedSale):
    result = settled(sale)

    assert sum(line.amount_fen for line in result.lines) == sale.goods_fen
    for line in result.lines:
        assert line.amount_fen == line.line.list_fen - line.discount_fen
        assert line.amount_fen >= 0
        assert line.consumer_paid_fen >= 0
        assert 0 <= line.refunded_fen <= line.amount_fen
        assert all(fen > 0 for _, fen in line.subsidies)
    back = sum(line.refunded_fen for line in result.lines) + result.freight_refunded_fen
    assert back == sale.refunded_fen + result.subsidy_returned_fen
    assert 0 <= result.freight_refunded_fen <= sale.freight_fen


@given(sales(is_fully_refunded=True).filter(lambda sale: sale.consumer_paid_fen > 0))
def test_a_full_refund_leaves_nothing_with_anybody(sale: ReportedSale):
    result = settled(sale)

    assert [line.refunded_fen for line in result.lines] == [
        line.amount_fen for line in result.lines
    ]
    assert result.freight_refunded_fen == sale.freight_fen
    for line in result.lines:
        assert line.returned == line.subsidies
