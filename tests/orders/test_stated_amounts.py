"""Orders whose source states every line: nothing is divided, nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from common.money import MAX_FEN
from operations.services.reviewing import ask_revocation
from orders.errors import OrderTooLarge
from orders.models import ChangedOrder, Order, OrderLine, SalesEntry, VoucherRedemption
from orders.rules.sale import ReportedVoucher, StatedAmounts
from orders.rules.stated import settle_report
from orders.rules.states import OrderStatus
from orders.services.exclusions import confirm_exclusion_revocation
from orders.services.recording import record_sale
from tests.builders import make_sales_point, make_sku, make_user, moment, stated_line, stated_sale
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_exclusions import exclude


@pytest.fixture
def point(db):
    make_sku("A")
    make_sku("B", county="522622")
    return make_sales_point("centre-330109", channel_class="centre", platform="")


def test_each_line_keeps_its_own_amount_subsidy_and_refund(point):
    first = stated_line("A", 10000, subsidies=(("hz-gov", 2000),), refunded_fen=4000)
    second = stated_line("B", 5000)

    record_sale(point, stated_sale("S-1", first, second, freight_fen=600), source="test")

    # 4,000 of 8,000 consumer money came back, and so half of the subsidy.
    assert net_by("sku_code") == {"A": 5000, "B": 5000}
    assert net_by("side") == {"gross": 15000, "refund": -5000}
    assert Order.objects.get().subsidy_returned_fen == 1000
    assert violations() == []


def test_a_lines_refund_is_dated_by_the_line(point):
    day = moment("2020-05-20 09:00:00")
    line = stated_line("A", 10000, stated=StatedAmounts(10000, (), 1000, day))
    other = stated_line("B", 5000, refunded_fen=500)

    record_sale(point, stated_sale("S-1", line, other), source="test")

    dated = SalesEntry.objects.get(sku_code="A", side="refund")
    assert (dated.event_date, dated.is_event_date_assumed) == (clock.business_day(day), False)
    assert SalesEntry.objects.get(sku_code="B", side="refund").is_event_date_assumed
    assert Order.objects.get().flags == ["refund_date_assumed"]


def test_a_day_that_a_later_file_gives_is_flagged_assumed_no_more(point):
    day = moment("2020-05-20 09:00:00")
    line = stated_line("A", 10000, refunded_fen=1000)
    record_sale(point, stated_sale("S-1", line), source="test")
    assert Order.objects.get().flags == ["refund_date_assumed"]

    dated = replace(line, stated=StatedAmounts(10000, (), 1000, day))
    record_sale(point, stated_sale("S-1", dated), source="later")

    last = SalesEntry.objects.filter(side="refund").latest("id")
    is_flagged = "refund_date_assumed" in Order.objects.get().flags
    assert last.is_event_date_assumed is is_flagged
    assert violations() == []


def test_every_lines_refund_keeps_its_own_day_when_the_order_is_stated_again(point):
    days = {"A": moment("2020-05-20 09:00:00"), "B": moment("2020-05-10 09:00:00")}
    lines = [
        stated_line(code, 10000, stated=StatedAmounts(10000, (), 5000, day))
        for code, day in days.items()
    ]
    record_sale(point, stated_sale("S-1", *lines), source="test")
    before = net_by("sku_code", "event_date", "side")
    decision = exclude(Order.objects.get())
    assert net_by("sku_code") == {}

    confirm_exclusion_revocation(
        ask_revocation(decision, make_user("maker"), "误剔"), make_user("checker")
    )

    assert net_by("sku_code", "event_date", "side") == before
    assert violations() == []


def test_an_order_that_no_column_can_hold_is_refused_and_nothing_is_written(point):
    record_sale(point, stated_sale("S-1", stated_line("A", MAX_FEN)), source="test")
    with pytest.raises(OrderTooLarge):
        record_sale(point, stated_sale("S-1", stated_line("B", MAX_FEN)), source="more")

    assert net_by("sku_code") == {"A": MAX_FEN}


def test_a_line_paid_by_subsidy_alone_goes_back_only_when_the_order_closes(point):
    line = stated_line("A", 3000, subsidies=(("hz-gov", 3000),))
    record_sale(point, stated_sale("S-1", line), source="test")
    assert net_by("sku_code") == {"A": 3000}

    record_sale(point, stated_sale("S-1", line, status=OrderStatus.CLOSED), source="later")

    assert net_by("sku_code") == {}
    assert violations() == []


def test_the_same_report_again_changes_nothing(point):
    sale = stated_sale("S-1", stated_line("A", 10000, beneficiary_unit="x", weight_grams=5))
    record_sale(point, sale, source="test")
    plan = record_sale(point, sale, source="again")

    assert (plan.totals.unchanged, SalesEntry.objects.count()) == (1, 1)


def test_a_line_missing_from_a_newer_report_stays_with_its_amounts(point):
    first, second = stated_line("A", 10000), stated_line("B", 5000, refunded_fen=100)
    record_sale(point, stated_sale("S-1", first, second), source="test")

    later = stated_sale("S-1", replace(first, stated=StatedAmounts(10000, (), 700, None)))
    record_sale(point, later, source="later")

    assert net_by("sku_code") == {"A": 9300, "B": 4900}
    assert OrderLine.objects.get(seller_code="B").is_missing
    assert violations() == []


def test_redemptions_are_kept_with_their_lines_and_ring_for_attribution(point):
    line = stated_line("A", 10000, vouchers=(ReportedVoucher("V1", "spring", 500),))
    record_sale(point, stated_sale("S-1", line), source="test")
    ChangedOrder.objects.all().delete()

    other = replace(line, vouchers=(ReportedVoucher("V1", "autumn", 500),))
    record_sale(point, stated_sale("S-1", other), source="later")

    told = VoucherRedemption.objects.values_list("line_key", "voucher_code", "campaign_code")
    assert list(told) == [("L-A", "V1", "autumn")]
    assert ChangedOrder.objects.count() == 1


MONEY = st.integers(0, 10**8)


@given(
    rows=st.lists(st.tuples(MONEY, MONEY, MONEY, st.fractions(0, 1)), min_size=1, max_size=5),
    freight=MONEY,
    closed=st.booleans(),
)
def test_stated_orders_always_add_up(rows, freight, closed):
    lines = [
        stated_line(
            str(n),
            consumer + first + second,
            subsidies=tuple((f, fen) for f, fen in (("a", first), ("b", second)) if fen),
            refunded_fen=consumer if closed else int(consumer * share),
        )
        for n, (consumer, first, second, share) in enumerate(rows)
    ]
    sale = stated_sale(
        "S-1",
        *lines,
        freight_fen=freight,
        status=OrderStatus.CLOSED if closed else OrderStatus.SUCCEEDED,
    )
    sale = replace(sale, refunded_fen=sale.refunded_fen + (freight if closed else 0))

    settled = settle_report(sale, lines)

    for line in settled.lines:
        assert line.amount_fen == line.consumer_paid_fen + sum(fen for _, fen in line.subsidies)
        assert 0 <= line.refunded_fen <= line.amount_fen
        for funder, fen in line.returned:
            assert fen <= dict(line.subsidies)[funder]
    refunded = sum(line.refunded_fen for line in settled.lines) + settled.freight_refunded_fen
    assert refunded == sale.refunded_fen + settled.subsidy_returned_fen
    if closed:
        assert refunded == sale.goods_fen + freight


def test_a_closed_line_that_cost_the_consumer_nothing_gives_its_subsidy_back(point):
    gift = stated_line("A", 3000, subsidies=(("hz-gov", 3000),), is_closed=True)

    record_sale(point, stated_sale("S-1", gift, stated_line("B", 5000)), source="test")

    assert net_by("sku_code") == {"B": 5000}
    assert violations() == []


def test_a_refund_that_only_moves_to_another_line_is_news(point):
    record_sale(
        point,
        stated_sale("S-1", stated_line("A", 10000, refunded_fen=700), stated_line("B", 5000)),
        source="test",
    )

    later = stated_sale("S-1", stated_line("A", 10000), stated_line("B", 5000, refunded_fen=700))
    plan = record_sale(point, later, source="later")

    assert plan.totals.updated == 1
    assert net_by("sku_code") == {"A": 10000, "B": 4300}
    assert violations() == []


def test_a_voucher_that_is_gone_rings_for_attribution_too(point):
    line = stated_line("A", 10000, vouchers=(ReportedVoucher("V1", "spring", 500),))
    record_sale(point, stated_sale("S-1", line), source="test")
    ChangedOrder.objects.all().delete()

    record_sale(point, stated_sale("S-1", replace(line, vouchers=())), source="later")

    assert not VoucherRedemption.objects.exists()
    assert ChangedOrder.objects.count() == 1
