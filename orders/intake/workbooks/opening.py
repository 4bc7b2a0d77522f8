"""Workbooks as they come: their sheets become text tables.

Recognised by content, never by name. xlsx, xlsm and xlsb, the older xls, and ods are read.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from orders.errors import (
    EmptyFile,
    NotATable,
    UnpackedTooLarge,
    WorkbookDamaged,
    WorkbookEncrypted,
)
from orders.intake.zips import is_zip, opened_zip

MOST_ROWS = 200_000
# So many rows more tell that there are too many, whatever stands above the header.
_SPARE_ROWS = 100
_MOST_SECONDS = 120
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An entry that only one kind of workbook has.
_KINDS = (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("content.xml", "ods"))


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as a file. `kind` is "xlsx", "xlsb", "xls" or "ods"."""

    kind: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet as a csv file in UTF-8; `rows` counts all its filled rows."""

    workbook: Workbook
    name: str
    path: Path
    rows: int


def workbook_kind(path: Path) -> str:
    """Return what kind of workbook a file is by its content, '' for none.

    Raises FileNotFound; of a zip also UnpackedTooLarge, ArchiveEncrypted or ArchiveDamaged.
    """
    if is_zip(path):
        with opened_zip(path) as found:
            names = set(found.namelist())
        return next((kind for entry, kind in _KINDS if entry in names), "")
    with path.open("rb") as stream:
        return "xls" if stream.read(len(_OLE)) == _OLE else ""


def read_workbook(path: Path, kind: str, folder: Path) -> list[Sheet]:
    """Write the visible sheets that hold anything into `folder`.

    Raises EmptyFile, WorkbookEncrypted, WorkbookDamaged, UnpackedTooLarge or NotATable.
    """
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    workbook = Workbook(kind, sha256, path.stat().st_size)
    # By its name the reader knows how to read it.
    named = folder / f"workbook.{kind}"
    named.symlink_to(path.resolve())
    answer = _convert(named, folder, path.name)
    if refused := answer.get("refused"):
        if refused == "password":
            raise WorkbookEncrypted(path.name)
        raise NotATable(path.name) if kind == "xls" else WorkbookDamaged(path.name)
    if not answer["sheets"]:
        raise EmptyFile(path.name)
    return [
        Sheet(workbook, found["name"], folder / found["file"], found["rows"])
        for found in answer["sheets"]
    ]


def _convert(workbook: Path, folder: Path, name: str) -> dict:
    command = [
        sys.executable, "-m", "orders.intake.workbooks.converting",
        str(workbook), str(folder), str(MOST_ROWS + _SPARE_ROWS),
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, capture_output=True, timeout=_MOST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise UnpackedTooLarge(name) from error
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        # Ended by the system: it asked for more memory or time than a table of sales needs.
        raise UnpackedTooLarge(name)
    if done.returncode:
        raise WorkbookDamaged(name)
    return json.loads(done.stdout)
