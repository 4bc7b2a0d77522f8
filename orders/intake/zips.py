"""Zip files from outside, archives and workbooks alike: looked at before anything is unpacked.

The limits are those of case C46 of the reliability list: what a file says of itself in its
central directory is judged first, and no member gives more than it said.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from orders.errors import ArchiveDamaged, ArchiveEncrypted, FileNotFound, UnpackedTooLarge

MOST_UNPACKED_BYTES = 100_000_000
# A sheet is three or four times as large as its text, and 200,000 rows of sales must go in. The
# process that reads it has bounds of its own (orders/intake/workbooks).
MOST_DOCUMENT_BYTES = 150_000_000
MOST_ENTRIES = 1000
MOST_RATIO = 100
# Below this size a file that packs well does no harm: a short table of equal rows does.
_HARMLESS_BYTES = 10_000_000
_CHUNK = 1 << 20
_ENTRY = b"PK\x01\x02"
_IS_ENCRYPTED = 0x1
# Entries by which documents are known: an office document, an OpenDocument.
_DOCUMENT_ENTRIES = frozenset({"[Content_Types].xml", "mimetype"})
_BROKEN = (BadZipFile, LargeZipFile, NotImplementedError, zlib.error, EOFError, ValueError)


def is_zip(path: Path) -> bool:
    """Say whether a file begins as a zip. Raises FileNotFound."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as error:
        raise FileNotFound(path.name) from error


@contextmanager
def opened_zip(path: Path) -> Iterator[ZipFile]:
    """Open a zip whose central directory promises no harm, for the block.

    Raises UnpackedTooLarge, ArchiveEncrypted or ArchiveDamaged, the last also for damage that
    shows while members are read in the block.
    """
    try:
        _refuse_many_entries(path)
        with ZipFile(path) as found:
            most = MOST_DOCUMENT_BYTES if is_document(found) else MOST_UNPACKED_BYTES
            _refuse_harm(found.infolist(), most, path.name)
            yield found
    except _BROKEN as error:
        raise ArchiveDamaged(path.name) from error


def is_document(found: ZipFile) -> bool:
    """Say whether a zip is one document, as workbooks are, and no archive of files."""
    return not _DOCUMENT_ENTRIES.isdisjoint(found.namelist())


def chunks_of(found: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    """Yield the content of a member, never more than its directory entry says."""
    with found.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _refuse_many_entries(path: Path) -> None:
    """Raise UnpackedTooLarge for more entries than it is wise even to list."""
    with path.open("rb") as stream:
        if _has_more_entries(stream, MOST_ENTRIES):
            raise UnpackedTooLarge(path.name)


def _has_more_entries(stream: BinaryIO, most: int) -> bool:
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = -1
        for _entry in range(most + 1):
            place = content.find(_ENTRY, place + 1)
            if place < 0:
                return False
    return True


def _refuse_harm(members: list[ZipInfo], most: int, name: str) -> None:
    sizes = [(member.file_size, member.compress_size) for member in members]
    unpacked = sum(size for size, _packed in sizes)
    packed = sum(size for _unpacked, size in sizes)
    if unpacked > most or any(
        size > _HARMLESS_BYTES and size > MOST_RATIO * packed
        for size, packed in [(unpacked, packed), *sizes]
    ):
        raise UnpackedTooLarge(name)
    if any(member.flag_bits & _IS_ENCRYPTED for member in members):
        raise ArchiveEncrypted(name)
