"""Import comparison series: the only writer of series and their points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.validators import slug_re
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from common.plain_text import one_line
from marketplace.errors import ControlSeriesRefused
from marketplace.models import ControlSeries, ControlSeriesPoint
from marketplace.rules.uplift.recording import sha256_of

MAX_CODE, MAX_NAME = 60, 120
_BATCH = 500


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One value: days `first_day` to `last_day` included, in `unit`, with its source."""

    first_day: date
    last_day: date
    value: Decimal
    unit: str
    source: str


@transaction.atomic
def import_series(
    *,
    code: str,
    name: str,
    points: Sequence[SeriesPoint],
    file_name: str,
    actor: User | None = None,
) -> ControlSeries:
    """Store a series as its next version; the current version's name and points store nothing.

    `points`: not empty, without overlaps. Raises ControlSeriesRefused for a code or name that
    cannot be, and where another import of the same code came first.
    """
    name = one_line(name.strip(), MAX_NAME + 1)
    if not slug_re.match(code) or len(code) > MAX_CODE or not 1 <= len(name) <= MAX_NAME:
        raise ControlSeriesRefused(
            _("序列编码只能用字母、数字、下划线和连字符，最长 60 个字符；名称最长 120 个字符。"),
            code="series_code_not_valid",
        )
    ordered = sorted(points, key=lambda point: point.first_day)
    sha256 = sha256_of({"points": [_content(point) for point in ordered]})
    current = ControlSeries.objects.filter(code=code).order_by("-number").first()
    if current is not None and (current.sha256, current.name) == (sha256, name):
        return current
    series = ControlSeries(
        code=code,
        number=current.number + 1 if current else 1,
        name=name,
        file_name=one_line(file_name, 200),
        sha256=sha256,
        points_count=len(ordered),
        first_day=ordered[0].first_day,
        last_day=ordered[-1].last_day,
        imported_at=clock.now(),
        imported_by=actor,
    )
    try:
        with transaction.atomic():
            series.save()
    except IntegrityError:
        raise _outrun() from None
    _store_points(series, ordered)
    record_audit_event(
        actor=actor, action="imported", object_kind="marketplace.controlseries",
        object_key=series.pk, reason=f"{code} v{series.number} {sha256}",
    )  # fmt: skip
    return series


def _outrun() -> ControlSeriesRefused:
    return ControlSeriesRefused(
        _("同一序列刚刚导入了新版本，请重新导入。"), code="series_imported_meanwhile"
    )


def _store_points(series: ControlSeries, points: Sequence[SeriesPoint]) -> None:
    rows = [
        ControlSeriesPoint(
            series=series,
            first_day=point.first_day,
            last_day=point.last_day,
            value=point.value,
            unit=point.unit,
            source=point.source,
        )
        for point in points
    ]
    ControlSeriesPoint.objects.bulk_create(rows, batch_size=_BATCH)


def _content(point: SeriesPoint) -> list[str]:
    days = [point.first_day.isoformat(), point.last_day.isoformat()]
    return [*days, f"{point.value:.4f}", point.unit, point.source]
