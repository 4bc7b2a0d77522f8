"""What every platform's file has in common: known by its headers, refused with a code."""

from __future__ import annotations

import random

import pytest

from orders.errors import FileRefused
from orders.intake.reading import FORMAT_CODES, read_files
from tests.orders.intake.exports import ORDER_LIST
from tests.orders.intake.platform_files import (
    BUILDERS,
    a1688,
    codes,
    douyin,
    jd,
    pdd,
    read,
    read_rows,
    without,
    write,
    youzan,
)

PLATFORMS = list(BUILDERS)


def refusal(platform, *paths, shop_name="", format="auto"):
    with pytest.raises(FileRefused) as refused:
        read_files(
            paths, sales_point_platform=platform, shop_id="", shop_name=shop_name, format=format
        )
    assert refused.value.message.endswith("。")
    return refused.value.code


def test_every_platform_has_a_format_of_its_name():
    assert set(FORMAT_CODES) == {"taobao", "generic", *PLATFORMS}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_is_taken_only_where_its_platform_sells(tmp_path, platform):
    path = write(tmp_path, [BUILDERS[platform]()])
    assert len(read(platform, path).sales) == 1
    for other in {*PLATFORMS, "taobao", "generic", ""} - {platform}:
        assert refusal(other, path) == "wrong_platform"
    assert refusal(platform, ORDER_LIST) == "wrong_platform"
    assert refusal(platform, path, format="generic") == "unknown_format"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_column_order_and_columns_of_no_meaning_do_not_matter(tmp_path, platform):
    row = BUILDERS[platform]() | {"随便一列": "x"}
    header = list(row)
    random.Random(5).shuffle(header)
    (shuffled,) = read(platform, write(tmp_path, [row], header)).sales
    (plain,) = read(platform, write(tmp_path, [BUILDERS[platform]()])).sales
    assert shuffled == plain


@pytest.mark.parametrize(
    ("platform", "columns"),
    [
        ("pdd", ("用户实付金额(元)", "商家实收金额(元)")),
        ("pdd", ("商品总价(元)",)),
        ("pdd", ("订单号",)),
        ("pdd", ("拼单成功时间",)),
        ("youzan", ("订单已退款金额",)),
        ("youzan", ("订单实收金额",)),
        ("1688", ("货品总价(元)",)),
        ("1688", ("订单编号",)),
        ("jd", ("京东价",)),
        ("jd", ("应付金额",)),
        ("douyin", ("订单应付金额",)),
        ("douyin", ("子订单编号",)),
    ],
)
def test_a_column_without_which_money_is_unknown_is_missed(tmp_path, platform, columns):
    path = write(tmp_path, [without(BUILDERS[platform](), *columns)])
    assert refusal(platform, path) == "missing_columns"


@pytest.mark.parametrize(
    ("platform", "column"),
    [
        ("pdd", "商品总价（元）"),
        ("pdd", "商品总价"),
        ("youzan", "订单实付金额"),
        ("1688", "货品总价（元）"),
        ("jd", "订单金额"),
        ("douyin", "运费"),
    ],
)
def test_a_needed_header_that_stands_twice_is_refused(tmp_path, platform, column):
    row = BUILDERS[platform]()
    path = write(tmp_path, [row | {column: "1"}], [*row, column])
    assert refusal(platform, path) == "duplicate_headers"


@pytest.mark.parametrize("platform", ["pdd", "1688"])
@pytest.mark.parametrize("unit", ["（元）", ""])
def test_units_of_headers_may_be_wide_or_absent(tmp_path, platform, unit):
    row = {name.replace("(元)", unit): cell for name, cell in BUILDERS[platform]().items()}
    (sale,) = read(platform, write(tmp_path, [row])).sales
    assert (sale,) == tuple(read(platform, write(tmp_path, [BUILDERS[platform]()])).sales)


