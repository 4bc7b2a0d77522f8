"""Orders that files name otherwise, and money beside refunds: what a report does to both."""

from __future__ import annotations

from itertools import pairwise

import pytest

from orders.models import OrderAdjustment, OrderLine, SalesEntry, SalesPoint, VoucherRedemption
from orders.services.recording import open_context, record_sale
from orders.services.recording.detailing import record_details
from tests.builders import make_sales_point, make_sku, reported_lines, reported_sale, stated_line
from tests.orders.channel_client import line, make_integration, order, refusal
from tests.orders.ledger_reading import net_by, violations


@pytest.fixture
def erp(db):
    make_sku("QDN-LS-001")
    make_sales_point()
    return make_integration()


@pytest.mark.parametrize(
    "filed",
    [
        reported_lines([("QDN-LS-001", 16800, 1)]),
        (stated_line("QDN-LS-001", 16800, line_key="标题||16800|1|1"),),
        (stated_line("QDN-LS-001", 16800, line_key=f"{'长' * 300}#{'0a' * 32}|1"),),
        (stated_line("QDN-LS-001", 16800, line_key="6917000000000000001"),),
    ],
    ids=["divided", "by content", "by long content", "by a platform's number"],
)
def test_an_order_that_files_name_otherwise_is_counted_once_whoever_speaks(erp, filed):
    """Each replaces the lines of the other: the money stands, the rows of a turn do not grow."""
    point, rows = SalesPoint.objects.get(), [0]
    for _turn in range(3):
        record_sale(point, reported_sale("O-1", lines=filed), source="import:1")
        assert net_by("order_number") == {"O-1": 16800}
        told = erp.put("O-1", order()).json()["order"]
        assert (told["net_fen"], told["flags"]) == (16800, [])
        assert OrderLine.objects.get().line_key == "L-1"
        rows.append(SalesEntry.objects.count())
    assert [after - before for before, after in pairwise(rows)] == [3, 4, 4]
    assert violations() == []


def test_details_of_a_file_complete_no_order_whose_lines_were_reported(erp):
    voucher = {"voucher_code": "HZ-1", "campaign_code": "mayday", "discount_fen": 100}
    erp.put("O-1", order(line(refunded_fen=800, vouchers=[voucher])))
    context = open_context(SalesPoint.objects.get(), source="import:1")
    assert record_details(context, {"O-1": reported_lines([("QDN-LS-001", 16800, 1)])}) == 0
    assert OrderLine.objects.get().line_key == "L-1"
    assert VoucherRedemption.objects.get().voucher_code == "HZ-1"
    assert net_by("order_number") == {"O-1": 16000}


def test_compensation_is_cumulative_and_stands_beside_the_money(erp):
    """Left out, it stays; less than recorded is stale; it moves neither refund nor net."""
    paid_out = {"compensation_fen": 500, "compensated_at": "2020-05-10T09:00:00+08:00"}
    for changes, result, standing in [
        ({}, "created", 0),
        (paid_out, "updated", 500),
        ({}, "updated", 500),
        ({}, "unchanged", 500),
        ({"compensation_fen": 700}, "updated", 700),
        ({"compensation_fen": 0}, "stale", 700),
    ]:
        answer = erp.put("O-1", order(**changes)).json()
        told = answer["order"]
        assert (answer["result"], told["compensation_fen"]) == (result, standing)
        assert (told["refund_fen"], told["net_fen"]) == (0, 16800)
    assert sorted(OrderAdjustment.objects.values_list("amount_fen", "is_date_assumed")) == [
        (200, True),
        (500, False),
    ]


def test_compensation_of_an_unpaid_order_is_refused(erp):
    answer = erp.put("O-1", order(status="unpaid", paid_at=None, compensation_fen=1))
    assert refusal(answer) == (422, "paid_without_time")
