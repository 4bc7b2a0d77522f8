"""The 40-order sample, in its own layout and in every other one."""

from __future__ import annotations

import hashlib
import json
import random
import zlib
from collections import Counter
from pathlib import Path

import pytest

from orders.rules.readings import Reading
from orders.rules.sale import ReportedContact, ReportedSale
from orders.rules.states import OrderStatus
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_46,
    LIST_54,
    LIST_67,
    ORDER_DETAIL,
    ORDER_LIST,
    SAMPLES,
    SHOP_SYSTEM_38,
    accounts_for_every_row,
    read,
    sample_rows,
    text_of,
    write_detail,
    write_list,
)


@pytest.fixture(scope="module")
def sample() -> Reading:
    return read(ORDER_LIST, ORDER_DETAIL)


def content(sales: list[ReportedSale]) -> list[object]:
    """What a sale says, without the row that said it."""
    return [
        (
            (sale.order_number, sale.status, sale.placed_at, sale.paid_at, sale.goods_fen),
            (sale.freight_fen, sale.consumer_paid_fen, sale.subsidies, sale.refunded_fen),
            (sale.title, sale.quantity, sale.buyer, sale.contact, sale.flags),
            [(line.line_key, line.seller_code, line.list_fen) for line in sale.lines or ()],
        )
        for sale in sales
    ]


def test_the_sample_gives_the_platforms_own_totals(sample: Reading) -> None:
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))["taobao"]
    assert len(sample.sales) == expected["orders"] == 40
    assert sum(len(sale.lines or ()) for sale in sample.sales) == expected["order_lines"] == 49
    assert (sample.platform_gross_fen, sample.platform_refund_fen) == (440020, 89770)
    assert sample.issues == []
    assert sample.orphans == {}
    assert sample.accepted_rows == 89
    assert all(sale.lines for sale in sample.sales)


def test_every_status_word_of_the_sample_is_known(sample: Reading) -> None:
    assert Counter(sale.status for sale in sample.sales) == {
        OrderStatus.UNPAID: 1,
        OrderStatus.PAID: 1,
        OrderStatus.SHIPPED: 2,
        OrderStatus.SUCCEEDED: 30,
        OrderStatus.CLOSED: 6,
    }
    assert sum(sale.paid_at is None for sale in sample.sales) == 4


def test_a_sale_holds_what_its_row_says(sample: Reading) -> None:
    by_number = {sale.order_number: sale for sale in sample.sales}
    with_freight = by_number["954025926683448811"]
    assert (with_freight.goods_fen, with_freight.freight_fen) == (38840, 1200)
    assert with_freight.consumer_paid_fen == 40040
    assert [line.list_fen for line in with_freight.lines or ()] == [29000, 9840]
    partly = by_number["954038271709111799"]
    assert (partly.goods_fen, partly.refunded_fen, partly.consumer_paid_fen) == (6180, 2590, 6180)
    assert [line.is_closed for line in partly.lines or ()] == [False, True]
    moved = by_number["954040740856717489"]
    assert moved.contact == ReportedContact(
        "样乙", "12035269074", "浙江省 杭州市 上城区 样例街道样例路5号(310002)"
    )
    unpaid = by_number["954043210584980626"]
    assert (unpaid.paid_at, unpaid.consumer_paid_fen, unpaid.refunded_fen) == (None, 0, 0)
    assert unpaid.goods_fen == 11800


def test_rows_inside_quotes_over_several_lines_count_once(sample: Reading) -> None:
    numbers = [row["订单编号"][2:-1] for row in sample_rows(ORDER_LIST)]
    assert [sale.order_number for sale in sample.sales] == numbers
    assert [sale.source for sale in sample.sales] == [f"1:{row}" for row in range(1, 41)]


def test_file_facts_name_what_was_read(sample: Reading) -> None:
    orders, details = sample.files
    assert (orders.ordinal, orders.table, orders.rows) == (1, "orders", 40)
    assert (details.ordinal, details.table, details.rows) == (2, "details", 49)
    assert orders.sha256 == hashlib.sha256(ORDER_LIST.read_bytes()).hexdigest()
    assert (orders.size_bytes, orders.encoding) == (ORDER_LIST.stat().st_size, "gb18030")


def test_raw_rows_are_kept_without_people(sample: Reading) -> None:
    for facts, path in zip(sample.files, (ORDER_LIST, ORDER_DETAIL), strict=True):
        ((first_row, rows, body),) = facts.blocks
        assert (first_row, rows) == (1, facts.rows)
        kept = json.loads(zlib.decompress(body))
        for raw, original in zip(kept, sample_rows(path), strict=True):
            for name, cell in original.items():
                if name and name.strip() in raw:
                    assert raw[name.strip()] == cell
            assert raw["订单编号"] == original["订单编号"]
            assert "" not in raw.values()
        text = zlib.decompress(body).decode()
        for person in ("样乙", "1202540", "滨江区", "tb48252449", "@example.com", "送试吃装"):
            assert person not in text


