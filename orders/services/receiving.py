"""Take in uploaded files: sealed at once, with the job that will read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from operations.services.jobs import create_job
from orders.errors import FileNotFound, PeriodNotValid, UploadTooLarge
from orders.models import ImportPart, OrderImport, SalesPoint
from orders.services.uploads import digest_of, store_upload

PREVIEW_TASK = "orders.tasks.preview_import"
# The format of an upload that nobody has named: its headers say it.
AUTOMATIC = "auto"


@dataclass(frozen=True, slots=True)
class UploadTerms:
    """What the operator says of an upload: its format, first and last day of payments."""

    format: str = AUTOMATIC
    expected_first_day: date | None = None
    expected_last_day: date | None = None


def check_sizes(paths: Sequence[Path]) -> None:
    """Raise UploadTooLarge for a file above the limit, FileNotFound where there is none."""
    if not paths:
        raise FileNotFound("")
    for path in paths:
        if path.stat().st_size > settings.IMPORT_MOST_MB * 1024 * 1024:
            raise UploadTooLarge(path.name, most_mb=settings.IMPORT_MOST_MB)


def keep_upload(
    *, sales_point: SalesPoint, paths: Sequence[Path], terms: UploadTerms, actor: User | None
) -> OrderImport:
    """Keep plain files as an import that waits to be read; the door rings for its job.

    The files are sealed before the rows are written, so that no transaction waits for a large
    one. Raises UploadTooLarge, FileNotFound, PeriodNotValid.
    """
    check_sizes(paths)
    first, last = terms.expected_first_day, terms.expected_last_day
    if first and last and last < first:
        raise PeriodNotValid(_("预计的最后付款日不能早于首个付款日。"))
    return _write(sales_point, [_sealed(path) for path in paths], terms, actor)


def _sealed(path: Path) -> ImportPart:
    """Seal one file and return its row, unsaved."""
    digest = digest_of(path)
    return ImportPart(
        name=path.name[:200],
        sha256=digest,
        size_bytes=path.stat().st_size,
        stored_as=store_upload(path, sha256=digest),
    )


@transaction.atomic
def _write(
    sales_point: SalesPoint, parts: Sequence[ImportPart], terms: UploadTerms, actor: User | None
) -> OrderImport:
    now = clock.now()
    order_import = OrderImport.objects.create(
        sales_point=sales_point,
        format=terms.format,
        state=OrderImport.State.UPLOADED,
        created_by=actor,
        business_date=clock.business_day(now),
        received_at=now,
        expected_first_day=terms.expected_first_day,
        expected_last_day=terms.expected_last_day,
    )
    for ordinal, part in enumerate(parts, 1):
        part.order_import, part.ordinal = order_import, ordinal
        part.save()
    order_import.job = create_job(
        kind="import-preview",
        task_name=PREVIEW_TASK,
        payload={"import": order_import.pk},
        created_by=actor,
    )
    order_import.save(update_fields=["job"])
    record_audit_event(
        actor=actor,
        action="import.upload",
        object_kind=order_import._meta.label_lower,
        object_key=order_import.pk,
        changes={"files": [None, [part.name for part in parts]]},
    )
    return order_import
