"""Keep the papers that declarations and decisions rest on (佐证材料)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from orders.errors import PaperRefused
from orders.models import EvidenceFile
from orders.selectors.papers import content_of
from orders.services.uploads import store_upload, upload_name

# A scan or a workbook, not a film.
MOST_PAPER_BYTES = 20 * 1024 * 1024


def keep_paper(path: Path, *, name: str = "", actor: User | None = None) -> EvidenceFile:
    """Store a file encrypted and return its row. The same content twice is stored once.

    Raises PaperRefused for an empty, unreadable or oversized file.
    """
    paper = enter_paper(path, name=name, actor=actor)
    store_paper(path, paper)
    return paper


def enter_paper(path: Path, *, name: str = "", actor: User | None = None) -> EvidenceFile:
    """Write the row of a file whose content `store_paper` keeps once nothing can be refused.

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
        stored_as=upload_name(sha256),
        added_by=actor,
        added_at=clock.now(),
    )


def store_paper(path: Path, paper: EvidenceFile) -> None:
    """Keep the content of an entered paper, encrypted."""
    store_upload(path, sha256=paper.sha256)


def read_paper(paper: EvidenceFile, *, actor: User | None, address: str | None = None) -> bytes:
    """Return the content of a paper, and record who read it.

    Raises PaperRefused where the stored file is gone or is not what was stored.
    """
    content = content_of(paper)
    if content is None:
        raise PaperRefused(paper.name)
    record_audit_event(
        actor=actor,
        action="paper.read",
        object_kind=paper._meta.label_lower,
        object_key=paper.pk,
        address=address,
    )
    return content
