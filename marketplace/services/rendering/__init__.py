"""One report, many forms: a document is composed once and printed as text, html, csv or xlsx."""

from marketplace.services.rendering.csv_table import bridge_as_csv, lines_as_csv, report_as_csv
from marketplace.services.rendering.html_page import report_as_html
from marketplace.services.rendering.plain_text import report_as_text
from marketplace.services.rendering.workbook import write_workbook

__all__ = [
    "bridge_as_csv",
    "lines_as_csv",
    "report_as_csv",
    "report_as_html",
    "report_as_text",
    "write_workbook",
]
