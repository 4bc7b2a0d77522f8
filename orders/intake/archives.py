"""Archives as they come: a zipped export becomes its files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from orders.errors import ArchiveDamaged, EmptyArchive, NestedArchive
from orders.intake.zips import chunks_of, is_document, is_zip, opened_zip

# What tools put beside the files that a person packed.
_LITTER_FOLDER = "__MACOSX"
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_OTHER_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_IS_UTF8 = 0x800
# File systems bound a name in bytes: a Chinese character has three, an emoji four.
_LONGEST_NAME_BYTES = 200


@contextmanager
def unpacked(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Give plain files for a while: an archive becomes its members, anything else stays.

    The files stand in the order of `paths`, members in the order of their archive and under
    their own names. A workbook is no archive; as a zip it is checked like one. Raises
    FileNotFound, UnpackedTooLarge, ArchiveEncrypted, ArchiveDamaged, NestedArchive or
    EmptyArchive.
    """
    with tempfile.TemporaryDirectory(prefix="shanhai-unpacked-") as folder:
        files: list[Path] = []
        for ordinal, path in enumerate(map(Path, paths), 1):
            files += _plain_files(path, Path(folder) / str(ordinal))
        yield files


def _plain_files(path: Path, folder: Path) -> list[Path]:
    if not is_zip(path):
        return [path]
    with opened_zip(path) as found:
        if is_document(found):
            return [path]
        wanted = [member for member in found.infolist() if _is_wanted(member)]
        if not wanted:
            raise EmptyArchive(path.name)
        return [
            _copy(found, member, folder / str(ordinal), path.name)
            for ordinal, member in enumerate(wanted, 1)
        ]


def _copy(found: ZipFile, member: ZipInfo, folder: Path, archive: str) -> Path:
    """Copy one member into a folder of its own: two members may bear the same name."""
    folder.mkdir(parents=True)
    copy = folder / _file_name(member, archive)
    with copy.open("wb") as target:
        target.writelines(chunks_of(found, member))
    if _is_archive(copy):
        raise NestedArchive(archive, member=copy.name)
    return copy


def _is_archive(path: Path) -> bool:
    if is_zip(path):
        with opened_zip(path) as found:
            return not is_document(found)
    with path.open("rb") as stream:
        return stream.read(8).startswith(_OTHER_ARCHIVES)


def _is_wanted(member: ZipInfo) -> bool:
    *folders, name = _steps(member)
    is_litter = _LITTER_FOLDER in folders or name.startswith("._") or name.casefold() in _LITTER
    return bool(name) and not is_litter


def _steps(member: ZipInfo) -> list[str]:
    """Return folders and name of a member; a folder has the name ''."""
    return re.split(r"[/\\]", _decoded(member))


def _decoded(member: ZipInfo) -> str:
    """Return a member's path; without the mark of UTF-8 it is UTF-8 all the same, or GBK."""
    if member.flag_bits & _IS_UTF8:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return member.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return member.filename


def _file_name(member: ZipInfo, archive: str) -> str:
    """Return the name to copy a member under: no step out of its folder, nothing unprintable."""
    name = "".join(mark if mark.isprintable() else "_" for mark in _steps(member)[-1])
    if name in (".", ".."):
        raise ArchiveDamaged(archive)
    return name.encode(errors="replace")[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
