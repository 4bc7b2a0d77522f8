"""A workbook that cannot be trusted is refused, and never takes its reader down."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from tests.orders.intake import generic_files
from tests.orders.intake.generic_files import row
from tests.orders.intake.workbooks import refusal, rewrite, table, write_workbook

HEADER = list(row())


def test_more_rows_than_a_workbook_may_have_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_workbook(
        tmp_path / "long.xlsx", [["标题"], *table([row(f"A-{n}") for n in range(6)], HEADER)]
    )
    monkeypatch.setattr("orders.intake.recognising.MOST_ROWS", 6)
    assert len(generic_files.read(path).sales) == 6
    monkeypatch.setattr("orders.intake.recognising.MOST_ROWS", 5)
    assert refusal(path) == "too_many_rows"


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("archive_damaged", b"PK\x03\x04" + b"\0" * 100),
        ("archive_damaged", b"PK\x05\x06"),
        ("not_a_table", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000),
    ],
)
def test_what_only_looks_like_a_workbook_is_refused(
    tmp_path: Path, code: str, content: bytes
) -> None:
    path = tmp_path / "sales.xlsx"
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_workbook_cut_or_emptied_inside_is_refused(tmp_path: Path) -> None:
    whole = write_workbook(tmp_path / "whole.xlsx", table([row()], HEADER))
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[:-200])
    assert refusal(cut) == "archive_damaged"
    rewrite(whole, "xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetDat")
    assert refusal(whole) in ("workbook_damaged", "header_only")
    assert refusal(write_workbook(tmp_path / "empty.xlsx", [])) == "empty_file"
    assert refusal(write_workbook(tmp_path / "head.xlsx", [HEADER])) == "header_only"


def test_a_workbook_that_would_swell_is_refused_at_once(tmp_path: Path) -> None:
    bomb = write_workbook(tmp_path / "bomb.xlsx", table([row()], HEADER))
    rewrite(bomb, "xl/worksheets/sheet1.xml", b"</sheetData>", b" " * 234_000_000 + b"</sheetData>")
    started = time.process_time()
    assert refusal(bomb) == "unpacked_too_large"
    assert time.process_time() - started < 0.2


def test_two_cells_at_the_ends_of_a_sheet_take_no_memory_of_ours(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "corners.xlsx", table([row()], HEADER))
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewrite(path, "xl/worksheets/sheet1.xml", b"</sheetData>", far)
    assert refusal(path) == "unpacked_too_large"


def test_a_member_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "liar.xlsx", table([row()], HEADER))
    blank = b" " * 9_000_000
    rewrite(path, "xl/worksheets/sheet1.xml", b"</sheetData>", blank + b"</sheetData>")
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as found:
        size = found.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (2000).to_bytes(4, "little")))
    assert refusal(path) in ("archive_damaged", "workbook_damaged")
