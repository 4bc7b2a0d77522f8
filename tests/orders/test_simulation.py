"""The simulated May-Day export: its shape, its determinism, and its promised totals."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from orders.intake.simulation.catalogue import Item, read_catalogue
from orders.intake.simulation.expectation import expected_of
from orders.intake.simulation.people import Buyer
from orders.intake.simulation.sale import (
    SimulatedLine,
    SimulatedOrder,
    share_discount,
    share_refund,
)
from orders.intake.simulation.shop import sell

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
LIST = "ExportOrderList202005081030.csv"
DETAIL = "ExportOrderDetailList202005081030.csv"
SIZES = [(1, 5), (40, 1), (75, 2), (150, 3), (300, 4), (1500, 20200501)]


def made(folder: Path, orders: int, seed: int) -> dict:
    """Run the command and return the expectation that it wrote."""
    call_command("simulate_mayday", orders=orders, seed=seed, out=folder, stdout=io.StringIO())
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a file with the csv module alone; header names stripped, formula marks kept."""
    with path.open(encoding="gbk", newline="") as file:
        header, *rows = list(csv.reader(file))
    names = [name.strip() for name in header]
    return [dict(zip(names, row, strict=False)) for row in rows]


def fen(text: str) -> int:
    """Read a yuan cell as fen."""
    return int(Decimal(text or "0") * 100)


@pytest.mark.parametrize("name", [LIST, DETAIL])
def test_header_and_row_shape_equal_the_sample(tmp_path, name):
    made(tmp_path, 200, 7)
    ours, sample = (tmp_path / name).read_bytes(), (SAMPLES / name).read_bytes()
    assert ours.split(b"\r\n")[0] == sample.split(b"\r\n")[0]
    widths = {len(row) for row in csv.reader(io.StringIO(ours.decode("gbk"), newline=""))}
    assert widths == {len(row) for row in csv.reader(io.StringIO(sample.decode("gbk"), newline=""))}
    assert ours.endswith(b"\r\n")


def test_an_ordinary_row_is_quoted_as_in_the_sample(tmp_path):
    made(tmp_path, 200, 7)

    def quoting(content: bytes) -> set[tuple[str, ...]]:
        rows = (line.split(",") for line in content.decode("gbk").split("\r\n"))
        return {tuple(cell[:1] for cell in row) for row in rows if len(row) == 54}

    ours, sample = (quoting((folder / LIST).read_bytes()) for folder in (tmp_path, SAMPLES))
    assert ours == sample


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        made(tmp_path / folder, 120, seed)
    for name in (LIST, DETAIL, "expected.json"):
        first, again, other = ((tmp_path / folder / name).read_bytes() for folder in "abc")
        assert first == again
        assert first != other


