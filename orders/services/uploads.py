"""Uploaded files at rest: encrypted, named by their content, so a repeated file is stored once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from common.sealing import decrypt_bytes, encrypt_bytes
from orders.models import OrderImport


def upload_name(sha256: str) -> str:
    """Return the name under the media folder of a file with that content."""
    return f"uploads/{sha256}.sealed"


def store_upload(path: Path, *, sha256: str) -> str:
    """Keep an encrypted copy of a file and return its name under the media folder.

    Written aside and renamed, so that no half file is ever visible.
    """
    name = upload_name(sha256)
    target = Path(settings.MEDIA_ROOT) / name
    if target.exists():
        return name
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as aside:
        aside.write(encrypt_bytes(path.read_bytes()))
        aside.flush()
        os.fsync(aside.fileno())
    Path(aside.name).replace(target)
    return name


@contextmanager
def opened_uploads(order_import: OrderImport) -> Iterator[Sequence[Path]]:
    """Give readable copies of an import's files, under their own names, for a while."""
    with tempfile.TemporaryDirectory(prefix="shanhai-import-") as folder:
        paths: list[Path] = []
        for part in order_import.parts.order_by("ordinal"):
            # A folder a file: two uploads may bear the same name.
            place = Path(folder) / str(part.ordinal)
            place.mkdir()
            copy = place / Path(part.name).name
            sealed = (Path(settings.MEDIA_ROOT) / part.stored_as).read_bytes()
            copy.write_bytes(decrypt_bytes(sealed))
            paths.append(copy)
        yield paths
