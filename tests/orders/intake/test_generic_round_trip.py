"""Random orders, written as generic files in random dress, are read back exactly."""

from __future__ import annotations

import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.clock import SHANGHAI
from orders.rules.states import OrderStatus
from tests.orders.intake.exports import accounts_for_every_row
from tests.orders.intake.generic_files import CHINESE, read, write

MONEY = ("list", "amount", "subsidy", "refund", "freight")
WORDS = {
    OrderStatus.PAID: ("paid", "已付款"),
    OrderStatus.SHIPPED: ("shipped", "已发货"),
    OrderStatus.SUCCEEDED: ("", "succeeded", "交易成功", "已完成"),
    OrderStatus.CLOSED: ("closed", "交易关闭", "已取消"),
}
# Anything that a person may type and that every encoding can write, without outer blanks.
TEXTS = st.text("米茶,\"'=+-@\r\n 甲1x：㵲", max_size=12).map(lambda text: f"品{text}号")
CODES = st.text("abzABZ019-_", min_size=1, max_size=12).map(lambda text: f"C{text}")
MOMENTS = st.integers(0, 10**8).map(
    lambda seconds: datetime(2019, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=seconds)
)
FEN = st.integers(0, 10**7)
WEIGHTS = st.integers(1, 10**7).flatmap(
    lambda grams: st.sampled_from(
        [
            (f"{grams}g", grams),
            (f"{grams}克", grams),
            (f"{grams // 1000}.{grams % 1000:03d}kg", grams),
        ]
    )
)


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one line whose money fits."""
    amount = draw(FEN)
    subsidy = draw(st.just(0) | st.integers(0, amount))
    consumer = amount - subsidy
    pieces = draw(st.integers(1, 9))
    return {
        "title": draw(TEXTS),
        "sku_code": draw(st.just("") | CODES),
        "quantity": draw(st.just((str(pieces), 0)) | WEIGHTS),
        "pieces": pieces,
        "list": amount + draw(st.just(0) | FEN),
        "amount": amount,
        "subsidy": subsidy,
        "funder": draw(st.sampled_from(["platform", "杭州市", "拱墅区"])),
        "refund": draw(st.sampled_from([0, consumer, amount]) | st.integers(0, consumer)),
        "refunded_at": draw(st.none() | MOMENTS),
        "voucher_code": draw(st.just("") | CODES),
        "beneficiary_unit": draw(st.just("") | TEXTS),
        "county_code": draw(st.sampled_from(["", "522634"])),
    }


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one paid order."""
    status = draw(st.sampled_from(list(WORDS)))
    return {
        "status": status,
        "word": draw(st.sampled_from(WORDS[status])),
        "paid_at": draw(MOMENTS),
        "placed_at": draw(st.none() | MOMENTS),
        "buyer": draw(st.just("") | TEXTS),
        "campaign_code": draw(st.just("") | CODES),
        "freight": draw(st.just(0) | FEN),
        "freight_once": draw(st.booleans()),
        "lines": draw(st.lists(lines(), min_size=1, max_size=4)),
        "numbered": draw(st.booleans()),
    }


