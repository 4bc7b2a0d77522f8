"""Monthly ledgers, written by tests as centres and units send them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from openpyxl import Workbook

from orders.models import DeclaredSale, EvidenceFile
from products.models import Category
from tests.builders import make_county, make_district, make_sales_point

HEADER = ("月份", "产地县", "类目", "采购方式", "数量", "计量单位", "金额（元）")
ROWS: tuple[tuple[object, ...], ...] = (
    ("2020年6月", "黄平县", "茶叶", "帮助销售", 120, "斤", "12,345.67"),
    ("", "雷山县", "tea", "", "", "", 800),
    ("2020年7月", "全州", "", "直接采购", "", "", 1000.5),
)


def world() -> None:
    """Make a centre of 拱墅, two counties and a category."""
    make_county("522622", "黄平县")
    make_county("522634", "雷山县")
    for code, name in (("330105", "拱墅区"), ("330109", "萧山区")):
        make_district(code, name=name)
    Category.objects.get_or_create(code="tea", defaults={"name": "茶叶"})
    fields = {"channel_class": "centre", "platform": "", "shop_name": ""}
    make_sales_point("fenghuang", name="凤凰山展销中心", district="330105", **fields)
    make_sales_point("miaoyin", name="妙音展销中心", district="330105", **fields)
    make_sales_point("xiaoshan", name="萧山展销中心", district="330109", **fields)


def text(rows: Sequence[Sequence[object]] = ROWS, header: Sequence[object] = HEADER) -> bytes:
    """Return a ledger as a csv file."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode("gb18030")


def workbook(
    rows: Sequence[Sequence[object]] = ROWS,
    header: Sequence[object] = HEADER,
    titles: Sequence[str] = ("凤凰山展销中心销售台账",),
    merged: Sequence[str] = (),
) -> bytes:
    """Return a ledger as a workbook with titles above its header."""
    book = Workbook()
    sheet = book.active
    for title in titles:
        sheet.append([title])
    for row in [header, *rows]:
        sheet.append([cell if cell != "" else None for cell in row])
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def kept(content: bytes, name: str = "台账.xlsx") -> Path:
    path = Path(settings.TEST_DIR) / name
    path.write_bytes(content)
    return path


def answer(content: bytes, *options: str, point: str = "fenghuang", name: str = "台账.xlsx") -> Any:
    """Run the command; return (exit code, its JSON)."""
    out, code = io.StringIO(), 0
    asked = ("--sales-point", point) if point else ()
    try:
        call_command(
            *("import_monthly_ledgers", str(kept(content, name)), *asked, *options, "--json"),
            stdout=out,
        )
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(out.getvalue())


def stated(content: bytes, **asked: Any) -> list[DeclaredSale]:
    code, said = answer(content, **asked)
    assert code == 0, said
    return list(DeclaredSale.objects.filter(pk__in=said["declared"]).order_by("pk"))


def issues(content: bytes, **asked: Any) -> list[tuple[int, str]]:
    """Return (row, code) of a ledger of which nothing may be written."""
    code, said = answer(content, **asked)
    assert code == 1
    assert not DeclaredSale.objects.exists()
    assert not EvidenceFile.objects.exists()
    return [(row["row"], row["code"]) for row in said["errors"]]


def code_of(content: bytes, **asked: Any) -> str:
    code, said = answer(content, **asked)
    assert code == 1
    return said["error"]["code"]


def one(row: tuple[object, ...], header: tuple[str, ...] = HEADER) -> bytes:
    return text([row], header)
