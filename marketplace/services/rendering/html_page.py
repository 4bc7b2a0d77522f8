"""A report as one html page: no file beside it, readable on paper and on a phone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.translation import get_language

from marketplace.rules.campaign_report import CampaignReport
from marketplace.services.rendering.chart import Chart, day_chart
from marketplace.services.rendering.composing import compose
from marketplace.services.rendering.document import Kind, Table, printed

TEMPLATE = "marketplace/campaign_report.html"


def report_as_html(report: CampaignReport) -> str:
    """Return a self-contained page: style and chart inside, nothing fetched."""
    return render_to_string(TEMPLATE, report_context(report))


def report_context(report: CampaignReport, *, lines_url: str = "") -> dict[str, Any]:
    """Return what the template prints; with `lines_url`, rows link to their order lines."""
    document = compose(report)
    return {
        "language": get_language() or "zh-hans",
        "document": document,
        "tables": [_table(table, report, lines_url) for table in document.tables],
        "chart": _chart(report),
        "lines_url": lines_url,
    }


def _chart(report: CampaignReport) -> Chart | None:
    if len(report.by_day) < 2:
        return None
    return day_chart([(row.code, row.money.net_fen) for row in report.by_day])


def _table(table: Table, report: CampaignReport, lines_url: str) -> dict[str, Any]:
    numeric = [column.kind is not Kind.TEXT for column in table.columns]
    rows = []
    for place, row in enumerate(table.rows):
        link = ""
        if lines_url and table.drill:
            link = f"{lines_url}?{_query(table.drill, table.codes[place], report)}"
        rows.append({"cells": _cells(row, table, numeric), "link": link})
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
