"""Random orders, written in random layouts and encodings, are read back exactly."""

from __future__ import annotations

import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.clock import SHANGHAI
from orders.rules.line_keys import line_keys
from orders.rules.states import OrderStatus
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_46,
    LIST_54,
    LIST_67,
    accounts_for_every_row,
    detail,
    order,
    read,
    write_detail,
    write_list,
)

WORDS = {
    OrderStatus.PAID: "买家已付款，等待卖家发货",
    OrderStatus.SHIPPED: "卖家已发货，等待买家确认",
    OrderStatus.SUCCEEDED: "交易成功",
    OrderStatus.CLOSED: "交易关闭",
}
# Anything that a person may type and that both encodings can write, without outer blanks.
TEXTS = st.text("米茶,\"'=+-@\r\n 甲1x：㵲", min_size=1, max_size=12).map(lambda s: f"品{s}号")
MOMENTS = st.integers(0, 10**8).map(
    lambda seconds: datetime(2019, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=seconds)
)
FEN = st.integers(0, 10**7)


@st.composite
def paid_orders(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one paid order with its items; every amount in fen."""
    items = draw(
        st.lists(
            st.tuples(TEXTS, TEXTS, FEN, st.integers(1, 9), st.booleans()), min_size=0, max_size=3
        )
    )
    consumer, subsidy = draw(FEN), draw(st.just(0) | FEN)
    return {
        "items": items,
        "status": draw(st.sampled_from(list(WORDS))),
        "placed_at": draw(MOMENTS),
        "paid_at": draw(MOMENTS),
        "freight": draw(st.integers(0, consumer + subsidy)),
        "consumer": consumer,
        "subsidy": subsidy,
        "refund": draw(st.just(0) | st.just(consumer) | st.integers(0, consumer)),
        "buyer": draw(TEXTS),
    }


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def order_row(number: int, drawn: dict[str, Any]) -> dict[str, str]:
    return order(
        f'="{number}"',
        买家会员名=drawn["buyer"],
        买家应付邮费=yuan(drawn["freight"]),
        总金额=yuan(drawn["consumer"] + drawn["subsidy"]),
        买家实际支付金额=yuan(drawn["consumer"] - drawn["refund"]),
        退款金额=yuan(drawn["refund"]),
        天猫卡券抵扣=yuan(drawn["subsidy"]),
        订单状态=WORDS[drawn["status"]],
        订单创建时间=f"{drawn['placed_at']:%Y-%m-%d %H:%M:%S}",
        订单付款时间=f"{drawn['paid_at']:%Y-%m-%d %H:%M:%S}",
    )


def detail_rows(number: int, drawn: dict[str, Any]) -> list[dict[str, str]]:
    return [
        detail(
            f'="{number}"',
            标题=title,
            商品属性=attributes,
            价格=yuan(price),
            购买数量=pieces,
            订单状态="交易关闭" if closed else "交易成功",
        )
        for title, attributes, price, pieces, closed in drawn["items"]
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    drawn=st.lists(paid_orders(), min_size=1, max_size=6),
    header=st.sampled_from([LIST_46, LIST_54, LIST_67]),
    encoding=st.sampled_from(["gb18030", "utf-8", "utf-8-sig", "utf-16"]),
    seed=st.integers(0, 2**16),
)
def test_random_orders_are_read_back_exactly(
    drawn: list[dict[str, Any]], header: list[str], encoding: str, seed: int
) -> None:
    numbers = [954000000000000123 + n for n in range(len(drawn))]
    pairs = list(zip(numbers, drawn, strict=True))
    details = [row for number, each in pairs for row in detail_rows(number, each)]
    shuffle = random.Random(seed).shuffle
    wide, narrow = list(header), list(DETAIL_10)
    shuffle(wide)
    shuffle(narrow)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [write_list(folder, [order_row(*pair) for pair in pairs], wide, encoding)]
        if details:
            paths.append(write_detail(folder, details, narrow, encoding))
        shuffle(paths)
        reading = read(*paths)
    assert reading.issues == []
    assert accounts_for_every_row(reading)
    assert [sale.order_number for sale in reading.sales] == list(map(str, numbers))
    for sale, each in zip(reading.sales, drawn, strict=True):
        assert (sale.status, sale.buyer) == (each["status"], each["buyer"])
        assert (sale.placed_at, sale.paid_at) == (each["placed_at"], each["paid_at"])
        assert sale.goods_fen == each["consumer"] + each["subsidy"] - each["freight"]
        assert (sale.freight_fen, sale.refunded_fen) == (each["freight"], each["refund"])
        assert sale.consumer_paid_fen == each["consumer"]
        assert dict(sale.subsidies).get("platform", 0) == each["subsidy"]
        assert [line.line_key for line in sale.lines or ()] == line_keys(each["items"])
        assert [line.list_fen for line in sale.lines or ()] == [
            price * pieces for _title, _attributes, price, pieces, _closed in each["items"]
        ]
    gross = sum(each["consumer"] + each["subsidy"] for each in drawn)
    assert reading.platform_gross_fen == gross
