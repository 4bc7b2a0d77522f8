"""A report as one html page: no file beside it, readable on paper and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.translation import get_language

from marketplace.rules.campaign_report import CampaignReport
from marketplace.services.rendering.chart import Chart, day_chart
from marketplace.services.rendering.composing import compose
from marketplace.services.rendering.document import Document, Kind, Table, printed

TEMPLATE = "marketplace/campaign_report.html"
DOCUMENT_TEMPLATE = "marketplace/document.html"


def report_as_html(report: CampaignReport) -> str:
    """Return a self-contained page: style and chart inside, nothing fetched."""
    return render_to_string(TEMPLATE, report_context(report))


def document_as_html(document: Document) -> str:
    """Return any document as a self-contained page, without links and chart."""
    context = {
        "language": get_language() or "zh-hans",
        "document": document,
        "tables": [_table(table, lambda _code: "") for table in document.tables],
    }
    return render_to_string(DOCUMENT_TEMPLATE, context)


def report_context(report: CampaignReport, *, lines_url: str = "") -> dict[str, Any]:
    """Return what the template prints; with `lines_url`, rows link to their order lines."""
    document = compose(report)
    return {
        "language": get_language() or "zh-hans",
        "document": document,
        "tables": [_table(table, _links(table, report, lines_url)) for table in document.tables],
        "chart": _chart(report),
        "lines_url": lines_url,
    }


def _chart(report: CampaignReport) -> Chart | None:
    if len(report.by_day) < 2:
        return None
    return day_chart([(row.code, row.money.net_fen) for row in report.by_day])


def _links(table: Table, report: CampaignReport, lines_url: str) -> Callable[[str], str]:
    """Return what a row's code links to: its order lines, or ''."""
    if not (lines_url and table.drill):
        return lambda _code: ""
    return lambda code: f"{lines_url}?{_query(table.drill, code, report)}"


def _table(table: Table, link_of: Callable[[str], str]) -> dict[str, Any]:
    numeric = [column.kind is not Kind.TEXT for column in table.columns]
    codes = table.codes or ("",) * len(table.rows)
    rows = [
        {"cells": _cells(row, table, numeric), "link": link_of(code)}
        for row, code in zip(table.rows, codes, strict=True)
    ]
    total = None if table.total is None else _cells(table.total, table, numeric)
    heads = list(zip([column.title for column in table.columns], numeric, strict=True))
    return {
        "key": table.key,
        "title": table.title,
        "heads": heads,
        "rows": rows,
        "total": total,
        "note": table.note,
    }


def _cells(row: Any, table: Table, numeric: list[bool]) -> list[tuple[str, bool]]:
    texts = [printed(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
    return list(zip(texts, numeric, strict=True))


def _query(name: str, code: str, report: CampaignReport) -> str:
    asked = report.asked
    same = {"model": asked.model, "basis": asked.basis, "view": asked.view}
    return urlencode({name: code, **same})
