"""Files of every platform through the command that operators use: ledger and platform agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from orders.models import Order, OrderLine, SalesEntry
from tests.flows.conftest import Command
from tests.orders.intake.exports import SAMPLES
from tests.orders.intake.platform_files import (
    BUILDERS,
    a1688,
    douyin,
    jd,
    pdd,
    write,
    youzan,
    youzan_item,
)
from tests.orders.ledger_reading import violations

pytestmark = pytest.mark.usefixtures("seeded")

POINTS = {
    "pdd": "pinduoduo-shop",
    "youzan": "youzan-shop",
    "1688": "alibaba-1688",
    "jd": "jd-shop",
    "douyin": "douyin-shop",
}


def net_fen(**entries: Any) -> int:
    return SalesEntry.objects.filter(**entries).aggregate(net=Sum("amount_fen", default=0))["net"]


def counts(answer: dict[str, Any], *names: str) -> list[int]:
    return [answer[name] for name in names]


def agrees_with_its_platform(answer: dict[str, Any]) -> bool:
    """Say whether the platform's net is goods, freight and what is excluded, to the fen."""
    parts = answer["net_fen"] + answer["freight_fen"] + answer["excluded_fen"]
    return answer["difference_fen"] == 0 and answer["platform_net_fen"] == parts


@pytest.mark.parametrize(
    ("platform", "name", "expected"),
    [
        ("pdd", "pdd_orders_20200508.csv", [8, 8, 8, 36770, 11980]),
        ("youzan", "youzan_orders_20200508.csv", [5, 5, 5, 79000, 8900]),
        ("1688", "1688_orders_20200508.xlsx", [7, 4, 7, 8851000, 0]),
    ],
)
def test_a_sample_becomes_ledger_rows_that_agree_with_its_platform(
    run: Command, platform: str, name: str, expected: list[int]
):
    answer = run("import_orders", "--sales-point", POINTS[platform], SAMPLES / name)

    names = ("rows", "orders", "lines", "platform_gross_fen", "platform_refund_fen")
    assert (answer["format"], counts(answer, *names)) == (platform, expected)
    assert counts(answer, "rejected", "quarantined", "duplicate", "excluded_fen") == [0, 0, 0, 0]
    assert agrees_with_its_platform(answer)
    assert net_fen() == answer["net_fen"]
    assert violations() == []

    again = run("import_orders", "--sales-point", POINTS[platform], SAMPLES / name)
    assert counts(again, "created", "updated", "unchanged") == [0, 0, expected[1]]


def test_pinduoduos_two_paid_amounts_stay_apart(run: Command):
    run("import_orders", "--sales-point", POINTS["pdd"], SAMPLES / "pdd_orders_20200508.csv")

    valid = Order.objects.exclude(paid_at=None).filter(refunded_fen=0)
    sums = valid.aggregate(user=Sum("consumer_paid_fen"), subsidy=Sum("subsidy_fen"))
    assert (sums["user"], sums["user"] + sums["subsidy"]) == (22990, 24790)


def test_a_discount_on_a_whole_1688_order_falls_on_its_lines(run: Command):
    run("import_orders", "--sales-point", POINTS["1688"], SAMPLES / "1688_orders_20200508.xlsx")

    assert net_fen(sku_code="QDN-DZ-001") + net_fen(sku_code="QDN-LP-003") == 3760000


MIXED = {
    "pdd": [
        pdd(**{"邮费(元)": "6", "用户实付金额(元)": "39.80", "商家实收金额(元)": "42.80"}),
        pdd("200501-123456789012342", 订单状态="已收货，退款成功", **{"退款金额(元)": "10.00"}),
        pdd("200501-123456789012343", 订单状态="已取消"),
    ],
    "youzan": [
        youzan(订单实付金额="160.00", 支付优惠合计="8.00", 订单已退款金额="33.33"),
        youzan("E20200501150000000000034", 订单状态="交易关闭", 订单已退款金额=""),
    ],
    "1688": [
        a1688(**{"运费(元)": "10", "涨价或折扣(元)": "-3.61", "实付款(元)": "79.99"}),
        a1688("885000000000011111", 订单状态="交易关闭"),
    ],
    "jd": [
        jd(运费金额="6.00", 退款金额="20.00"),
        jd("120000000002", 订单状态="已取消"),
        jd("120000000003", 订单金额="95.00", 结算金额="95.00", 运费金额="6.00"),
    ],
    "douyin": [
        douyin(售后状态="退款成功"),
        douyin("4800000000000000012"),
        douyin("4800000000000000022", 主订单编号="4800000000000000021", 退款金额="85.01"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("platform", list(BUILDERS))
def test_refunds_subsidies_and_freight_of_every_platform_come_out_to_the_fen(
    run: Command, tmp_path: Path, platform: str
):
    path = write(tmp_path, MIXED[platform])

    answer = run("import_orders", "--sales-point", POINTS[platform], path)

    assert answer["rejected"] == 0
    assert answer["platform_refund_fen"] > 0
    assert agrees_with_its_platform(answer)
    assert violations() == []


def test_an_older_export_after_a_newer_one_moves_nothing_back(run: Command, tmp_path: Path):
    point = ("--sales-point", POINTS["pdd"])
    run("import_orders", *point, write(tmp_path, [pdd(订单状态="已收货")]))

    answer = run("import_orders", *point, write(tmp_path, [pdd(订单状态="待发货")]))

    assert counts(answer, "updated", "unchanged", "stale") == [0, 1, 1]
    assert Order.objects.get().status == "succeeded"


def test_items_that_come_after_their_orders_replace_the_placeholder(run: Command, tmp_path: Path):
    point = ("--sales-point", POINTS["youzan"])
    run("import_orders", *point, write(tmp_path, [youzan()]))
    assert OrderLine.objects.get().sku is None

    answer = run("import_orders", *point, write(tmp_path, [youzan_item()]))

    assert answer["quarantined"] == 0
    assert net_fen(sku_code="QDN-LS-001") == net_fen() == 16800
    assert violations() == []


def test_a_rejected_order_stays_in_the_platforms_total_as_a_difference(
    run: Command, tmp_path: Path
):
    wrong = jd("120000000002", 应付金额="95.00")
    path = write(tmp_path, [jd(), wrong])

    answer = run("import_orders", "--sales-point", POINTS["jd"], path)

    assert counts(answer, "rejected", "platform_gross_fen", "gross_fen") == [1, 17800, 8900]
    assert answer["difference_fen"] == 8900
