"""Exports of every platform that come again: newer, older, the same, with bad orders in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.services.audit.running import audit
from orders.models import Order, SalesPoint
from orders.rules.reconciliation import Difference
from orders.selectors.reconciliation import reconciled_month
from tests.flows.conftest import Command
from tests.flows.conftest import run as run  # a fixture
from tests.flows.conftest import seeded as seeded
from tests.orders.intake.platform_files import BUILDERS, Cells, write
from tests.orders.intake.test_platform_rejections import MAY, UNKNOWN
from tests.orders.intake.test_torture_in_the_database import SALES_POINTS

pytestmark = pytest.mark.usefixtures("seeded")

# What an order says before it is received, and when all of it went back.
BEFORE = {
    "pdd": {"订单状态": "已发货，待收货"},
    "youzan": {"订单状态": "已发货"},
    "1688": {"订单状态": "等待买家确认收货"},
    "jd": {"订单状态": "等待确认收货"},
    "douyin": {"订单状态": "已发货"},
}
AFTER = {
    "pdd": {"售后状态": "退款成功"},
    "youzan": {"订单状态": "交易关闭", "订单已退款金额": "168.00"},
    "1688": {"订单状态": "交易关闭", "退款金额(元)": "73.60"},
    "jd": {"订单状态": "已取消", "退款金额": "80.00"},
    "douyin": {"售后状态": "退款成功", "退款金额": "88.00"},
}


def imported(run: Command, platform: str, folder: Path, name: str, *rows: Cells) -> dict[str, int]:
    path = write(folder, rows, name=f"{name}.csv")
    answer = run("import_orders", "--sales-point", SALES_POINTS[platform], path)
    assert audit().violations == []
    assert answer["rows"] == sum(
        answer[verdict] for verdict in ("accepted", "rejected", "quarantined", "duplicate")
    )
    return answer


def states() -> list[tuple[object, ...]]:
    fields = ("number", "status", "goods_fen", "freight_fen", "refunded_fen")
    return list(Order.objects.order_by("number").values_list(*fields))


@pytest.mark.parametrize("platform", BUILDERS)
def test_an_older_export_after_a_newer_one_changes_nothing(run, tmp_path, platform):
    order = BUILDERS[platform]
    imported(run, platform, tmp_path, "old", order(**BEFORE[platform]))
    newer = imported(run, platform, tmp_path, "new", order(**AFTER[platform]))
    assert (newer["created"], newer["updated"]) == (0, 1)
    assert newer["difference_fen"] == 0
    known = states()
    assert known[0][1] == "closed"
    assert known[0][4]
    older = imported(run, platform, tmp_path, "old again", order(**BEFORE[platform]))
    middle = imported(run, platform, tmp_path, "middle", order())
    for answer in (older, middle):
        assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 0, 1)
    assert states() == known


@pytest.mark.parametrize("platform", BUILDERS)
def test_a_month_with_a_rejected_order_is_explained_to_the_fen(run, tmp_path, platform):
    bad, gross_fen = UNKNOWN[platform]
    answer = imported(run, platform, tmp_path, "export", BUILDERS[platform](), bad)
    assert answer["rejected"] == 1
    assert answer["difference_fen"] == gross_fen
    month = reconciled_month(SalesPoint.objects.get(code=SALES_POINTS[platform]), MAY)
    assert month.unrecorded["rejected"].gross_fen == gross_fen
    assert month.files.gross_fen == answer["platform_gross_fen"]
    assert month.differences[Difference.LEDGER_GROSS] == 0
    assert month.differences[Difference.LEDGER_REFUND] == 0
