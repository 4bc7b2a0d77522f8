"""A report as xlsx: a sheet per table, one native chart, and every order line behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from marketplace.rules.campaign_report import CampaignReport
from marketplace.selectors.reports import ReportLine
from marketplace.services.rendering.composing import compose
from marketplace.services.rendering.document import Column, Document, Kind, Table, Value

# A sheet holds 1,048,576 rows; the lines go on in another sheet before that.
MOST_ROWS_PER_SHEET = 1_000_000
_FEN_PER_YUAN = 100
# Tables with a sheet of their own; the others stand on the overview.
_OWN_SHEETS = ("by_day", "by_county", "by_product", "by_sales_point", "by_evidence", "excluded")
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "caption": {"bold": True, "font_size": 12, "font_color": "#1F6B45"},
    "head": {"bold": True, "bg_color": "#E4EFE7", "bottom": 1, "text_wrap": True},
    "text": {},
    "wrap": {"text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0"},
    "yuan": {"num_format": "#,##0.00"},
    "total_text": {"bold": True, "top": 1},
    "total_count": {"bold": True, "top": 1, "num_format": "#,##0"},
    "total_yuan": {"bold": True, "top": 1, "num_format": "#,##0.00"},
}


def write_workbook(report: CampaignReport, lines: Iterable[ReportLine], path: Path) -> None:
    """Write the workbook to a path; memory does not grow with the number of lines.

    Every text is written as text: what looks like a formula or a link stays what it is. Money
    is in yuan with two decimals.
    """
    document = compose(report)
    with _book(path, report.name, report.run.digest) as (book, formats):
        _overview(_Sheet(book.add_worksheet(_("概览")), formats), document, _OWN_SHEETS)
        for table in document.tables:
            if table.key in _OWN_SHEETS:
                sheet = _Sheet(book.add_worksheet(table.title), formats)
                _own_sheet(sheet, table)
                if table.key == "by_day" and table.rows:
                    _chart(book, sheet.sheet, table)
        _line_sheets(book, formats, lines)


def write_document_workbook(document: Document, path: Path) -> None:
    """Write any document as a workbook: its text on the first sheet, then a sheet per table."""
    with _book(path, document.title, document.subtitle) as (book, formats):
        own = {table.key for table in document.tables}
        _overview(_Sheet(book.add_worksheet(_("概览")), formats), document, own)
        for table in document.tables:
            _own_sheet(_Sheet(book.add_worksheet(table.title), formats), table)


@contextmanager
def _book(path: Path, title: str, comments: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield a new workbook and its formats; it is written when the block ends."""
    # Loaded here: the library takes longer than the other formats take altogether.
    import xlsxwriter

    settings = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), settings) as book:
        book.set_properties({"title": title, "comments": comments})
        yield book, {name: book.add_format(style) for name, style in _FORMATS.items()}


@dataclass(slots=True)
class _Sheet:
    """A sheet that is written downwards; `row` is the next free row."""

    sheet: Any
    formats: dict[str, Any]
    row: int = 0

    def say(self, texts: Sequence[str], style: str = "text") -> None:
        """Write texts side by side and go to the next row."""
        for column, text in enumerate(texts):
            self.sheet.write_string(self.row, column, text, self.formats[style])
        self.row += 1

    def values(self, row: Sequence[Value], columns: Sequence[Column], prefix: str = "") -> None:
        """Write the cells of a table row by what their columns hold."""
        for place, (value, column) in enumerate(zip(row, columns, strict=True)):
            if isinstance(value, str):
                # Without a format where none is needed: half the size of a cell in the file.
                style = self.formats[f"{prefix}text"] if prefix else None
                self.sheet.write_string(self.row, place, value, style)
            else:
                number = value / _FEN_PER_YUAN if column.kind is Kind.YUAN else value
                style = self.formats[prefix + column.kind.value]
                self.sheet.write_number(self.row, place, number, style)
        self.row += 1

    def table(self, table: Table) -> None:
        """Write headings, rows, total and note of a table."""
        self.say([column.title for column in table.columns], "head")
        for row in table.rows:
            self.values(row, table.columns)
        if table.total is not None:
            self.values(table.total, table.columns, "total_")
        if table.note:
            self.say([table.note])


