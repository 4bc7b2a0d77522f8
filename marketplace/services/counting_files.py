"""Counting reports in every format: printed, or written beside their place and renamed.

What leaves here may be published: numbers under 10 households are suppressed in every format.
"""

from __future__ import annotations

import json
from pathlib import Path

from marketplace.rules.counting_reports import Scorecard
from marketplace.rules.overview_report import Overview
from marketplace.services.rendering.counting import (
    overview_document,
    overview_title,
    overview_warnings,
    scorecard_document,
    scorecard_texts,
    scorecard_title,
    scorecard_warnings,
)
from marketplace.services.rendering.document import Document
from marketplace.services.rendering.docx_file import write_docx
from marketplace.services.rendering.html_page import document_as_html
from marketplace.services.rendering.plain_text import document_as_text
from marketplace.services.rendering.workbook import write_document_workbook
from marketplace.services.report_files import new_file, write_text

Report = Scorecard | Overview
# Formats that are text; the others are files only.
COUNTING_TEXT_FORMATS = ("text", "json", "html")
SCORECARD_FORMATS = (*COUNTING_TEXT_FORMATS, "docx", "xlsx")
OVERVIEW_FORMATS = (*COUNTING_TEXT_FORMATS, "xlsx")
_WRITERS = {"docx": write_docx, "xlsx": write_document_workbook}


def counting_report_as(report: Report, form: str) -> str:
    """Return a report as `text`, `json` or `html`."""
    if form == "json":
        return json.dumps(_json(report), ensure_ascii=False)
    document = _document(report)
    return document_as_html(document) if form == "html" else document_as_text(document)


def write_counting_report(report: Report, form: str, path: Path) -> None:
    """Write a report file, making its folder. Raises ReportNotWritable."""
    if form in _WRITERS:
        with new_file(path) as unfinished:
            _WRITERS[form](_document(report), unfinished)
    else:
        write_text(path, [counting_report_as(report, form).rstrip("\n"), "\n"])


def _document(report: Report) -> Document:
    public = report.for_public()
    if isinstance(public, Scorecard):
        return scorecard_document(public)
    return overview_document(public)


def _json(report: Report) -> dict[str, object]:
    public = report.for_public()
    if isinstance(public, Scorecard):
        title, warnings = scorecard_title(public), scorecard_warnings(public)
        return public.as_json(title, scorecard_texts(public), warnings)
    return public.as_json(overview_title(public), overview_warnings(public))
