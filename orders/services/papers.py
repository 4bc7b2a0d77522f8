"""Keep the papers that declarations and decisions rest on (佐证材料)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from accounts.models import User
from common import clock
from orders.errors import PaperRefused
from orders.models import EvidenceFile
from orders.services.uploads import store_upload

# A scan or a workbook, not a film.
MOST_PAPER_BYTES = 20 * 1024 * 1024


def keep_paper(path: Path, *, name: str = "", actor: User | None = None) -> EvidenceFile:
    """Store a file encrypted and return its row. The same content twice is stored once.

    Raises PaperRefused for an empty, unreadable or oversized file.
    """
    name = (name or path.name)[:200]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PaperRefused(name) from error
    if not 0 < len(content) <= MOST_PAPER_BYTES:
        raise PaperRefused(name)
    sha256 = hashlib.sha256(content).hexdigest()
    return EvidenceFile.objects.create(
        name=name,
        sha256=sha256,
        size_bytes=len(content),
        stored_as=store_upload(path, sha256=sha256),
        added_by=actor,
        added_at=clock.now(),
    )