UNFIT = {
    "pdd": pdd("200501-123456789012999", **{"用户实付金额(元)": "30.00"}),
    "youzan": youzan("E20200501150000000000099", 订单实收金额="150.00"),
    "1688": a1688("885000000000007999", **{"实付款(元)": "70.00"}),
    "jd": jd("120000000099", 订单金额="90.00", 结算金额="90.00"),
    "douyin": douyin("4800000000000000099", 主订单编号="4800000000000000098", 商品单价="24.00"),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_row_that_adds_up_in_no_way_is_rejected_and_its_amount_stays_in_the_total(
    tmp_path, platform
):
    reading = read_rows(platform, tmp_path, BUILDERS[platform](), UNFIT[platform])
    (good,) = reading.sales
    assert codes(reading) == [(2, "rejected", "amounts_do_not_add_up")]
    assert reading.platform_gross_fen > good.goods_fen + good.freight_fen


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_rejected_order_tells_its_money_once_on_its_first_row(tmp_path, platform):
    reading = read_rows(platform, tmp_path, BUILDERS[platform](), UNFIT[platform], UNFIT[platform])
    (good,) = reading.sales
    first, *others = [issue for issue in reading.issues if issue.verdict == "rejected"]
    assert (first.paid_on.year, first.paid_on.month) == (2020, 5)
    rejected_fen = reading.platform_gross_fen - good.goods_fen - good.freight_fen
    assert first.gross_fen == rejected_fen > 0
    assert [issue.gross_fen for issue in others] == [None] * len(others)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_of_which_no_paid_order_adds_up_is_refused(tmp_path, platform):
    assert refusal(platform, write(tmp_path, [UNFIT[platform]])) == "amounts_do_not_fit"


@pytest.mark.parametrize("platform", ["pdd", "youzan", "douyin"])
def test_a_row_that_says_the_same_twice_counts_once(tmp_path, platform):
    row = BUILDERS[platform]()
    reading = read_rows(platform, tmp_path, row, row)
    assert codes(reading) == [(2, "duplicate", "line_repeated")]
    assert (len(reading.sales), reading.accepted_rows) == (1, 1)


@pytest.mark.parametrize("platform", ["pdd", "youzan", "douyin"])
def test_of_two_states_of_one_order_the_fresher_counts(tmp_path, platform):
    earlier = {"订单状态": "待发货"}
    reading = read_rows(platform, tmp_path, BUILDERS[platform](), BUILDERS[platform](**earlier))
    assert codes(reading) == [(2, "duplicate", "line_repeated")]
    assert reading.sales[0].status == "succeeded"


def test_one_number_over_two_different_sales_is_rejected(tmp_path):
    reading = read_rows("pdd", tmp_path, pdd(), pdd(商品="另一件商品"))
    assert list(reading.sales) == []
    assert codes(reading) == [
        (1, "rejected", "order_rows_disagree"),
        (2, "rejected", "order_rows_disagree"),
    ]


@pytest.mark.parametrize(
    ("platform", "cells", "code"),
    [
        ("pdd", {"订单状态": "外星状态"}, "bad_status"),
        ("pdd", {"商品数量(件)": "0"}, "bad_quantity"),
        ("pdd", {"商品总价(元)": "1e400"}, "bad_amount"),
        ("pdd", {"商品总价(元)": ""}, "bad_amount"),
        ("pdd", {"拼单成功时间": "0101-01-01 00:00:00"}, "bad_time"),
        ("pdd", {"订单号": "200501"}, "bad_order_number"),
        ("youzan", {"订单号": "不是订单号"}, "bad_order_number"),
        ("youzan", {"订单状态": ""}, "bad_status"),
        ("youzan", {"订单已退款金额": "168.01"}, "refund_exceeds_payment"),
        ("youzan", {"买家付款时间": "", "订单已退款金额": "1.00"}, "paid_without_time"),
        ("1688", {"数量": "1.5"}, "bad_quantity"),
        ("1688", {"涨价或折扣(元)": "一百"}, "bad_amount"),
        ("1688", {"订单编号": ""}, "bad_order_number"),
        ("jd", {"下单时间": "昨天"}, "bad_time"),
        ("jd", {"订单状态": "未知"}, "bad_status"),
        ("douyin", {"订单应付金额": "-1"}, "bad_amount"),
        ("douyin", {"子订单编号": "-"}, "bad_order_number"),
    ],
)
def test_a_cell_that_says_nothing_sound_costs_its_order(tmp_path, platform, cells, code):
    bad = BUILDERS[platform]() | cells
    bad["主订单编号" if platform == "douyin" else "x"] = "4800000000000000777"
    reading = read_rows(platform, tmp_path, bad)
    assert list(reading.sales) == []
    assert [issue.code for issue in reading.issues] == [code]
    assert reading.issues[0].verdict == "rejected"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_hand_made_row_of_totals_is_no_order(tmp_path, platform):
    row = BUILDERS[platform]()
    total = {next(iter(row)): "合计"}
    reading = read_rows(platform, tmp_path, row, total)
    assert codes(reading) == [(2, "rejected", "total_row")]
    assert len(reading.sales) == 1


@pytest.mark.parametrize("buyer", ["jd_***", "", "##x1y2", "#aGk=#1#", "~bbb~1~", "$ab+c$1$"])
def test_a_hidden_buyer_is_no_key(tmp_path, buyer):
    (sale,) = read_rows("jd", tmp_path, jd(下单帐号=buyer)).sales
    assert sale.buyer == ""


def test_an_encrypted_receiver_is_nobody(tmp_path):
    hidden = {"收件人": "##abc", "收件人手机号": "$x$1$", "详细地址": "##def", "省": "浙江省"}
    (sale,) = read_rows("douyin", tmp_path, douyin(**hidden)).sales
    assert sale.contact is None


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_line_is_known_by_where_it_stands(tmp_path, platform):
    row = BUILDERS[platform]()
    first = read_rows(platform, tmp_path, row)
    other = {
        "pdd": pdd("200501-123456789012111"),
        "youzan": youzan("E20200501150000000000011"),
        "1688": a1688("885000000000001111"),
        "jd": jd("120000000011"),
        "douyin": douyin("4800000000000000022", 主订单编号="4800000000000000021"),
    }[platform]
    second = read_rows(platform, tmp_path, other, row)
    assert [line.line_key for line in first.sales[0].lines or ()] == [
        line.line_key for line in second.sales[1].lines or ()
    ]
