"""Exports of one shop that arrive in any order leave what the newest of them says (F18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import Order, SalesEntry, SalesPoint
from tests.builders import make_sales_point, make_sku
from tests.orders.intake.exports import LIST_54, order
from tests.orders.intake.platform_files import a1688, douyin, jd, pdd, youzan
from tests.orders.intake.writers import alibaba
from tests.orders.intake.writers import douyin as douyin_writer
from tests.orders.intake.writers import jd as jd_writer
from tests.orders.intake.writers import pdd as pdd_writer
from tests.orders.intake.writers import youzan as youzan_writer
from tests.orders.intake.writers.sheets import Sheet
from tests.orders.ledger_reading import violations

Cells = dict[str, str]
# Unpaid, paid, sent, refunded in part, succeeded, refunded whole.
STAGES: dict[str, tuple[Cells, ...]] = {
    "taobao": (
        {"订单状态": "等待买家付款", "订单付款时间": "", "买家实际支付金额": "0.00"},
        {"订单状态": "买家已付款，等待卖家发货"},
        {"订单状态": "卖家已发货，等待买家确认"},
        {"订单状态": "卖家已发货，等待买家确认", "买家实际支付金额": "69", "退款金额": "20"},
        {"订单状态": "交易成功", "买家实际支付金额": "69", "退款金额": "20"},
        {"订单状态": "交易关闭", "买家实际支付金额": "0", "退款金额": "89"},
    ),
    "pdd": (
        {"订单状态": "待支付"},
        {"订单状态": "待发货"},
        {"订单状态": "已发货，待签收"},
        {"订单状态": "已发货，待签收", "售后状态": "退款成功", "退款金额(元)": "10"},
        {"订单状态": "已收货", "售后状态": "退款成功", "退款金额(元)": "10"},
        {"订单状态": "已发货，退款成功"},
    ),
    "youzan": (
        {"订单状态": "待付款", "买家付款时间": "", "订单实付金额": "0", "订单实收金额": "0"},
        {"订单状态": "待发货"},
        {"订单状态": "已发货"},
        {"订单状态": "已发货", "订单已退款金额": "10.00"},
        {"订单状态": "交易完成", "订单已退款金额": "10.00"},
        {"订单状态": "交易关闭", "订单已退款金额": "168.00"},
    ),
    "1688": (
        {"订单状态": "等待买家付款", "订单付款时间": ""},
        {"订单状态": "等待卖家发货"},
        {"订单状态": "等待买家确认收货"},
        {"订单状态": "交易成功"},
        {"订单状态": "交易关闭"},
    ),
    "jd": (
        {"订单状态": "等待付款", "付款确认时间": ""},
        {"订单状态": "等待出库"},
        {"订单状态": "已出库"},
        {"订单状态": "已出库", "退款金额": "10.00"},
        {"订单状态": "完成", "退款金额": "10.00"},
        {"订单状态": "(删除)"},
    ),
    "douyin": (
        {"订单状态": "待支付", "支付完成时间": ""},
        {"订单状态": "待发货"},
        {"订单状态": "已发货"},
        {"订单状态": "已发货", "售后状态": "售后完成", "退款金额": "10.00"},
        {"订单状态": "已完成", "售后状态": "售后完成", "退款金额": "10.00"},
        {"订单状态": "已关闭", "售后状态": "退款成功", "退款金额": ""},
    ),
}
HEADERS: dict[str, Sequence[str]] = {
    "taobao": LIST_54,
    "pdd": pdd_writer.HEADER,
    "youzan": youzan_writer.HEADER,
    "1688": alibaba.HEADER,
    "jd": jd_writer.HEADER,
    "douyin": douyin_writer.HEADER,
}
ROWS: dict[str, Callable[[int], Mapping[str, str]]] = {
    "taobao": lambda n: order(954000000000000123 + n),
    "pdd": lambda n: pdd(f"200501-{123456789012345 + n}"),
    "youzan": lambda n: youzan(f"E2020050115000000{n:08d}"),
    "1688": lambda n: a1688(str(885000000000000123 + n)),
    "jd": lambda n: jd(str(120000000123 + n)),
    "douyin": lambda n: douyin(f"{4800000000000000011 + n}", 主订单编号=4900000000000000011 + n),
}
ORDERS = 3
# One export: how far each order has come since the one before, or that it is left out.
STEPS = st.lists(st.sampled_from([None, 0, 1, 1, 2]), min_size=ORDERS, max_size=ORDERS)


@st.composite
def histories(draw: st.DrawFn) -> list[list[int | None]]:
    """Draw exports from old to new: the stage of each order, None where it is left out."""
    exports: list[list[int | None]] = []
    stages = [0] * ORDERS
    for steps in draw(st.lists(STEPS, min_size=2, max_size=4)):
        stages = [min(stage + (step or 0), 5) for stage, step in zip(stages, steps, strict=True)]
        exports.append([None if step is None else stage
                        for stage, step in zip(stages, steps, strict=True)])  # fmt: skip
    # The newest export has every order.
    return [*(export for export in exports if any(s is not None for s in export)), list(stages)]


def state() -> dict[str, object]:
    """Return what stands: every order, and its money in the ledger by side."""
    ledger = SalesEntry.objects.values_list("order_number", "side").annotate(
        goods=Sum("amount_fen"), consumer=Sum("consumer_paid_fen"), freight=Sum("freight_fen"),
        subsidy=Sum("subsidy_fen"), pieces=Sum("quantity"),
    )  # fmt: skip
    return {
        "orders": sorted(
            Order.objects.values_list(
                "number", "status", "placed_at", "paid_at", "goods_fen", "freight_fen",
                "consumer_paid_fen", "refunded_fen",
            )
        ),
        "ledger": sorted(row for row in ledger.order_by() if any(row[2:])),
    }  # fmt: skip


def state_after(platform: str, paths: Sequence[Path]) -> dict[str, object]:
    """Import files one after another into an empty house and return what stands."""
    with transaction.atomic():
        for path in paths:
            call_command("import_orders", path, sales_point="shop", json=True, stdout=StringIO())
        assert violations() == []
        found = state()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("platform", STAGES)
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(history=histories(), data=st.data())
def test_exports_in_any_order_end_in_the_newest(
    tmp_path: Path, platform: str, history: list[list[int | None]], data: st.DataObject
) -> None:
    _open_shop(platform)
    paths = [
        _export(tmp_path / f"export-{place}.csv", platform, export)
        for place, export in enumerate(history)
    ]
    in_order = state_after(platform, paths)
    assert len(in_order["orders"]) == ORDERS
    assert state_after(platform, data.draw(st.permutations(paths))) == in_order
    assert state_after(platform, [*paths, *paths[::-1]]) == in_order
    assert state_after(platform, paths[-1:]) == in_order


def _open_shop(platform: str) -> None:
    if SalesPoint.objects.filter(code="shop").exists():
        return
    make_sales_point("shop", platform=platform, shop_name="")
    for code in ("QDN-RJ-003", "QDN-JH-001", "QDN-KL-001"):
        make_sku(code)


def _export(path: Path, platform: str, export: Sequence[int | None]) -> Path:
    stages = STAGES[platform]
    rows = [
        {**ROWS[platform](number), **stages[min(stage, len(stages) - 1)]}
        for number, stage in enumerate(export)
        if stage is not None
    ]
    return Sheet.of(HEADERS[platform], rows).save(path)