@pytest.mark.parametrize(("orders", "seed"), SIZES)
def test_column_sums_equal_the_promised_platform_totals(tmp_path, orders, seed):
    expected = made(tmp_path, orders, seed)["import"]
    listed, detail = rows_of(tmp_path / LIST), rows_of(tmp_path / DETAIL)
    paid = [row for row in listed if row["订单付款时间"]]
    gross = refund = 0
    for row in paid:
        total, kept = fen(row["总金额"]), fen(row["买家实际支付金额"])
        back, coupon = fen(row["退款金额"]), fen(row["天猫卡券抵扣"])
        assert total == kept + back + coupon
        consumer = kept + back
        gross += total
        refund += back + (coupon if back == consumer else coupon * back // consumer)
    assert (gross, refund) == (expected["platform_gross_fen"], expected["platform_refund_fen"])
    assert expected["platform_net_fen"] == gross - refund
    assert expected["platform_net_fen"] == (
        expected["net_fen"] + expected["freight_fen"] + expected["excluded_fen"]
    )
    assert expected["rows"] == len(listed) + len(detail)
    assert expected["orders"] == orders == len(listed)
    assert expected["lines"] == len(detail)
    numbers = {row["订单编号"] for row in listed}
    assert len(numbers) == orders
    assert numbers == {row["订单编号"] for row in detail}


@pytest.mark.parametrize(("orders", "seed"), SIZES)
def test_campaign_counts_follow_from_the_files(tmp_path, orders, seed):
    report = made(tmp_path, orders, seed)["campaign_report"]
    lines = defaultdict(list)
    for row in rows_of(tmp_path / DETAIL):
        if "补差价" not in row["标题"] and "补运费" not in row["标题"]:
            lines[row["订单编号"]].append(row)
    days, buyers, credited = Counter(), set(), []
    for row in rows_of(tmp_path / LIST):
        day = row["订单付款时间"][:10]
        if "2020-05-01" <= day <= "2020-05-07" and lines[row["订单编号"]]:
            days[day] += 1
            buyers.add(row["买家会员名"])
            credited += lines[row["订单编号"]]
    totals = report["totals"]
    assert {row["date"]: row["orders"] for row in report["by_day"] if row["orders"]} == days
    assert totals["orders"] == sum(days.values())
    assert totals["buyers"] == len(buyers)
    assert totals["lines"] == len(credited)
    assert totals["quantity"] == sum(int(row["购买数量"]) for row in credited)
    for name in ("gross_fen", "refund_fen", "net_fen"):
        assert sum(row[name] for row in report["by_day"]) == totals[name]
    assert sum(row["net_fen"] for row in report["by_county"]) == totals["net_fen"]
    assert totals["consumer_paid_fen"] + totals["subsidy_fen"] == totals["net_fen"]
    unmatched = [row for row in credited if not row["商家编码"]]
    assert bool(unmatched) == ("" in {row["code"] for row in report["by_county"]})


def test_the_demo_seed_yields_the_published_size_of_the_campaign():
    catalogue = read_catalogue(settings.BASE_DIR / "seeds")
    sold = sell(catalogue, 63_000, 20200501)
    totals = expected_of(sold, catalogue.county_names)["campaign_report"]["totals"]
    assert totals["orders"] >= 60_000
    assert 342_500_000 <= totals["net_fen"] <= 343_500_000
    assert totals["buyers"] < totals["orders"]


def test_every_kind_of_order_of_the_real_shop_occurs(tmp_path):
    made(tmp_path, 6000, 11)
    listed, detail = rows_of(tmp_path / LIST), rows_of(tmp_path / DETAIL)
    statuses = Counter(row["订单状态"] for row in listed)
    assert set(statuses) == {
        "等待买家付款",
        "买家已付款，等待卖家发货",
        "卖家已发货，等待买家确认",
        "交易成功",
        "交易关闭",
    }
    reasons = {row["订单关闭原因"] for row in listed}
    assert reasons == {"订单未关闭", "买家未付款", "退款"}
    paid = {row["订单付款时间"] for row in listed}
    for edge in ("2020-04-30 23:59:59", "2020-05-01 00:00:00", "2020-05-07 23:59:59"):
        assert edge in paid
    assert "2020-05-08 00:00:00" in paid
    assert len({row["买家会员名"] for row in listed}) < len(listed)
    assert any(fen(row["天猫卡券抵扣"]) and fen(row["退款金额"]) > 0 for row in listed)
    assert any(fen(row["买家应付邮费"]) for row in listed)
    text = (tmp_path / LIST).read_bytes().decode("gbk")
    assert "苗家阿哥?" in text
    assert "?阳路" in text
    assert '""尽快""' in text
    identical = Counter(tuple(row.values())[:6] for row in detail)
    assert max(identical.values()) > 1


def test_everything_is_marked_as_simulated_and_nobody_is_real(tmp_path):
    out = io.StringIO()
    call_command("simulate_mayday", orders=50, seed=1, out=tmp_path, stdout=out)
    assert "模拟数据" in out.getvalue()
    expected = json.loads((tmp_path / "expected.json").read_text(encoding="utf-8"))
    assert expected["simulated"] is True
    for row in rows_of(tmp_path / LIST):
        assert "模拟数据" in row["订单备注"]
        assert row["收货人姓名"].startswith("样")
        assert "样例" in row["收货地址"]
        assert row["联系手机"] == "" or row["联系手机"].startswith("'120")


def test_json_is_one_object_and_refusals_say_why(tmp_path, capsys):
    out = io.StringIO()
    call_command("simulate_mayday", orders=30, seed=1, out=tmp_path, json=True, stdout=out)
    assert json.loads(out.getvalue())["import"]["orders"] == 30
    (tmp_path / "file").write_text("")
    out = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command(
            "simulate_mayday", orders=30, seed=1, out=tmp_path / "file", json=True, stdout=out
        )
    assert stop.value.code == 1
    assert json.loads(out.getvalue())["error"]["code"] == "output_not_writable"
    with pytest.raises(CommandError):
        call_command("simulate_mayday", "--orders", "0", "--seed", "1", "--out", str(tmp_path))


def order_of(*lines: SimulatedLine, **amounts: int) -> SimulatedOrder:
    """Build a paid order by hand."""
    buyer = Buyer("tb1", "demo@example.com", "样甲", "", "样例街道")
    order = SimulatedOrder("955000000000000001", buyer, list(lines), placed=0, paid=1, **amounts)
    share_discount(order)
    share_refund(order)
    return order


def line_of(title: str, price_fen: int, *, closed: bool = False) -> SimulatedLine:
    """Build a line of one piece by hand."""
    return SimulatedLine(Item("X", "522622", title, "", price_fen), 1, closed)


def test_the_ascending_line_key_bears_the_odd_fen_of_the_discount():
    second, first = line_of("乙", 3000), line_of("丙", 3000)  # 丙 comes first in UTF-8
    order_of(second, first, discount_fen=101)
    assert (first.amount_fen, second.amount_fen) == (2949, 2950)


def test_a_refund_that_equals_the_closed_line_falls_on_it_alone():
    closed, standing = line_of("甲", 2590, closed=True), line_of("乙", 3590)
    order_of(closed, standing, refunded_fen=2590)
    assert (closed.refunded_fen, standing.refunded_fen) == (2590, 0)


def test_a_refund_that_differs_from_the_closed_line_falls_on_all_and_freight_comes_last():
    closed, standing = line_of("甲", 1000, closed=True), line_of("乙", 3000)
    order = order_of(closed, standing, refunded_fen=2000, freight_fen=800)
    assert (closed.refunded_fen, standing.refunded_fen) == (500, 1500)
    assert order.freight_refunded_fen == 0
    order = order_of(line_of("甲", 1000), line_of("乙", 3000), refunded_fen=4300, freight_fen=800)
    assert order.freight_refunded_fen == 300


def test_the_coupon_goes_back_in_proportion_rounded_down_and_wholly_at_the_end():
    part = order_of(line_of("甲", 10_000), coupon_fen=1000, refunded_fen=3333)
    assert part.subsidy_back_fen == 370
    assert part.lines[0].refunded_fen == 3703
    full = order_of(line_of("甲", 10_000), coupon_fen=1000, refunded_fen=9000)
    assert full.lines[0].refunded_fen == 10_000
