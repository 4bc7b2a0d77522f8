"""What the rows of a generic file say, to the fen."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

from orders.rules.line_keys import line_keys
from orders.rules.sale import ReportedVoucher, StatedAmounts
from orders.rules.states import OrderStatus
from tests.builders import moment
from tests.orders.intake.exports import accounts_for_every_row, verdicts
from tests.orders.intake.generic_files import CHINESE, one_line, one_sale, read, row, write

PAID = moment("2020-05-02 09:00:40")


def test_a_row_of_required_cells_is_a_succeeded_order_of_one_line(tmp_path: Path) -> None:
    sale = one_sale(tmp_path, row())
    assert (sale.order_number, sale.status) == ("NB-001", OrderStatus.SUCCEEDED)
    assert (sale.placed_at, sale.paid_at) == (PAID, PAID)
    assert (sale.goods_fen, sale.consumer_paid_fen, sale.freight_fen) == (8900, 8900, 0)
    assert (sale.subsidies, sale.refunded_fen, sale.refunded_at) == ((), 0, None)
    assert (sale.buyer, sale.payer_unit, sale.contact, sale.reference_code) == ("", "", None, "")
    (line,) = sale.lines or ()
    assert (line.title, line.seller_code) == ("榕江锡利贡米 5kg", "QDN-RJ-003")
    assert (line.list_fen, line.quantity, line.weight_grams, line.is_closed) == (8900, 1, 0, False)
    assert line.line_key == line_keys([("榕江锡利贡米 5kg", "", 8900, 1, False)])[0]
    assert line.stated == StatedAmounts(8900, (), 0, None)


def test_every_optional_cell_finds_its_place(tmp_path: Path) -> None:
    sale = one_sale(
        tmp_path,
        row(
            line_number="7",
            buyer="样例机关食堂",
            placed_at="2020/05/02 08:59:00",
            status="已发货",
            quantity="3",
            list_fen="30000",
            amount_fen="27000",
            subsidy_fen="7000",
            funder="杭州市",
            refund_fen="5000",
            refunded_at="2020-05-09 10:00:00",
            voucher_code=" hz-1a ",
            campaign_code="mayday-2020",
            beneficiary_unit="UNIT-01",
            county_code="522632",
            freight_fen="1200",
        ),
    )
    assert (sale.status, sale.placed_at) == (OrderStatus.SHIPPED, moment("2020-05-02 08:59:00"))
    assert (sale.buyer, sale.payer_unit) == ("样例机关食堂", "样例机关食堂")
    assert (sale.goods_fen, sale.freight_fen, sale.consumer_paid_fen) == (27000, 1200, 21200)
    assert sale.subsidies == (("杭州市", 7000),)
    assert (sale.refunded_fen, sale.refunded_at) == (5000, moment("2020-05-09 10:00:00"))
    assert sale.reference_code == ""
    (line,) = sale.lines or ()
    assert (line.line_key, line.quantity, line.unit_price_fen) == ("L-7", 3, 10000)
    assert line.vouchers == (ReportedVoucher("HZ-1A", "mayday-2020", 7000),)
    assert (line.beneficiary_unit, line.county_code) == ("UNIT-01", "522632")
    assert line.stated == StatedAmounts(
        27000, (("杭州市", 7000),), 5000, moment("2020-05-09 10:00:00")
    )


def test_a_campaign_alone_is_a_reference_and_with_a_voucher_is_not(tmp_path: Path) -> None:
    sale = one_sale(
        tmp_path,
        row(line_number="1", campaign_code="mayday-2020"),
        row(line_number="2", campaign_code="autumn-2020", voucher_code="a1"),
    )
    assert sale.reference_code == "mayday-2020"
    first, second = sale.lines or ()
    assert first.vouchers == ()
    assert second.vouchers == (ReportedVoucher("A1", "autumn-2020", 0),)


@pytest.mark.parametrize(
    ("cell", "grams"),
    [
        ("2.5kg", 2500),
        ("2.5公斤", 2500),
        ("5斤", 2500),
        ("500g", 500),
        ("500克", 500),
        ("3两", 150),
        ("1 KG", 1000),
        ("0.5千克", 500),
        ("0.001kg", 1),
        ("1000000000克", 10**9),
    ],
)
def test_a_weight_is_one_piece_of_so_many_grams(tmp_path: Path, cell: str, grams: int) -> None:
    line = one_line(tmp_path, quantity=cell)
    assert (line.quantity, line.weight_grams) == (1, grams)


REFUNDS = {
    "part of it": (1000, 300, 350, 350, 150, False),
    "all that the consumer paid": (1000, 300, 700, 700, 300, True),
    "the whole amount though the consumer paid less": (1000, 300, 1000, 700, 300, True),
    "the whole amount of a line that cost the consumer nothing": (1000, 1000, 1000, 0, 1000, True),
    "nothing of a line that cost the consumer nothing": (1000, 1000, 0, 0, 0, False),
    "a fen, of which the funder gets nothing back": (1000, 300, 1, 1, 0, False),
}


@pytest.mark.parametrize("story", REFUNDS)
def test_a_refund_of(tmp_path: Path, story: str) -> None:
    amount, subsidy, stated, consumer, returned, is_closed = REFUNDS[story]
    cells = {"amount_fen": amount, "subsidy_fen": subsidy, "funder": "platform"}
    reading = read(write(tmp_path, [row(refund_fen=stated, **cells)]))
    (sale,) = reading.sales
    (line,) = sale.lines or ()
    assert line.stated is not None
    assert (line.stated.refunded_fen, line.is_closed) == (consumer, is_closed)
    assert sale.refunded_fen == consumer
    assert reading.platform_gross_fen == amount
    assert reading.platform_refund_fen == consumer + returned


def test_a_closed_order_refunds_everything_freight_too(tmp_path: Path) -> None:
    rows = [
        row(line_number="1", status="已取消", amount_fen=1000, subsidy_fen=300, funder="平台"),
        row(line_number="2", status="已取消", amount_fen=2000, refund_fen=500),
    ]
    reading = read(write(tmp_path, [each | {"freight_fen": "600"} for each in rows]))
    (sale,) = reading.sales
    assert (sale.status, sale.subsidies) == (OrderStatus.CLOSED, (("platform", 300),))
    assert (sale.goods_fen, sale.consumer_paid_fen, sale.refunded_fen) == (3000, 3300, 3300)
    assert [line.stated and line.stated.refunded_fen for line in sale.lines or ()] == [700, 2000]
    assert all(line.is_closed for line in sale.lines or ())
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (3600, 3600)


def test_the_last_refund_dates_the_order_only_where_all_are_dated(tmp_path: Path) -> None:
    dated = row(line_number="1", refund_fen=100, refunded_at="2020-05-05 08:00:00")
    later = row(line_number="2", refund_fen=100, refunded_at="2020-05-06 08:00:00")
    undated = row(line_number="3", refund_fen=100)
    assert one_sale(tmp_path, dated, later).refunded_at == moment("2020-05-06 08:00:00")
    assert one_sale(tmp_path, dated, undated).refunded_at is None


def test_freight_is_the_orders_whether_on_every_row_or_on_one(tmp_path: Path) -> None:
    one, two = row(line_number="1", freight_fen="800"), row(line_number="2")
    assert one_sale(tmp_path, one, two).freight_fen == 800
    assert one_sale(tmp_path, one, two | {"freight_fen": "800"}).freight_fen == 800
    assert one_sale(tmp_path, one, two | {"freight_fen": "0"}).freight_fen == 800


def test_an_unpaid_order_has_goods_and_no_money(tmp_path: Path) -> None:
    reading = read(
        write(
            tmp_path,
            [
                row(
                    paid_at="",
                    placed_at="2020-05-01 10:00:00",
                    status="待付款",
                    subsidy_fen=900,
                    funder="platform",
                    voucher_code="A",
                )
            ],
        )
    )
    (sale,) = reading.sales
    assert (sale.status, sale.paid_at, sale.goods_fen) == (OrderStatus.UNPAID, None, 8900)
    assert (sale.consumer_paid_fen, sale.subsidies, sale.refunded_fen) == (0, (), 0)
    (line,) = sale.lines or ()
    assert (line.stated, line.vouchers) == (StatedAmounts(8900, (), 0, None), ())
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (0, 0)


def test_a_payment_without_its_status_counts_and_is_flagged(tmp_path: Path) -> None:
    sale = one_sale(tmp_path, row(status="unpaid", paid_at="2020-05-02 09:00"))
    assert sale.status is OrderStatus.PAID
    assert sale.flags == ("time_without_seconds", "payment_without_status")


def test_a_masked_buyer_is_nobody(tmp_path: Path) -> None:
    sale = one_sale(tmp_path, row(buyer="样**"))
    assert (sale.buyer, sale.payer_unit) == ("", "")


def test_equal_rows_without_line_numbers_are_separate_lines(tmp_path: Path) -> None:
    sale = one_sale(tmp_path, row(), row())
    assert (sale.goods_fen, len({line.line_key for line in sale.lines or ()})) == (17800, 2)


def test_the_order_of_equal_rows_names_no_line(tmp_path: Path) -> None:
    stands, went_back = row(), row(refund_fen=8900)
    names = []
    for rows in [(stands, went_back), (went_back, stands)]:
        lines = one_sale(tmp_path, *rows).lines or ()
        names.append({line.line_key: line.is_closed for line in lines})
    assert names[0] == names[1]
    assert sorted(names[0].values()) == [False, True]


def test_goods_without_title_are_told_apart_by_their_code(tmp_path: Path) -> None:
    rice, tea = row(title=""), row(title="", sku_code="QDN-LS-001")
    for rows in [(rice, tea), (tea, rice)]:
        lines = one_sale(tmp_path, *rows).lines or ()
        assert {line.seller_code: line.line_key for line in lines} == {
            "QDN-RJ-003": "QDN-RJ-003||8900|1|1",
            "QDN-LS-001": "QDN-LS-001||8900|1|1",
        }


def test_a_repeated_line_number_with_the_same_content_counts_once(tmp_path: Path) -> None:
    path = write(tmp_path, [row(line_number="1"), row(line_number="2"), row(line_number="1")])
    reading = read(path)
    assert verdicts(reading) == [(3, "duplicate", "line_repeated")]
    assert reading.sales[0].goods_fen == reading.platform_gross_fen == 17800
    assert accounts_for_every_row(reading)


def test_a_row_of_totals_is_no_order(tmp_path: Path) -> None:
    total = dict.fromkeys(row(), "") | {"order_number": "合计", "amount_fen": "8900"}
    reading = read(write(tmp_path, [row(), total]))
    assert verdicts(reading) == [(2, "rejected", "total_row")]
    assert len(reading.sales) == 1


def test_chinese_money_is_yuan_unless_it_says_fen(tmp_path: Path) -> None:
    bare = ["订单编号", "付款时间", "标题", "数量", "成交额", "标价金额（分）", "运费(元)"]
    cells = ["JG-1", "2020-05-02 09:00:40", "黄平香菇", "2", "89.50", "10000", "6"]
    path = write(tmp_path, [dict(zip(bare, cells, strict=True))], bare)
    (sale,) = read(path).sales
    (line,) = sale.lines or ()
    assert (sale.goods_fen, line.list_fen, sale.freight_fen) == (8950, 10000, 600)


def test_raw_rows_keep_known_columns_and_nobodys_name(tmp_path: Path) -> None:
    header = [*CHINESE.values(), "联系人", "手机号"]
    cells = {"订单编号": "NB-1", "付款时间": "2020-05-02 09:00:40", "标题": "茶", "数量": "1"}
    people = {"成交额": "1", "买家": "样甲", "联系人": "样甲", "手机号": "12000000001"}
    reading = read(write(tmp_path, [cells | people], header))
    ((_first, _rows, body),) = reading.files[0].blocks
    assert json.loads(zlib.decompress(body)) == [cells | {"成交额": "1"}]
    assert reading.sales[0].buyer == "样甲"
