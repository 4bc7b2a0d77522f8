"""Cells that calamine gives as empty though something stands there.

An error (`#REF!`) and a formula that nobody has calculated would read as no amount at all. They
are looked up in the sheet's own XML, so that their rows are rejected for what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from zipfile import ZipFile, is_zipfile

# Row and column, from 0, and the content.
Places = dict[int, dict[int, str]]

_CHUNK = 1 << 20
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^>/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_IS_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)<)")
_ROW_END = b"row>"
# Most sheets have neither formulas nor errors; this tells them at once.
_SIGNS = (b"<f", b":f", b't="e"', b"t='e'")


def unread_cells(workbook: Path) -> dict[str, Places]:
    """Return such cells of an xlsx by the name of their sheet; none of another workbook."""
    if not is_zipfile(workbook):
        return {}
    with ZipFile(workbook) as found:
        names = set(found.namelist())
        return {
            sheet: places
            for sheet, part in _parts(found, names)
            if part in names and (places := _places(found, part))
        }


def _parts(found: ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield name and part of every sheet."""
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, relations} <= names:
        return
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in _attributes(_RELATION, found.read(relations))
    }
    for sheet in _attributes(_SHEET, found.read(book)):
        target = targets.get(sheet.get("r:id", ""), "")
        yield sheet.get("name", ""), target[1:] if target.startswith("/") else f"xl/{target}"


def _attributes(tag: re.Pattern[str], xml: bytes) -> Iterator[dict[str, str]]:
    for match in tag.finditer(xml.decode(errors="replace")):
        yield {name: unescape(double or single)
               for name, double, single in _ATTRIBUTE.findall(match[1])}  # fmt: skip


def _places(found: ZipFile, part: str) -> Places:
    places: Places = {}
    for block in _blocks(found, part):
        if not any(sign in block for sign in _SIGNS):
            continue
        for attributes, inside in _CELL.findall(block):
            content = _unread(attributes, inside)
            if content and (place := _REFERENCE.search(attributes)):
                places.setdefault(int(place[2]) - 1, {})[_column(place[1])] = content
    return places


def _unread(attributes: bytes, inside: bytes) -> str:
    """Return what calamine does not give of a cell, '' where it gives all."""
    value = _VALUE.search(inside)
    if value:
        return unescape(value[1].decode(errors="replace")) if _IS_ERROR.search(attributes) else ""
    formula = _FORMULA.search(inside)
    # A formula may well have given an empty text: then the cell says that it is a text.
    if formula is None or b't="str"' in attributes or b"<is" in inside:
        return ""
    return f"={unescape((formula[1] or b'').decode(errors='replace'))}"


def _blocks(found: ZipFile, part: str) -> Iterator[bytes]:
    """Yield a sheet's XML in pieces that end with a row."""
    rest = b""
    with found.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            rest += chunk
            end = rest.rfind(_ROW_END) + len(_ROW_END)
            if end >= len(_ROW_END):
                yield rest[:end]
                rest = rest[end:]
    yield rest


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