def test_file_order_does_not_matter(sample: Reading) -> None:
    turned = read(ORDER_DETAIL, ORDER_LIST)
    assert content(turned.sales) == content(sample.sales)
    assert turned.sales[0].source == "2:1"


def test_column_order_does_not_matter(sample: Reading, tmp_path: Path) -> None:
    shuffle = random.Random(7).shuffle
    wide, narrow = list(LIST_54), list(DETAIL_10)
    shuffle(wide)
    shuffle(narrow)
    shuffled = read(
        write_list(tmp_path, sample_rows(ORDER_LIST), wide),
        write_detail(tmp_path, sample_rows(ORDER_DETAIL), narrow),
    )
    assert content(shuffled.sales) == content(sample.sales)


@pytest.mark.parametrize("header", [LIST_46, LIST_54, LIST_67], ids=["46", "54", "67"])
def test_every_layout_of_the_order_list_reads_alike(
    sample: Reading, tmp_path: Path, header: list[str]
) -> None:
    path = write_list(tmp_path, sample_rows(ORDER_LIST), header)
    again = read(path, ORDER_DETAIL)
    assert content(again.sales) == content(sample.sales)
    assert len(header) in (46, 54, 67)


@pytest.mark.parametrize(
    "encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_every_encoding_reads_alike(sample: Reading, tmp_path: Path, encoding: str) -> None:
    marks = {"utf-16-le-bom": "utf-16-le", "utf-16-be-bom": "utf-16-be"}
    paths = []
    for path, header in ((ORDER_LIST, LIST_54), (ORDER_DETAIL, DETAIL_10)):
        text = text_of(sample_rows(path), header)
        target = tmp_path / path.name
        if encoding in marks:
            target.write_bytes(("\ufeff" + text).encode(marks[encoding]))
        else:
            target.write_bytes(text.encode(encoding))
        paths.append(target)
    assert content(read(*paths).sales) == content(sample.sales)


def test_unicode_text_of_a_spreadsheet_reads_alike(sample: Reading, tmp_path: Path) -> None:
    path = tmp_path / "unicode.txt"
    path.write_bytes(text_of(sample_rows(ORDER_LIST), LIST_54, delimiter="\t").encode("utf-16"))
    assert content(read(path, ORDER_DETAIL).sales) == content(sample.sales)


def test_an_order_list_alone_gives_orders_without_lines() -> None:
    alone = read(ORDER_LIST)
    assert len(alone.sales) == alone.accepted_rows == 40
    assert all(sale.lines is None and sale.title and sale.quantity for sale in alone.sales)


def test_a_detail_alone_gives_orphans_that_nobody_has_judged() -> None:
    alone = read(ORDER_DETAIL)
    assert (alone.sales, alone.issues, alone.accepted_rows) == ([], [], 0)
    assert sum(map(len, alone.orphans.values())) == 49
    assert alone.orphans["954038271709111799"][1].source == "1:16"
    assert accounts_for_every_row(alone)


def sample_items() -> list[dict[str, str]]:
    orders = {row["订单编号"]: row for row in sample_rows(ORDER_LIST)}
    return [orders[item["订单编号"]] | item for item in sample_rows(ORDER_DETAIL)]


def test_items_with_prices_read_like_both_tables(sample: Reading, tmp_path: Path) -> None:
    header = list(dict.fromkeys([*LIST_54, *DETAIL_10]))
    items = read(write_list(tmp_path, sample_items(), header))
    assert (items.files[0].table, items.files[0].rows) == ("items", 49)
    assert items.accepted_rows == 49
    assert items.issues == []
    totals = (items.platform_gross_fen, items.platform_refund_fen)
    assert totals == (sample.platform_gross_fen, sample.platform_refund_fen)
    merged = {sale.order_number: sale for sale in items.sales}
    for sale in sample.sales:
        again = merged[sale.order_number]
        assert again.status == sale.status
        assert (again.goods_fen, again.refunded_fen) == (sale.goods_fen, sale.refunded_fen)
        assert [line.line_key for line in again.lines or ()] == [
            line.line_key for line in sale.lines or ()
        ]


def test_items_of_a_shop_system_give_orders_without_lines(tmp_path: Path) -> None:
    rows = [
        item | {"宝贝标题 ": item["标题"], "宝贝总数量": item["购买数量"]}
        for item in sample_items()
        if item["订单编号"][2:-1] in ("954028395840113002", "954016049606102072")
    ]
    shop_system = read(write_list(tmp_path, rows, SHOP_SYSTEM_38))
    assert len(SHOP_SYSTEM_38) == 38
    assert (shop_system.files[0].table, shop_system.accepted_rows) == ("items", 5)
    many, one = shop_system.sales
    assert (many.goods_fen, many.quantity, many.lines) == (19190, 4, None)
    assert many.title.count("，") == 3
    assert (one.goods_fen, one.quantity, one.lines) == (3990, 1, None)
    assert shop_system.platform_gross_fen == 19190 + 3990
