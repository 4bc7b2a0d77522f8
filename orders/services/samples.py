"""Samples on which formats are taught: encrypted on disk while the format is a draft."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from common.sealing import decrypt_bytes, encrypt_bytes
from orders.errors import FileNotFound, SampleTooLarge
from orders.models import TaughtFormat

# Some ten thousand rows: enough to show every status and every kind of refund.
MOST_SAMPLE_BYTES = 5 * 1024 * 1024


def keep_sample(path: Path) -> str:
    """Keep an encrypted copy of a sample and return its name under the media folder.

    Raises SampleTooLarge.
    """
    if path.stat().st_size > MOST_SAMPLE_BYTES:
        raise SampleTooLarge(path.name)
    name = f"samples/{uuid4().hex}.sealed"
    target = Path(settings.MEDIA_ROOT) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(encrypt_bytes(path.read_bytes()))
    return name


def drop_sample(name: str) -> None:
    """Delete a sample; one that is gone already is no harm."""
    if name:
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)


@contextmanager
def opened_sample(row: TaughtFormat) -> Iterator[Path]:
    """Give a readable copy of a draft's sample, under its own name, for a while.

    Raises FileNotFound where the stored file is gone.
    """
    with tempfile.TemporaryDirectory(prefix="shanhai-sample-") as folder:
        copy = Path(folder) / Path(row.sample_name).name
        try:
            sealed = (Path(settings.MEDIA_ROOT) / row.sample).read_bytes()
        except OSError as error:
            raise FileNotFound(row.sample_name) from error
        copy.write_bytes(decrypt_bytes(sealed))
        yield copy
