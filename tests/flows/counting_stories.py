"""What the worked cases of counting share: files as an operator brings them, reports as read."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from operations.services.reviewing import ask_revocation
from orders.models import DeclaredSale, Order
from orders.services.declaring import approve_declared_sale, declare_sale
from orders.services.exclusions import (
    approve_exclusion,
    confirm_exclusion_revocation,
    propose_exclusion,
)
from orders.services.papers import keep_paper
from tests.builders import make_user
from tests.flows.conftest import Command

GONGSHU, XIAOSHAN, CHUNAN = "330105", "330109", "330127"
HUANGPING, LEISHAN, JIANHE, CONGJIANG = "522622", "522634", "522629", "522633"
MUSHROOM, TEA = "QDN-HP-001", "QDN-LS-001"
SEPTEMBER = ("--from", "2020-09-01", "--to", "2020-09-30")


class Files:
    """Writes generic files and imports them."""

    def __init__(self, run: Command, folder: Path) -> None:
        self.run, self.folder, self.count = run, folder, 0

    def sold(self, point: str, *rows: dict[str, Any], **options: str) -> dict[str, Any]:
        """Import rows at a sales point; each row names its order, SKU and yuan."""
        self.count += 1
        path = self.folder / f"{self.count}.csv"
        columns = [
            *("order_number", "paid_at", "sku_code", "title", "quantity", "amount_yuan"),
            *("refund_yuan", "refunded_at", "buyer", "beneficiary_unit", "status"),
        ]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            for row in rows:
                writer.writerow({"paid_at": "2020-09-10 10:00:00", "quantity": 1} | row)
        answer = self.run("import_orders", "--sales-point", point, "--format", "generic", path)
        assert answer.get("rejected") == 0, answer
        return answer


def sold(number: str, sku_code: str, amount_yuan: float | str, **more: Any) -> dict[str, Any]:
    """Make a row of a generic file."""
    return {"order_number": number, "sku_code": sku_code, "amount_yuan": amount_yuan} | more


def overview(run: Command, *options: str) -> dict[str, Any]:
    """Return the overview of September 2020 with its sums checked."""
    report = run("prefecture_overview", *SEPTEMBER, *options)
    total = report["total"]["net_fen"]
    by_district = sum(row["net_fen"] for row in report["by_district"])
    assert by_district + report["unassigned"]["net_fen"] == total
    for name in ("by_county", "by_channel", "by_purchase_mode", "by_month"):
        assert sum(row["net_fen"] for row in report[name]) == total, name
    return report


def district(report: dict[str, Any], code: str) -> dict[str, Any]:
    return next(row for row in report["by_district"] if row["code"] == code)


def county(report: dict[str, Any], code: str) -> int:
    return sum(row["net_fen"] for row in report["by_county"] if row["code"] == code)


def scorecard(run: Command, district_code: str, county_code: str, *options: str) -> int:
    """Return the net sales of a pairing in September 2020, in fen."""
    asked = ("--district", district_code, "--county", county_code, *SEPTEMBER, *options)
    return run("scorecard", *asked)["sales"]["net_fen"]


def declare(folder: Path, **values: Any) -> DeclaredSale:
    """Declare a month's sales with a paper, checked by a second person."""
    paper = folder / "ledger.txt"
    paper.write_text("九月台账", encoding="utf-8")
    row = declare_sale(
        kind="monthly",
        source="九月台账",
        papers=[keep_paper(paper)],
        actor=make_user("jingban"),
        **values,
    )
    return approve_declared_sale(row, make_user("shenhe"))


def exclude(number: str) -> Any:
    row = propose_exclusion(
        order=Order.objects.get(number=number),
        line_key="",
        reason="brushing",
        evidence="同一人多次下单",
        actor=make_user("jingban"),
    )
    return approve_exclusion(row, make_user("shenhe"))


def count_again(row: Any) -> None:
    row = ask_revocation(row, make_user("jingban"), "核实为真")
    confirm_exclusion_revocation(row, make_user("shenhe"))
