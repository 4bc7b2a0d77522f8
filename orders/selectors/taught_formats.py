"""Questions about taught formats (自定义格式): which are in use, and what they teach."""

from __future__ import annotations

from django.db.models import F, Max, QuerySet, Window

from orders.models import TaughtFormat
from orders.rules.taught import TaughtDefinition


def formats_in_use() -> QuerySet[TaughtFormat]:
    """Return the newest published version of every code that is not retired since."""
    published = TaughtFormat.objects.exclude(state=TaughtFormat.State.DRAFT)
    newest = published.annotate(newest=Window(Max("version"), partition_by=F("code"))).filter(
        version=F("newest")
    )
    return newest.filter(state=TaughtFormat.State.PUBLISHED).order_by("code")


def definition_of(row: TaughtFormat) -> TaughtDefinition:
    """Return what a version teaches."""
    return TaughtDefinition(
        code=row.code,
        version=row.version,
        name=row.name,
        platform=row.platform,
        columns=row.columns,
        is_in_fen=row.is_in_fen,
        per_piece=frozenset(row.per_piece),
        status_words=row.status_words,
        fixed=row.fixed,
        fills_down=row.fills_down,
    )


def definitions_in_use() -> list[TaughtDefinition]:
    """Return what every format in use teaches, the ones with most columns first."""
    found = [definition_of(row) for row in formats_in_use()]
    return sorted(found, key=lambda one: (-len(one.columns), one.code))


def taught_version(code: str, version: int) -> TaughtDefinition | None:
    """Return what a published version teaches, also one that is no longer in use."""
    published = TaughtFormat.objects.exclude(state=TaughtFormat.State.DRAFT)
    row = published.filter(code=code, version=version).first()
    return definition_of(row) if row else None
