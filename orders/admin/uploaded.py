"""Uploads as plain files, for what reads files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile


@contextmanager
def laid_aside(upload: UploadedFile) -> Iterator[Path]:
    """Give an upload as a file of its own, under its own name, for a while."""
    with tempfile.TemporaryDirectory(prefix="shanhai-upload-") as folder:
        path = Path(folder) / (Path(upload.name or "").name or "upload")
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        yield path
