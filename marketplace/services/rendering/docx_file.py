"""A document as docx, to be edited and signed: headings, paragraphs, real tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from marketplace.services.rendering.document import Column, Document, Kind, Table, Value, printed
from marketplace.services.rendering.phrases import stated

# Latin and Chinese letters have fonts of their own in a docx.
_LATIN_FONT, _CHINESE_FONT = "Times New Roman", "SimSun"
_BODY_POINTS, _TABLE_POINTS = 11, 8
# Tables of more columns than these do not fit an upright page.
_MOST_UPRIGHT_COLUMNS = 5


def write_docx(document: Document, path: Path) -> None:
    """Write a document as docx. Tables that are too wide for the page stand on turned pages."""
    # Loaded here: no other format needs the library.
    import docx

    file = docx.Document()
    file.core_properties.title = document.title
    file.core_properties.author = ""
    _set_fonts(file)
    file.add_heading(document.title, level=0)
    file.add_paragraph(document.subtitle)
    for warning in document.warnings:
        _bold(file, _("注意：%(warning)s") % {"warning": warning})
    for label, value in document.facts:
        file.add_paragraph(stated(label, value))
    for sentence in document.headline:
        file.add_paragraph(sentence)
    for section in document.sections:
        file.add_heading(section.title, level=1)
        for paragraph in section.paragraphs:
            file.add_paragraph(paragraph)
    for table in document.tables:
        _turn_page(file, is_wide=len(table.columns) > _MOST_UPRIGHT_COLUMNS)
        _table(file, table)
    _turn_page(file, is_wide=False)
    file.add_heading(_("统计口径"), level=1)
    for term, sentence in document.definitions:
        file.add_paragraph(stated(term, sentence))
    for note in document.notes:
        file.add_paragraph(note)
    file.save(str(path))


def _set_fonts(file: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for name in ("Normal", "Title", "Heading 1"):
        style = file.styles[name]
        style.font.name = _LATIN_FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
        fonts.set(qn("w:eastAsia"), _CHINESE_FONT)
    file.styles["Normal"].font.size = Pt(_BODY_POINTS)
    file.styles["Title"].font.size = Pt(_BODY_POINTS * 2)


def _bold(file: Any, text: str) -> None:
    file.add_paragraph().add_run(text).bold = True


def _turn_page(file: Any, *, is_wide: bool) -> None:
    """Begin a new page where the next part needs the other orientation."""
    from docx.enum.section import WD_ORIENT

    section = file.sections[-1]
    if (section.orientation == WD_ORIENT.LANDSCAPE) is is_wide:
        return
    turned = file.add_section()
    turned.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    turned.page_width, turned.page_height = section.page_height, section.page_width


def _table(file: Any, table: Table) -> None:
    file.add_heading(table.title, level=1)
    if not table.rows:
        file.add_paragraph(_("（无）"))
        return
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    grid = file.add_table(rows=1 + len(rows), cols=len(table.columns))
    grid.style = "Table Grid"
    titles = [column.title for column in table.columns]
    # The rows of a table are looked up from its start each time: taken once, in order.
    for row, texts in zip(grid.rows, [titles, *map(_texts(table.columns), rows)], strict=True):
        for cell, text, column in zip(row.cells, texts, table.columns, strict=True):
            _write(cell, text, is_number=column.kind is not Kind.TEXT)
    if table.note:
        file.add_paragraph(_("注：%(note)s") % {"note": table.note})


def _texts(columns: Sequence[Column]) -> Any:
    def texts(row: Sequence[Value]) -> list[str]:
        return [printed(value, column.kind) for value, column in zip(row, columns, strict=True)]

    return texts


def _write(cell: Any, text: str, *, is_number: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.add_run(text).font.size = Pt(_TABLE_POINTS)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
