"""Uploaded files at rest: encrypted, named by their content, so a repeated file is stored once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from common.sealing import decrypt_file, encrypt_file
from orders.errors import FileNotFound
from orders.models import OrderImport

_CHUNK = 1 << 20
# Readable copies of files, uploaded ones and their parts, as the modules that make them name them.
_COPIES = ("import", "upload", "unpacked", "sheets", "sample", "paper")
# No reading lasts as long; a copy that is older was left by a process that was killed.
_LEFT_AFTER_SECONDS = 24 * 3600


def upload_name(sha256: str) -> str:
    """Return the name under the media folder of a file with that content."""
    return f"uploads/{sha256}.sealed"


def digest_of(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal, reading it in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def store_upload(path: Path, *, sha256: str) -> str:
    """Keep an encrypted copy of a file and return its name under the media folder.

    Written aside and renamed, so that no half file is ever visible.
    """
    name = upload_name(sha256)
    target = Path(settings.MEDIA_ROOT) / name
    if target.exists():
        return name
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as sealed:
            with path.open("rb") as source:
                encrypt_file(source, sealed)
            sealed.flush()
            os.fsync(sealed.fileno())
        Path(aside).replace(target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return name


def drop_leftovers() -> None:
    """Delete the readable copies that killed processes left: they hold buyers in clear."""
    latest = time.time() - _LEFT_AFTER_SECONDS
    for kind in _COPIES:
        for left in Path(tempfile.gettempdir()).glob(f"shanhai-{kind}-*"):
            with suppress(OSError):
                if left.stat().st_mtime > latest:
                    continue
                if left.is_dir():
                    shutil.rmtree(left)
                else:
                    left.unlink()


@contextmanager
def opened_uploads(order_import: OrderImport) -> Iterator[Sequence[Path]]:
    """Give readable copies of an import's files, under their own names, for a while.

    Raises FileNotFound where a stored file is gone, and CannotUnseal.
    """
    drop_leftovers()
    with tempfile.TemporaryDirectory(prefix="shanhai-import-") as folder:
        paths: list[Path] = []
        for part in order_import.parts.order_by("ordinal"):
            # A folder a file: two uploads may bear the same name.
            place = Path(folder) / str(part.ordinal)
            place.mkdir()
            copy = place / Path(part.name).name
            try:
                with (
                    (Path(settings.MEDIA_ROOT) / part.stored_as).open("rb") as sealed,
                    copy.open("wb") as target,
                ):
                    decrypt_file(sealed, target)
            except FileNotFoundError as error:
                raise FileNotFound(part.name) from error
            paths.append(copy)
        yield paths
