"""Generic order files, written by tests: English and Chinese headers, fen and yuan."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from orders.intake.reading import read_files
from orders.rules.readings import Reading
from orders.rules.sale import ReportedLine, ReportedSale

ENGLISH = [
    *("order_number", "line_number", "buyer", "placed_at", "paid_at", "status", "sku_code"),
    *("title", "quantity", "list_fen", "amount_fen", "subsidy_fen", "funder", "refund_fen"),
    *("refunded_at", "voucher_code", "campaign_code", "beneficiary_unit", "county_code"),
    "freight_fen",
]
CHINESE = {
    "order_number": "订单编号",
    "line_number": "行号",
    "buyer": "买家",
    "placed_at": "下单时间",
    "paid_at": "付款时间",
    "status": "状态",
    "sku_code": "商家编码",
    "title": "标题",
    "quantity": "数量",
    "list": "标价金额",
    "amount": "成交额",
    "subsidy": "补贴",
    "funder": "出资方",
    "refund": "退款",
    "refunded_at": "退款时间",
    "voucher_code": "券码",
    "campaign_code": "活动编码",
    "beneficiary_unit": "计入单位",
    "county_code": "产地县代码",
    "freight": "运费",
}


def row(number: str = "NB-001", **cells: object) -> dict[str, str]:
    """Build one paid row of one piece at 89.00 yuan; `cells` overrides by English header."""
    made = {
        "order_number": number,
        "paid_at": "2020-05-02 09:00:40",
        "sku_code": "QDN-RJ-003",
        "title": "榕江锡利贡米 5kg",
        "quantity": "1",
        "amount_fen": "8900",
    }
    return made | {name: str(cell) for name, cell in cells.items()}


def write(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    header: Sequence[str] | None = None,
    *,
    encoding: str = "utf-8",
    name: str = "sales.csv",
    delimiter: str = ",",
) -> Path:
    """Write rows under `header`, by default the columns that they use, and return the path."""
    header = header or [name for name in ENGLISH if any(name in each for each in rows)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    for each in rows:
        writer.writerow([each.get(title, "") for title in header])
    path = folder / name
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def read(*paths: Path, platform: str = "", format: str = "auto") -> Reading:
    """Read files at a sales point of `platform`."""
    return read_files(paths, sales_point_platform=platform, shop_id="", shop_name="", format=format)


def one_sale(folder: Path, *rows: Mapping[str, str]) -> ReportedSale:
    """Read rows that must come to exactly one order without any issue."""
    reading = read(write(folder, rows))
    assert reading.issues == []
    (sale,) = reading.sales
    return sale


def one_line(folder: Path, **cells: object) -> ReportedLine:
    """Read one row that must come to exactly one line."""
    (line,) = one_sale(folder, row(**cells)).lines or ()
    return line
