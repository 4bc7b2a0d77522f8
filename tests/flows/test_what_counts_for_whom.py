"""The worked cases of official counting, from the file that comes in to the report that is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from marketplace.models import Pairing
from orders.models import CountedStage, SalesPoint
from products.models import SellerCode, Sku
from tests.builders import make_bundle, make_unit
from tests.flows.conftest import Command
from tests.flows.counting_stories import (
    CHUNAN,
    CONGJIANG,
    GONGSHU,
    HUANGPING,
    JIANHE,
    LEISHAN,
    MUSHROOM,
    TEA,
    XIAOSHAN,
    Files,
    county,
    district,
    overview,
    scorecard,
    sold,
)

pytestmark = pytest.mark.usefixtures("seeded")


@pytest.fixture
def files(run: Command, tmp_path: Path) -> Files:
    return Files(run, tmp_path)


def excluded(report: dict) -> dict[str, int]:
    return {row["reason"]: row["amount_fen"] for row in report["excluded"]}


def test_a_unit_of_gongshu_buys_huangping_mushrooms_at_the_centre_of_xiaoshan(run, files):
    make_unit("gs-canteen", name="拱墅区机关食堂", district=GONGSHU)

    files.sold(
        "centre-330109",
        {
            "order_number": "C-1",
            "sku_code": MUSHROOM,
            "amount_yuan": 200,
            "buyer": "拱墅区机关食堂",
        },
    )

    assert scorecard(run, GONGSHU, HUANGPING) == 20000
    report = overview(run)
    assert (district(report, GONGSHU)["net_fen"], district(report, XIAOSHAN)["net_fen"]) == (
        20000,
        0,
    )
    assert [row["code"] for row in report["by_purchase_mode"]] == ["direct_purchase"]


def test_leishan_tea_at_the_centre_of_gongshu_is_help_to_another_county(run, files):
    files.sold("fenghuang-shangshan", sold("C-1", TEA, 168))

    assert scorecard(run, GONGSHU, HUANGPING) == scorecard(run, GONGSHU, LEISHAN) == 0
    row = district(overview(run), GONGSHU)
    assert row["net_fen"] == 16800
    assert row["other_counties"]["net_fen"] == 16800


def test_the_store_xunqianji_helps_no_district(run, files):
    files.sold("xunqianji", sold("T-1", MUSHROOM, 99))

    report = overview(run)
    assert report["unassigned"]["net_fen"] == report["total"]["net_fen"] == 9900
    assert county(report, HUANGPING) == 9900
    assert scorecard(run, GONGSHU, HUANGPING) == 0


def test_a_centre_that_buys_online_and_sells_at_its_counter_counts_once(run, files):
    centre = SalesPoint.objects.get(code="fenghuang-shangshan")
    make_unit("fhss", name="凤凰上山", kind="centre", is_reseller=True, resells_at=centre)

    bought = sold("B-1", MUSHROOM, 80, buyer="凤凰上山")
    files.sold("alibaba-1688", bought)
    files.sold(centre.code, sold("C-1", MUSHROOM, 100))

    report = overview(run)
    assert report["total"]["net_fen"] == scorecard(run, GONGSHU, HUANGPING) == 10000
    assert excluded(report) == {"intermediate": 8000}


def test_a_supermarket_that_reports_its_purchases_only(run, files):
    shop = SalesPoint.objects.get(code="supermarkets")
    make_unit("mart", name="某超市", kind="supermarket", is_reseller=True, resells_at=shop,
              district=GONGSHU)  # fmt: skip
    CountedStage.objects.create(
        sales_point=shop, counted="purchases", valid_from=date(2020, 9, 1), source="只报进货"
    )

    bought = sold("B-1", MUSHROOM, 80, buyer="某超市")
    files.sold("alibaba-1688", bought)
    files.sold("supermarkets", sold("M-1", MUSHROOM, 100))

    assert scorecard(run, GONGSHU, HUANGPING) == 8000
    assert excluded(overview(run)) == {"intermediate": 10000}


def test_a_pairing_that_ends_in_the_middle_of_the_month(run, files):
    Pairing.objects.filter(district=GONGSHU).update(valid_to=date(2020, 9, 15))
    files.sold(
        "fenghuang-shangshan",
        {
            "order_number": "C-1",
            "sku_code": MUSHROOM,
            "amount_yuan": 10,
            "paid_at": "2020-09-15 23:59:59",
        },
        {
            "order_number": "C-2",
            "sku_code": MUSHROOM,
            "amount_yuan": 5,
            "paid_at": "2020-09-16 00:00:00",
        },
    )

    assert scorecard(run, GONGSHU, HUANGPING) == 1000
    row = district(overview(run), GONGSHU)
    assert (row["net_fen"], row["other_counties"]["net_fen"]) == (1500, 500)


def test_a_gift_box_of_three_counties_counts_for_each(run, files):
    box = Sku.objects.create(
        code="BOX",
        product=Sku.objects.get(code=TEA).product,
        name="大礼盒",
        unit="盒",
        price_fen=30000,
    )
    SellerCode.objects.create(code="BOX", sku=box)
    make_bundle("BOX", [(TEA, 1, 10000), (MUSHROOM, 2, 2500), ("QDN-JH-001", 1, 5000)])

    files.sold(
        "fenghuang-shangshan",
        sold("C-1", "BOX", "200.01", refund_yuan=50),
    )

    report = overview(run)
    assert (county(report, LEISHAN), county(report, HUANGPING), county(report, JIANHE)) == (
        7501,
        3750,
        3750,
    )
    assert scorecard(run, GONGSHU, HUANGPING) == 3750
    assert run("attribute")["none_fen"] == 15001
    assert run("audit")["violations"] == []


def test_two_districts_never_split_or_double_a_sale(run, files):
    Pairing.objects.create(
        district_id=CHUNAN, county_id=HUANGPING, valid_from=date(2020, 1, 1), source="test"
    )
    files.sold("fenghuang-shangshan", sold("C-1", MUSHROOM, 9))

    assert (scorecard(run, GONGSHU, HUANGPING), scorecard(run, CHUNAN, HUANGPING)) == (900, 0)
    assert scorecard(run, XIAOSHAN, CONGJIANG) == 0
