"""A report as text for a terminal or a mail: columns stay straight with Chinese in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from unicodedata import combining, east_asian_width

from django.utils.translation import gettext as _

from marketplace.rules.campaign_report import CampaignReport
from marketplace.services.rendering.composing import compose
from marketplace.services.rendering.document import Column, Document, Kind, Table, printed
from marketplace.services.rendering.phrases import stated

# The width of rules and of wrapped sentences. Unit: terminal columns.
_WIDTH = 96
# Products beyond these are one row in the text; the other formats list them all.
_MOST_PRODUCTS = 20
_GAP = "  "


def report_as_text(report: CampaignReport) -> str:
    """Return the report as text, without a line end after the last line."""
    return document_as_text(compose(report))


def document_as_text(document: Document) -> str:
    """Return any document as text, without a line end after the last line."""
    return "\n".join(_lines(document))


def width(text: str) -> int:
    """Return how many terminal columns a text takes: two for wide characters.

    >>> width("净额 A")
    6
    """
    return sum(
        0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _lines(document: Document) -> Iterable[str]:
    yield "=" * _WIDTH
    yield document.title
    yield document.subtitle
    yield "=" * _WIDTH
    label_width = max(width(label) for label, _value in document.facts)
    for label, value in document.facts:
        yield f"{_padded(label, label_width)}{_GAP}{value}"
    yield ""
    yield from document.headline
    for warning in document.warnings:
        yield _("注意：%(warning)s") % {"warning": warning}
    for section in document.sections:
        yield ""
        yield section.title
        yield from section.paragraphs
    for table in document.tables:
        yield ""
        yield from _table(_short(table))
    yield ""
    yield _("【统计口径】")
    for term, sentence in document.definitions:
        yield from _wrapped(stated(term, sentence))
    yield ""
    yield from document.notes


def _short(table: Table) -> Table:
    return table.shortened(_MOST_PRODUCTS, _("其他")) if table.key == "by_product" else table


def _table(table: Table) -> Iterable[str]:
    yield _("【%(title)s】") % {"title": table.title}
    if not table.rows:
        yield _("（无）")
        return
    cells = [tuple(map(_cell, row, table.columns)) for row in table.rows]
    if table.total is not None:
        cells.append(tuple(map(_cell, table.total, table.columns)))
    titles = tuple(column.title for column in table.columns)
    widths = [max(map(width, column)) for column in zip(titles, *cells, strict=True)]
    yield _row(titles, widths, table.columns)
    yield _GAP.join("-" * wide for wide in widths)
    for number, row in enumerate(cells):
        if table.total is not None and number == len(cells) - 1:
            yield _GAP.join("-" * wide for wide in widths)
        yield _row(row, widths, table.columns)
    if table.note:
        yield _("注：%(note)s") % {"note": table.note}


def _cell(value: str | int, column: Column) -> str:
    return printed(value, column.kind)


def _row(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    padded = [
        _padded(cell, wide, right=column.kind is not Kind.TEXT)
        for cell, wide, column in zip(cells, widths, columns, strict=True)
    ]
    return _GAP.join(padded).rstrip()


def _padded(text: str, wide: int, *, right: bool = False) -> str:
    space = " " * (wide - width(text))
    return space + text if right else text + space


def _wrapped(sentence: str) -> list[str]:
    """Break a Chinese sentence into lines of the text's width."""
    if width(sentence) <= _WIDTH:
        return [sentence]
    per_line = _WIDTH // 2 if width(sentence) > len(sentence) * 1.5 else _WIDTH
    return wrap(sentence, per_line, subsequent_indent="  ", break_on_hyphens=False)
