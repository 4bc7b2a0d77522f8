"""Workbooks, written by tests as spreadsheets and export tools write them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from orders.errors import FileRefused
from tests.orders.intake import generic_files

Rows = Sequence[Sequence[Any]]


def write_workbook(path: Path, *sheets: Rows, hidden: Sequence[int] = ()) -> Path:
    """Write sheets of rows and return the path; None and '' leave a cell empty.

    Texts are texts, also those that begin with `=`; times and numbers are cells of their kind.
    """
    options = {"default_date_format": "yyyy-mm-dd hh:mm:ss"}
    with xlsxwriter.Workbook(path, options) as book:
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet(f"表{number + 1}")
            fill(sheet, rows)
            if number in hidden:
                sheet.hide()
            else:
                sheet.activate()
    return path


def fill(sheet: Worksheet, rows: Rows, first_row: int = 0) -> None:
    """Write rows into a sheet."""
    for place, cells in enumerate(rows, first_row):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell:
                sheet.write_string(place, column, cell)
            elif cell is not None and cell != "":
                sheet.write(place, column, cell)


def table(rows: Sequence[Mapping[str, Any]], header: Sequence[str]) -> list[list[Any]]:
    """Return a header row and the rows under it; headers are found without outer blanks."""
    stripped = [{name.strip(): cell for name, cell in row.items()} for row in rows]
    return [list(header), *([row.get(name.strip(), "") for name in header] for row in stripped)]


def refusal(*paths: Path, **point: str) -> str:
    """Return the code with which files are refused; the sentence must name one of them."""
    with pytest.raises(FileRefused) as refused:
        generic_files.read(*paths, **point)
    assert refused.value.message.endswith("。")
    assert any(path.name in refused.value.message for path in paths)
    return refused.value.code


def rewrite(path: Path, member: str, old: bytes, new: bytes) -> None:
    """Change a member of a zip."""
    with zipfile.ZipFile(path) as found:
        members = {info.filename: found.read(info) for info in found.infolist()}
    assert old in members[member]
    members[member] = members[member].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in members.items():
            found.writestr(name, content)
