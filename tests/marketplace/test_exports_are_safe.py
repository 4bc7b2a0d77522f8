"""What we hand out as csv and workbooks holds no text that a spreadsheet would compute."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from orders.models import SalesPoint
from orders.services.recording import record_sale
from tests.builders import make_sales_point, reported_sale, stated_line, stated_sale
from tests.marketplace.report_stories import attribute, make_shop, publish

pytestmark = pytest.mark.django_db
STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@pytest.fixture
def hostile_sales() -> None:
    make_shop()
    publish()
    for place, start in enumerate(STARTS):
        point = make_sales_point(f"shop-{place}", name=f'{start}HYPERLINK("x"){place}')
        sell(point, start, place)
    attribute()


def sell(point: SalesPoint, start: str, place: int) -> None:
    """Record two orders whose number, titles and codes open like formulas."""
    line = stated_line("QDN-LS-001", 9000, line_key=f"{start}1+1", title=f"{start}1+1")
    code = stated_line(f"{start}cmd|x", 900, line_key=f"{start}2", title=f"{start}2")
    record_sale(point, stated_sale(f"{start}{place}", line, code), source="t")
    record_sale(point, reported_sale(f"9540{place}", lines=None, title=f"{start}1"), source="t")


def printed(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.parametrize(
    "command", [("campaign_lines", "mayday"), ("campaign_report", "mayday", "--format", "csv")]
)
def test_no_csv_cell_is_computed(hostile_sales: None, command: tuple[str, ...]) -> None:
    text = printed(*command).removeprefix("\ufeff")
    rows = list(csv.reader(StringIO(text, newline="")))
    assert len(rows) > len(STARTS)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(STARTS) and not NUMBER.fullmatch(cell)]
    assert [cell for cell in cells if cell.startswith("'")]


def test_no_cell_of_the_workbook_is_computed(hostile_sales: None, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    printed("campaign_report", "mayday", "--format", "xlsx", "--out", str(path))
    cells = [c for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [c for c in cells if isinstance(c.value, str) and c.value.lstrip("'").startswith("=H")]
