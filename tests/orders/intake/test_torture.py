"""Whatever is done to a file: every row has a verdict, or the file is refused with a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.rules.readings import Reading
from tests.orders.intake.exports import SAMPLES
from tests.orders.intake.torture import NASTY_CELLS, SUBJECTS, Subject, changed, outcome
from tests.orders.intake.writers.sheets import Sheet

each_format = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
PLATFORMS = ("", "taobao", "1688", "pdd", "jd", "youzan", "douyin")
SAMPLE_NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".json")
# What a damaged disk, a bad cable or a bad editor writes.
BITS = st.binary(max_size=3) | st.sampled_from(
    [
        b'"',
        b",",
        b"\r\n",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x81",
        b"-",
        b"=",
        b"9" * 20,
        b"\t",
    ]
)
_INCOMPLETE = (
    *("missing_columns", "unknown_format", "wrong_platform"),
    *("refunds_do_not_fit", "amounts_do_not_fit"),
)


@each_format
def test_the_sound_files_are_read_without_any_issue(tmp_path: Path, subject: Subject) -> None:
    reading = subject.read(tmp_path, subject.make(3))
    assert isinstance(reading, Reading)
    assert reading.issues == []
    assert len(reading.sales) == 3


@each_format
def test_a_nasty_cell_in_any_column_costs_only_its_own_order(
    tmp_path: Path, subject: Subject
) -> None:
    whole = subject.read(tmp_path, subject.make(len(NASTY_CELLS) + 2))
    for table, sheet in enumerate(subject.make(1)):
        for column, name in enumerate(sheet.header):
            reading = subject.read(tmp_path, subject.with_nasty_cells(table, column))
            assert not isinstance(reading, str), f"{name}: {reading}"
            sales = {sale.order_number: sale for sale in reading.sales}
            for other in (whole.sales[0], whole.sales[-1]):
                assert sales[other.order_number] == other, name


@each_format
def test_shuffled_columns_mean_nothing(tmp_path: Path, subject: Subject) -> None:
    sheets = subject.make(3)
    whole = subject.read(tmp_path, sheets)
    for seed in range(10):
        mixed = [sheet.in_order(_shuffled(len(sheet.header), seed)) for sheet in sheets]
        assert subject.read(tmp_path, mixed).sales == whole.sales


@each_format
def test_a_column_that_stands_twice_is_refused_or_harmless(
    tmp_path: Path, subject: Subject
) -> None:
    sheets = subject.make(3)
    whole = subject.read(tmp_path, sheets)
    for table, sheet in enumerate(sheets):
        for column in range(len(sheet.header)):
            twice = sheet.in_order([*range(len(sheet.header)), column])
            reading = subject.read(tmp_path, _with(sheets, table, twice))
            assert reading == "duplicate_headers" or reading.sales == whole.sales


@each_format
def test_a_column_that_is_missing_is_refused_or_its_cells_are(
    tmp_path: Path, subject: Subject
) -> None:
    sheets = subject.make(3)
    for table, sheet in enumerate(sheets):
        for column in range(len(sheet.header)):
            places = [place for place in range(len(sheet.header)) if place != column]
            reading = subject.read(tmp_path, _with(sheets, table, sheet.in_order(places)))
            assert reading in _INCOMPLETE or isinstance(reading, Reading)


@each_format
def test_a_row_of_totals_anywhere_counts_nowhere(tmp_path: Path, subject: Subject) -> None:
    sheets = subject.make(3)
    whole = subject.read(tmp_path, sheets)
    for table, sheet in enumerate(sheets):
        for place in range(4):
            total = ("合计", *(cell if _is_amount(cell) else "" for cell in sheet.rows[0][1:]))
            rows = (*sheet.rows[:place], total, *sheet.rows[place:])
            reading = subject.read(tmp_path, _with(sheets, table, sheet.with_rows(*rows)))
            assert [issue.code for issue in reading.issues] == ["total_row"]
            assert _money(reading) == _money(whole)


@each_format
def test_merged_cells_reject_what_they_left_empty(tmp_path: Path, subject: Subject) -> None:
    """A spreadsheet writes a merged cell as its text once and blanks below it."""
    sheets = subject.make(3)
    for table, sheet in enumerate(sheets):
        for column in range(len(sheet.header)):
            merged = sheet.with_cell(1, column, "").with_cell(2, column, "")
            subject.read(tmp_path, _with(sheets, table, merged))


@each_format
def test_blank_rows_count_nowhere(tmp_path: Path, subject: Subject) -> None:
    sheets = subject.make(3)
    whole = subject.read(tmp_path, sheets)
    spaced = []
    for sheet in sheets:
        blank = ("",) * (len(sheet.header) - 1)
        pairs = [((" ", *blank), row, ("", *blank)) for row in sheet.rows]
        spaced.append(sheet.with_rows(*(row for each in pairs for row in each)))
    reading = subject.read(tmp_path, spaced)
    assert (reading.sales, _money(reading)) == (whole.sales, _money(whole))


@each_format
def test_the_same_table_twice_is_refused(tmp_path: Path, subject: Subject) -> None:
    for sheet in subject.make(3):
        assert subject.read(tmp_path, [sheet, sheet]) == "same_table_twice"


@each_format
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_gives_the_same_orders(
    tmp_path: Path, subject: Subject, encoding: str
) -> None:
    sheets = subject.make(3)
    paths = subject.save(tmp_path, sheets)
    whole = outcome(paths, subject.platform)
    for path, sheet in zip(paths, sheets, strict=True):
        sheet.save(path, encoding)
    assert outcome(paths, subject.platform).sales == whole.sales


HALF_UTF8, HALF_GB = "交".encode()[:2], "交".encode("gb18030")[:1]
DAMAGES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("half a character at the end", lambda whole: whole + HALF_UTF8),
    ("half a character of GB18030 at the end", lambda whole: _in_gb(whole) + HALF_GB),
    ("half a character inside", lambda whole: _into_last_row(whole, HALF_UTF8)),
    ("half a character of GB18030 inside", lambda whole: _into_last_row(_in_gb(whole), HALF_GB)),
    ("a lone surrogate", lambda whole: _into_last_row(whole, b"\xed\xa0\x80")),
    ("a lone surrogate in UTF-16", lambda whole: _in_utf16(whole) + b"\x00\xd8\n\x00"),
    ("half a unit of UTF-16", lambda whole: _in_utf16(whole)[:-1]),
    ("an unclosed quote", lambda whole: _into_last_row(whole, b'"')),
    ("a quote that opens the last row", lambda whole: whole + b'"954'),
    ("a cut last row", lambda whole: whole.rstrip()[:-3].rpartition(b",")[0]),
    ("only commas", lambda _whole: b",,,,\r\n" * 9),
    ("only a mark", lambda _whole: b"\xef\xbb\xbf"),
    ("only a mark of UTF-16", lambda _whole: b"\xff\xfe"),
    ("only line breaks", lambda _whole: b"\r\n" * 9),
    ("only a header", lambda whole: whole.splitlines(keepends=True)[0]),
    ("no header", lambda whole: b"".join(whole.splitlines(keepends=True)[1:])),
    ("no line breaks", lambda whole: whole.replace(b"\r\n", b",")),
    ("a NUL in the header", lambda whole: b"\0" + whole),
    ("all NUL", lambda whole: b"\0" * len(whole)),
    ("bare carriage returns", lambda whole: whole.replace(b"\r\n", b"\r")),
    ("spaces for commas", lambda whole: whole.replace(b",", b" ")),
    ("semicolons for commas", lambda whole: whole.replace(b",", b";")),
    ("tabs for commas", lambda whole: whole.replace(b",", b"\t")),
    ("a cell of 1 MB", lambda whole: _into_last_row(whole, b"x" * 2**20)),
    ("a quoted cell of 1 MB", lambda whole: _into_last_row(whole, b'"%s"' % (b"x," * 2**19))),
    ("100,000 columns", lambda whole: _wide(whole, b",x%d")),
    ("100,000 columns of one name", lambda whole: _wide(whole, b",x")),
    ("100,000 columns of no name", lambda whole: _wide(whole, b",")),
    ("100,000 cells in a row", lambda whole: whole + b"1," * 100_000),
    ("a header of 1 MB", lambda whole: b"x" * 2**20 + b"," + whole),
    ("a picture", lambda _whole: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9),
]


@each_format
@pytest.mark.parametrize(("_name", "damage"), DAMAGES, ids=[name for name, _how in DAMAGES])
def test_damaged_bytes_are_refused_or_every_row_has_its_verdict(
    tmp_path: Path, subject: Subject, _name: str, damage: Callable[[bytes], bytes]
) -> None:
    for table in range(len(subject.make(1))):
        paths = subject.save(tmp_path, subject.make(3))
        paths[table].write_bytes(damage(paths[table].read_bytes()))
        outcome(paths, subject.platform)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=600))
def test_any_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(content)
    for platform in PLATFORMS:
        assert isinstance(outcome([path], platform), str)


@each_format
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.floats(0, 1), BITS, st.integers(0, 9)), max_size=8))
def test_a_file_with_any_bytes_changed_is_refused_or_accounted_for(
    tmp_path: Path, subject: Subject, changes: list[tuple[float, bytes, int]]
) -> None:
    paths = subject.save(tmp_path, subject.make(3))
    path = paths[len(changes) % len(paths)]
    path.write_bytes(changed(path.read_bytes(), changes))
    outcome(paths, subject.platform)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(SAMPLE_NAMES),
    changes=st.lists(st.tuples(st.floats(0, 1), BITS, st.integers(0, 9)), max_size=8),
)
def test_a_real_file_with_any_bytes_changed_is_refused_or_accounted_for(
    tmp_path: Path, name: str, changes: list[tuple[float, bytes, int]]
) -> None:
    path = tmp_path / name
    path.write_bytes(changed((SAMPLES / name).read_bytes(), changes))
    for platform in PLATFORMS:
        outcome([path], platform)


def _shuffled(count: int, seed: int) -> list[int]:
    return Random(seed).sample(range(count), count)


def _with(sheets: Sequence[Sheet], table: int, sheet: Sheet) -> list[Sheet]:
    return [*sheets[:table], sheet, *sheets[table + 1 :]]


def _is_amount(cell: str) -> bool:
    return re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", cell) is not None


def _money(reading: Reading) -> tuple[int, int]:
    return reading.platform_gross_fen, reading.platform_refund_fen


def _in_gb(whole: bytes) -> bytes:
    return whole.decode().encode("gb18030")


def _in_utf16(whole: bytes) -> bytes:
    return b"\xff\xfe" + whole.decode().encode("utf-16-le")


def _into_last_row(whole: bytes, what: bytes) -> bytes:
    """Put bytes where the last cell but one of the last row begins."""
    head, comma, tail = whole.rpartition(b",")
    head, before, cell = head.rpartition(b",")
    return head + before + what + cell + comma + tail


def _wide(whole: bytes, name: bytes) -> bytes:
    header, _break, rows = whole.partition(b"\r\n")
    more = b"".join(name % place if b"%" in name else name for place in range(100_000))
    return header + more + b"\r\n" + rows.replace(b"\r\n", b"," * 100_000 + b"\r\n")
