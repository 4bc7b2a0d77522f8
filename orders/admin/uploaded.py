"""Uploads as plain files, for what reads files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

# File systems bound a name in bytes: a Chinese character has three, an emoji four.
_LONGEST_NAME_BYTES = 200


@contextmanager
def laid_aside(*uploads: UploadedFile) -> Iterator[list[Path]]:
    """Give uploads as files of their own, under their own names, for a while."""
    with tempfile.TemporaryDirectory(prefix="shanhai-upload-") as folder:
        yield [_laid_aside(upload, Path(folder) / str(n)) for n, upload in enumerate(uploads, 1)]


def _laid_aside(upload: UploadedFile, place: Path) -> Path:
    # A folder a file: two uploads may bear the same name.
    place.mkdir()
    path = place / file_name(upload.name or "")
    with path.open("wb") as target:
        target.writelines(upload.chunks())
    return path


def file_name(name: str) -> str:
    """Return a name that a file can bear: one step, printable, its end kept when too long."""
    bare = "".join(mark if mark.isprintable() and mark != "/" else "_" for mark in name)
    kept = bare.encode(errors="replace")[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
    return kept if kept.strip(".") else "_"
