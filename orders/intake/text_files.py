"""Text tables as they come: encoding found, rows counted, damage named.

A file is read twice from disk and never held whole: once for its hash and encoding, once as
rows. Decoding is strict to the last byte (docs/decisions/0005-import-accounting.md).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from common.plain_text import one_line
from orders.errors import (
    EmptyFile,
    FileNotDecodable,
    FileNotFound,
    HeaderOnly,
    NotATable,
    TruncatedFile,
)
from orders.intake.cells import BadCell, clean, is_total_mark
from orders.intake.raw_blocks import RawBlocks
from orders.intake.workbooks.opening import Sheet

_CHUNK = 1 << 20
_LONGEST_NAME = 200
# The header stands among the first filled rows: below a title, mostly as the first.
MOST_HEAD_ROWS = 20
# People break long headers over lines.
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
# Workbooks, archives, documents and pictures that people choose by mistake.
_MAGIC = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"SQLite format 3",
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A few NUL are damaged cells; more than this many, and more than 1 %, are no text.
_FEW_NUL = 16


@dataclass(slots=True)
class _Probe:
    """What the bytes of a file say before anything is read as text."""

    sha256: str = ""
    size_bytes: int = 0
    encoding: str = ""
    nuls: int = 0
    ends_with_newline: bool = False


class TextTable:
    """One file, or one sheet of a workbook, with a header row and data rows.

    `header` holds the cleaned headers: the first filled row, unless `take_header` is told that
    another of the `heads` is meant. `rows()` may be walked once; afterwards `row_count` and
    `raw.blocks` are complete. Raises subclasses of `orders.errors.FileRefused`.
    """

    def __init__(self, ordinal: int, path: Path, sheet: Sheet | None = None) -> None:
        self.ordinal = ordinal
        self.name = one_line(path.name, _LONGEST_NAME)
        self.sheet = sheet
        self.row_count = 0
        self._path = sheet.path if sheet else path
        self._probe = _probe(self._path)
        self._may_hold_nul = self._probe.nuls > 0
        self._records = self._read(self._path)
        self._first_records = list(islice(filter(_is_filled, self._records), MOST_HEAD_ROWS))
        self.heads = self._read_heads()
        self.take_header(0)

    @property
    def sha256(self) -> str:
        """Return the hash of the file as it came."""
        return self.sheet.workbook.sha256 if self.sheet else self._probe.sha256

    @property
    def size_bytes(self) -> int:
        """Return the size of the file as it came."""
        return self.sheet.workbook.size_bytes if self.sheet else self._probe.size_bytes

    @property
    def encoding(self) -> str:
        """Return the encoding of a text, the kind of a workbook."""
        return self.sheet.workbook.kind if self.sheet else self._probe.encoding

    def take_header(self, place: int) -> None:
        """Take one of the `heads` for the header; what stands above it is no data."""
        self.header = self.heads[place]
        self.raw = RawBlocks(self.header)
        self._data = chain(self._first_records[place + 1 :], self._records)

    @property
    def text_bytes(self) -> int:
        """Return the size of the table as a text, also that of a sheet."""
        return self._probe.size_bytes

    def count_cells(self, at: int) -> Counter[str]:
        """Count how often each cell of one column comes, in a walk of its own through the file."""
        return Counter(cells[at] for cells, _broken in self._read(self._path) if len(cells) > at)

    def begins_with(self, mark: str, within: int) -> bool:
        """Say whether a mark stands in the first `within` characters of the text."""
        with self._path.open(encoding=self._probe.encoding, errors="replace") as text:
            return mark in text.read(within)

    def keep_raw(self, only: Collection[str]) -> None:
        """Keep only these columns as raw rows. Call before `rows()`."""
        self.raw = RawBlocks(self.header, only)

    def rows(self, *, may_overrun: bool = False) -> Iterator[tuple[int, list[str], BadCell | None]]:
        """Yield (row number, cells, what is wrong with the row as a row).

        Row 1 is the first after the header; blank rows are skipped and not counted. A sound
        row has exactly as many cells as the header. One empty cell more is dropped where
        rows `may_overrun` or the first ones do; elsewhere a comma in some cell has shifted
        the row. Raises FileNotDecodable, TruncatedFile or HeaderOnly.
        """
        width = len(self.header)
        first_two = list(islice(filter(_is_filled, self._data), 2))
        overrun = bool(first_two) and all(len(cells) > width for cells, _ in first_two)
        spare = int(may_overrun or overrun)
        short = False
        for cells, broken in chain(first_two, self._data):
            defect = broken
            if broken is None:
                if self.sheet and len(cells) != width:
                    _fit(cells, width)
                if not any(map(str.strip, cells)):
                    continue
                if spare and len(cells) == width + 1 and not cells[width]:
                    del cells[width]
                if len(cells) != width or self._may_hold_nul:
                    defect = self._defect(cells, width)
            self.row_count += 1
            short = len(cells) < width
            if defect is None:
                self.raw.add(cells)
            else:
                self.raw.add_damaged(cells)
            yield self.row_count, cells, defect
        if short and not self._probe.ends_with_newline and not is_total_mark(clean(cells[0])):
            raise TruncatedFile(self.name)
        if not self.row_count:
            raise HeaderOnly(self.name)
        self.raw.close()

    def _defect(self, cells: list[str], width: int) -> BadCell | None:
        if self._may_hold_nul and any("\0" in cell for cell in cells):
            return BadCell("bad_cell", _("该行含有空字符（NUL）。"))
        if len(cells) == width:
            return None
        message = _("该行有 %(found)s 个单元格，表头有 %(expected)s 个。")
        return BadCell("wrong_cell_count", message % {"found": len(cells), "expected": width})

    def _read_heads(self) -> list[list[str]]:
        """Clean the rows of which one is the header; a broken one ends them."""
        heads = []
        for cells, broken in self._first_records:
            if broken is not None:
                break
            head = [_BREAKS.sub("", clean(cell)) for cell in cells]
            while head and not head[-1]:
                head.pop()
            heads.append(head)
        if not self._first_records:
            raise EmptyFile(self.name)
        if not heads or any(ord(mark) < 32 for mark in "".join(heads[0])):
            raise NotATable(self.name)
        return heads

    def _read(self, path: Path) -> Iterator[tuple[list[str], BadCell | None]]:
        """Yield every record of the file, the header first: (cells, broken quoting)."""
        with path.open(encoding=self._probe.encoding, newline="") as text:
            try:
                first_lines = [text.readline(_CHUNK) for _line in range(MOST_HEAD_ROWS)]
                text.seek(0)
                delimiter = "," if self.sheet else _delimiter(first_lines)
                reader = csv.reader(text, delimiter=delimiter, strict=True)
                while True:
                    try:
                        for cells in reader:
                            yield cells, None
                        return
                    except csv.Error as error:
                        # Otherwise a quote is open to the end of the file, or nearly.
                        if "expected after" not in str(error):
                            raise TruncatedFile(self.name) from error
                    yield [""], BadCell("bad_cell", _("该行的引号不成对，无法分列。"))
            except UnicodeError as error:
                raise FileNotDecodable(self.name) from error


def _delimiter(lines: Sequence[str]) -> str:
    """Tell tabs from commas by the line that has the most of either: titles have none."""
    tabs, commas = max(
        ((line.count("\t"), line.count(",")) for line in lines), key=lambda counts: max(counts)
    )
    return "\t" if tabs > commas else ","


def _fit(cells: list[str], width: int) -> None:
    """Make a sheet's row as wide as its header: cells do not shift, notes stand beside it."""
    del cells[width:]
    cells.extend([""] * (width - len(cells)))


