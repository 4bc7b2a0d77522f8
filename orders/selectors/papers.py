"""What a stored paper holds (佐证材料)."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

from django.conf import settings

from common.sealing import CannotUnseal, decrypt_file
from orders.models import EvidenceFile


def content_of(paper: EvidenceFile) -> bytes | None:
    """Return a paper's content; None where its file is gone or is not what was handed in."""
    opened = BytesIO()
    try:
        with (Path(settings.MEDIA_ROOT) / paper.stored_as).open("rb") as sealed:
            decrypt_file(sealed, opened)
    except (OSError, CannotUnseal):
        return None
    content = opened.getvalue()
    return content if hashlib.sha256(content).hexdigest() == paper.sha256 else None
