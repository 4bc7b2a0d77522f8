"""The samples of 拼多多, 有赞 and 1688 equal what is expected of them."""

from __future__ import annotations

import json
import zlib
from collections import Counter

import pytest

from orders.rules.readings import Reading
from orders.rules.states import OrderStatus
from tests.orders.intake.exports import SAMPLES, accounts_for_every_row
from tests.orders.intake.platform_files import read

EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
PDD = SAMPLES / "pdd_orders_20200508.csv"
YOUZAN = SAMPLES / "youzan_orders_20200508.csv"
A1688 = SAMPLES / "1688_orders_20200508.xlsx"


def fen(yuan: str) -> int:
    return round(float(yuan) * 100)


def raw_text(reading: Reading) -> str:
    return "".join(
        zlib.decompress(body).decode()
        for facts in reading.files
        for _first, _rows, body in facts.blocks
    )


def test_pinduoduo_keeps_what_the_user_paid_apart_from_what_the_shop_received():
    reading = read("pdd", PDD)
    assert reading.format == "pdd"
    assert len(reading.sales) == reading.accepted_rows == EXPECTED["pdd"]["orders"] == 8
    cancelled = [s for s in reading.sales if s.status is OrderStatus.CLOSED and not s.paid_at]
    refunded = [sale for sale in reading.sales if sale.refunded_fen]
    assert len(cancelled) == EXPECTED["pdd"]["cancelled"]
    assert len(refunded) == EXPECTED["pdd"]["refunded"]
    assert all(sale.refunded_fen == sale.consumer_paid_fen for sale in refunded)
    assert all(sale.flags == ("refund_amount_assumed",) for sale in refunded)
    valid = [sale for sale in reading.sales if sale.paid_at and not sale.refunded_fen]
    assert sum(sale.consumer_paid_fen for sale in valid) == fen(
        EXPECTED["pdd"]["valid_user_paid_cny"]
    )
    received = sum(sale.goods_fen + sale.freight_fen for sale in valid)
    assert received == fen(EXPECTED["pdd"]["valid_merchant_received_cny"]) == 24790
    # Both amounts of the refunded orders are in the totals, and go back with the subsidy.
    assert reading.platform_gross_fen == received + 6800 + 5180
    assert reading.platform_refund_fen == 6800 + 5180
    assert all(sale.contact is None and sale.buyer == "" for sale in reading.sales)
    assert accounts_for_every_row(reading)


def test_youzan_reads_over_a_header_that_stands_twice():
    reading = read("youzan", YOUZAN)
    header = YOUZAN.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert len(header) == EXPECTED["youzan"]["columns"]
    assert header.count(EXPECTED["youzan"]["duplicate_header"]) == 2
    assert len(reading.sales) == EXPECTED["youzan"]["orders"] == 5
    assert [sale.refunded_fen for sale in reading.sales] == [0, 1000, 7900, 0, 0]
    assert Counter(sale.status for sale in reading.sales) == {
        OrderStatus.SUCCEEDED: 2,
        OrderStatus.CLOSED: 1,
        OrderStatus.PAID: 1,
        OrderStatus.UNPAID: 1,
    }
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (79000, 8900)
    assert all(sale.lines is None for sale in reading.sales)
    assert accounts_for_every_row(reading)


def test_1688_gives_lines_without_a_number_to_the_order_above():
    reading = read("1688", A1688)
    assert len(reading.sales) == 4
    assert [len(sale.lines or ()) for sale in reading.sales] == [2, 1, 3, 1]
    assert [sale.goods_fen for sale in reading.sales] == [3760000, 1840000, 3251000, 474000]
    assert reading.sales[0].payer_unit == "样例区机关事务服务中心"
    assert reading.sales[3].paid_at is None
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (8851000, 0)
    assert accounts_for_every_row(reading)


@pytest.mark.parametrize(("platform", "path"), [("pdd", PDD), ("youzan", YOUZAN), ("1688", A1688)])
def test_raw_rows_are_kept_without_people(platform, path):
    text = raw_text(read(platform, path))
    for person in ("样甲", "样**", "120****0000", "12000000000", "demo_buyer", "样例总工会"):
        assert person not in text
    assert "祥符街道" not in text