def stamp(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def cells_of(number: str, order: dict[str, Any], place: int) -> dict[str, str]:
    """Return the cells of one row by English name; money still in fen."""
    line = order["lines"][place]
    freight = order["freight"] if place == 0 or not order["freight_once"] else ""
    return {
        "order_number": number,
        "line_number": str(place + 1) if order["numbered"] else "",
        "buyer": order["buyer"],
        "placed_at": stamp(order["placed_at"]),
        "paid_at": stamp(order["paid_at"]),
        "status": order["word"],
        "sku_code": line["sku_code"],
        "title": line["title"],
        "quantity": line["quantity"][0],
        "funder": line["funder"],
        "refunded_at": stamp(line["refunded_at"]),
        "voucher_code": line["voucher_code"],
        "campaign_code": order["campaign_code"],
        "beneficiary_unit": line["beneficiary_unit"],
        "county_code": line["county_code"],
        **{name: str(line[name]) for name in ("list", "amount", "subsidy", "refund")},
        "freight": str(freight),
    }


def dress(name: str, chance: random.Random) -> tuple[str, bool]:
    """Choose a header for a column: (header, in yuan)."""
    english, in_yuan = chance.random() < 0.5, chance.random() < 0.5
    if name not in MONEY:
        return (name if english else CHINESE[name]), False
    if english:
        return f"{name}_{'yuan' if in_yuan else 'fen'}", in_yuan
    ends = ("", "（元）", "(元)") if in_yuan else ("（分）", "(分)")
    return CHINESE[name] + chance.choice(ends), in_yuan


def write_orders(folder: Path, drawn: list[dict[str, Any]], encoding: str, seed: int) -> Path:
    chance = random.Random(seed)
    names = list(CHINESE)
    chance.shuffle(names)
    headers = {name: dress(name, chance) for name in names}
    rows = []
    for position, order in enumerate(drawn):
        for place in range(len(order["lines"])):
            row = {}
            for name, cell in cells_of(f"NB/{position}", order, place).items():
                header, in_yuan = headers[name]
                fen = int(cell) if in_yuan and cell else 0
                row[header] = f"{fen // 100}.{fen % 100:02d}" if in_yuan and cell else cell
            rows.append(row)
    return write(
        folder,
        rows,
        [header for header, _in_yuan in headers.values()],
        encoding=encoding,
        delimiter=chance.choice(",\t"),
    )


def back(line: dict[str, Any], status: OrderStatus) -> tuple[int, int]:
    """Return the consumer money and the subsidy that went back, by the words of the rule."""
    consumer = line["amount"] - line["subsidy"]
    refund = consumer if line["refund"] == line["amount"] else line["refund"]
    if status is OrderStatus.CLOSED or (line["refund"] > 0 and refund == consumer):
        return consumer, line["subsidy"]
    return refund, line["subsidy"] * refund // consumer if consumer else 0


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    drawn=st.lists(orders(), min_size=1, max_size=5),
    encoding=st.sampled_from(["gb18030", "utf-8", "utf-8-sig", "utf-16"]),
    seed=st.integers(0, 2**16),
)
def test_random_orders_are_read_back_exactly(
    drawn: list[dict[str, Any]], encoding: str, seed: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        reading = read(write_orders(Path(name), drawn, encoding, seed))
    assert reading.issues == []
    assert accounts_for_every_row(reading)
    gross = refund = 0
    for sale, order in zip(reading.sales, drawn, strict=True):
        shares = [back(line, order["status"]) for line in order["lines"]]
        closed_freight = order["freight"] if order["status"] is OrderStatus.CLOSED else 0
        check_head(sale, order)
        assert sale.refunded_fen == sum(fen for fen, _ in shares) + closed_freight
        assert sale.goods_fen + sale.freight_fen == sale.consumer_paid_fen + sum(
            fen for _funder, fen in sale.subsidies
        )
        keys = {line.line_key for line in sale.lines}
        assert len(keys) == len(order["lines"])
        if order["numbered"]:
            assert keys == {f"L-{place + 1}" for place in range(len(order["lines"]))}
        for line, said, (fen, _subsidy) in zip(sale.lines, order["lines"], shares, strict=True):
            check_line(line, said, order)
            assert line.stated.refunded_fen == fen
        gross += sale.goods_fen + sale.freight_fen
        refund += closed_freight + sum(map(sum, shares))
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (gross, refund)


def check_head(sale: Any, order: dict[str, Any]) -> None:
    assert (sale.status, sale.buyer, sale.payer_unit) == (
        order["status"],
        order["buyer"],
        order["buyer"],
    )
    assert (sale.paid_at, sale.placed_at) == (
        order["paid_at"],
        order["placed_at"] or order["paid_at"],
    )
    plain = any(not line["voucher_code"] for line in order["lines"])
    assert sale.reference_code == (order["campaign_code"] if plain else "")
    assert sale.goods_fen == sum(line["amount"] for line in order["lines"])
    assert sale.freight_fen == order["freight"]


def check_line(line: Any, said: dict[str, Any], order: dict[str, Any]) -> None:
    _cell, grams = said["quantity"]
    assert (line.quantity, line.weight_grams) == (1 if grams else said["pieces"], grams)
    assert (line.title, line.seller_code) == (said["title"], said["sku_code"])
    assert (line.list_fen, line.stated.amount_fen) == (said["list"], said["amount"])
    assert dict(line.stated.subsidies).get(said["funder"], 0) == said["subsidy"]
    assert (line.beneficiary_unit, line.county_code) == (
        said["beneficiary_unit"],
        said["county_code"],
    )
    assert [
        (each.voucher_code, each.campaign_code, each.discount_fen) for each in line.vouchers
    ] == (
        [(said["voucher_code"].upper(), order["campaign_code"], said["subsidy"])]
        if said["voucher_code"]
        else []
    )