def _is_filled(record: tuple[list[str], BadCell | None]) -> bool:
    cells, broken = record
    return broken is not None or any(map(str.strip, cells))


def _probe(path: Path) -> _Probe:
    """Hash a file and find its encoding: a mark, else strict UTF-8, else GB18030."""
    try:
        if not path.is_file():
            raise FileNotFound(path.name)
        with path.open("rb") as stream:
            probe = _walk(stream, path.name)
    except OSError as error:
        raise FileNotFound(path.name) from error
    if not probe.size_bytes:
        raise EmptyFile(path.name)
    if probe.encoding == "utf-16":
        return probe
    if probe.nuls > _FEW_NUL and probe.nuls * 100 > probe.size_bytes:
        raise NotATable(path.name)
    return probe


def _walk(stream: BinaryIO, name: str) -> _Probe:
    probe, digest = _Probe(), hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, seen_text = True, False
    while chunk := stream.read(_CHUNK):
        if not probe.size_bytes:
            if chunk.startswith(_MAGIC):
                raise NotATable(name)
            probe.encoding = next((code for mark, code in _MARKS if chunk.startswith(mark)), "")
        digest.update(chunk)
        probe.size_bytes += len(chunk)
        probe.nuls += chunk.count(0)
        probe.ends_with_newline = chunk.rstrip(b"\0").endswith((b"\n", b"\r"))
        if is_utf8 and not probe.encoding:
            try:
                seen_text = not decoder.decode(chunk).isascii() or seen_text
            except UnicodeDecodeError:
                is_utf8 = False
    probe.sha256 = digest.hexdigest()
    if not probe.encoding:
        if is_utf8 and seen_text and decoder.getstate()[0]:
            raise FileNotDecodable(name)  # UTF-8 that ends with half a character
        probe.encoding = "utf-8" if is_utf8 and not decoder.getstate()[0] else "gb18030"
    return probe
