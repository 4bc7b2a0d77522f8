"""Record the touches of a file, with a row that accounts for every row of it: the only writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from marketplace.models import TouchImport
from marketplace.services.touchpoints import NewTouch, Recorded, record_touches
from orders.models import SalesPoint

# Rejected rows that are kept with their reasons; all are counted.
MOST_ISSUES = 200


@dataclass(frozen=True, slots=True)
class TouchIssue:
    """Why a row of a file is rejected. `column` is the file's own header, '' for the whole row."""

    row: int
    column: str
    code: str
    message: str


def begin_touch_import(
    *, name: str, sha256: str, sales_point: SalesPoint | None, actor: User | None
) -> TouchImport:
    """Note that a file is being read; nothing of it is recorded yet."""
    return TouchImport.objects.create(
        name=name,
        sha256=sha256,
        sales_point=sales_point,
        received_at=clock.now(),
        created_by=actor,
    )


@transaction.atomic
def record_rows(
    touch_import: TouchImport, rows: Sequence[tuple[int, NewTouch]], issues: Sequence[TouchIssue]
) -> None:
    """Record rows of a file, by row number, and count them together with the rejected ones."""
    recorded = record_touches([touch for _row, touch in rows])
    conflicts = [
        _conflict(row)
        for (row, _touch), became in zip(rows, recorded, strict=True)
        if became is Recorded.CONFLICT
    ]
    rejected = sorted([*issues, *conflicts], key=lambda issue: issue.row)
    touch_import.rows += len(rows) + len(issues)
    touch_import.accepted += recorded.count(Recorded.ACCEPTED)
    touch_import.duplicate += recorded.count(Recorded.DUPLICATE)
    touch_import.rejected += len(rejected)
    kept = MOST_ISSUES - len(touch_import.issues)
    touch_import.issues = [*touch_import.issues, *map(asdict, rejected[:kept])]
    touch_import.save(update_fields=["rows", "accepted", "duplicate", "rejected", "issues"])


def finish_touch_import(touch_import: TouchImport) -> None:
    """Note that every row of the file was read."""
    touch_import.finished_at = clock.now()
    touch_import.save(update_fields=["finished_at"])


def _conflict(row: int) -> TouchIssue:
    message = _("这个事件编号已用于另一个触点；记录过的触点不变。")
    return TouchIssue(row, "", "event_conflict", message)