def _overview(sheet: _Sheet, document: Document, elsewhere: Collection[str]) -> None:
    sheet.sheet.set_column(0, 0, 30)
    sheet.sheet.set_column(1, 6, 20)
    sheet.say([document.title], "title")
    sheet.say([document.subtitle])
    for fact in document.facts:
        sheet.say(fact)
    sheet.row += 1
    for sentence in (*document.headline, *document.warnings):
        sheet.say([sentence])
    for section in document.sections:
        sheet.row += 1
        sheet.say([section.title], "caption")
        for paragraph in section.paragraphs:
            sheet.say([paragraph])
    for table in document.tables:
        if table.key not in elsewhere:
            sheet.row += 1
            sheet.say([table.title], "caption")
            sheet.table(table)
    sheet.row += 1
    sheet.say([_("统计口径")], "caption")
    for definition in document.definitions:
        sheet.say(definition)
    for note in document.notes:
        sheet.say([note])


def _own_sheet(sheet: _Sheet, table: Table) -> None:
    sheet.sheet.set_column(0, 0, 30)
    sheet.sheet.set_column(1, len(table.columns), 16)
    sheet.sheet.freeze_panes(1, 0)
    sheet.table(table)


def _chart(book: Any, sheet: Any, table: Table) -> None:
    """Draw the net of each day as a native column chart beside the table."""
    last, net = len(table.rows), len(table.columns) - 1
    name = table.title
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": table.columns[net].title,
            "categories": [name, 1, 0, last, 0],
            "values": [name, 1, net, last, net],
            "fill": {"color": "#1F6B45"},
        }
    )
    chart.set_title({"name": _("每日净额（元）")})
    chart.set_legend({"none": True})
    chart.set_size({"width": 640, "height": 360})
    sheet.insert_chart(1, len(table.columns) + 1, chart)


def _line_sheets(book: Any, formats: dict[str, Any], lines: Iterable[ReportLine]) -> None:
    titles = (
        _("订单编号"), _("行标识"), _("销售点"), _("产地县代码"), _("SKU 编码"), _("付款时间"),
        _("归因依据"), _("成交（元）"), _("退款（元）"), _("净额（元）"),
    )  # fmt: skip
    kinds = (*(Kind.TEXT,) * 6, Kind.COUNT, *(Kind.YUAN,) * 3)
    columns = [Column(title, kind) for title, kind in zip(titles, kinds, strict=True)]
    sheet: _Sheet | None = None
    number = 0
    for line in lines:
        if sheet is None or sheet.row >= MOST_ROWS_PER_SHEET:
            number += 1
            sheet = _line_sheet(book, formats, titles, number)
        money = line.money
        sheet.values(
            (
                line.order_number, line.line_key, line.sales_point, line.county_code,
                line.sku_code, f"{line.paid_at:%Y-%m-%d %H:%M:%S}", line.level,
                money.gross_fen, money.refund_fen, money.net_fen,
            ),
            columns,
        )  # fmt: skip
    if sheet is None:
        _line_sheet(book, formats, titles, 1)


def _line_sheet(book: Any, formats: dict[str, Any], titles: Sequence[str], number: int) -> _Sheet:
    name = _("明细") if number == 1 else _("明细") + str(number)
    sheet = _Sheet(book.add_worksheet(name), formats)
    sheet.sheet.set_column(0, 1, 26)
    sheet.sheet.set_column(2, len(titles), 16)
    sheet.sheet.freeze_panes(1, 0)
    sheet.say(titles, "head")
    return sheet
