"""The only writer of taught formats (自定义格式): drafted, changed, published, retired.

A published version never changes. Source:
docs/decisions/0022-taught-formats-and-monthly-ledgers.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypedDict, Unpack

from django.db import transaction

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from orders import errors
from orders.models import TaughtFormat
from orders.selectors.taught_formats import definition_of, formats_in_use
from orders.services.samples import drop_sample

_CODE = re.compile(r"[a-z][a-z0-9-]{1,19}")
State = TaughtFormat.State


class Teaching(TypedDict, total=False):
    """What may be changed in a draft: columns of TaughtFormat."""

    columns: Mapping[str, str]
    is_in_fen: bool
    per_piece: Sequence[str]
    status_words: Mapping[str, str]
    fixed: Mapping[str, str]
    fills_down: bool


@transaction.atomic
def draft_format(
    *,
    code: str,
    name: str,
    platform: str,
    headers: Sequence[str],
    sample: str,
    sample_name: str,
    actor: User | None,
    **taught: Unpack[Teaching],
) -> TaughtFormat:
    """Begin a format, or the next version of one. `sample` is where its sample is kept.

    Raises FormatCodeNotValid, FormatDraftExists.
    """
    if not _CODE.fullmatch(code):
        raise errors.FormatCodeNotValid(format=code)
    earlier = TaughtFormat.objects.filter(code=code).order_by("-version").first()
    if earlier is not None and earlier.state == State.DRAFT:
        raise errors.FormatDraftExists(name=earlier.name)
    row = TaughtFormat.objects.create(
        code=code,
        version=earlier.version + 1 if earlier else 1,
        name=name,
        platform=platform,
        headers=list(headers),
        sample=sample,
        sample_name=sample_name[:200],
        made_by=actor,
        made_at=clock.now(),
        **taught,
    )
    _record(row, actor, "format.drafted")
    return row


@transaction.atomic
def change_draft(row: TaughtFormat, actor: User | None, **taught: Unpack[Teaching]) -> TaughtFormat:
    """Say anew what a draft teaches. Raises FormatNotDraft, FormatColumnsUnclear."""
    row = _locked_draft(row)
    for name, value in taught.items():
        setattr(row, name, value)
    _check_headers(row)
    row.save()
    _record(row, actor, "format.changed")
    return row


@transaction.atomic
def publish_format(row: TaughtFormat, actor: User | None) -> TaughtFormat:
    """Put a draft to use in place of the version before it; its sample goes.

    Raises FormatNotDraft, FormatColumnsMissing, FormatColumnsUnclear, FormatTaughtAlready.
    """
    row = _locked_draft(row)
    _check_headers(row)
    missing = definition_of(row).missing()
    if missing:
        raise errors.FormatColumnsMissing(columns="、".join(missing))
    for other in formats_in_use().filter(platform=row.platform).exclude(code=row.code):
        if set(other.columns.values()) == set(row.columns.values()):
            raise errors.FormatTaughtAlready(name=other.name)
    transaction.on_commit(partial(drop_sample, row.sample))
    row.state, row.sample = State.PUBLISHED, ""
    row.published_by, row.published_at = actor, clock.now()
    row.save()
    _record(row, actor, "format.published")
    return row


@transaction.atomic
def discard_draft(row: TaughtFormat, actor: User | None) -> None:
    """Give a draft up; its sample goes. Raises FormatNotDraft."""
    row = _locked_draft(row)
    transaction.on_commit(partial(drop_sample, row.sample))
    _record(row, actor, "format.discarded")
    row.delete()


@transaction.atomic
def retire_format(row: TaughtFormat, actor: User | None) -> TaughtFormat:
    """Take a format out of use; imports that were read with it stay readable.

    Raises FormatNotInUse.
    """
    TaughtFormat.objects.select_for_update().get(pk=row.pk)
    found = formats_in_use().filter(pk=row.pk).first()
    if found is None:
        raise errors.FormatNotInUse(name=row.name)
    found.state = State.RETIRED
    found.save(update_fields=["state"])
    _record(found, actor, "format.retired")
    return found


def _locked_draft(row: TaughtFormat) -> TaughtFormat:
    found = TaughtFormat.objects.select_for_update().filter(pk=row.pk).first()
    if found is None or found.state != State.DRAFT:
        raise errors.FormatNotDraft(name=row.name)
    return found


def _check_headers(row: TaughtFormat) -> None:
    """Refuse a header that is not exactly once in the sample or stands for two columns."""
    used = list(row.columns.values())
    for header in used:
        if row.headers.count(header) != 1 or used.count(header) != 1:
            raise errors.FormatColumnsUnclear(header=header)


def _record(row: TaughtFormat, actor: User | None, action: str) -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind=row._meta.label_lower,
        object_key=row.pk,
        changes={"version": [None, f"{row.code} v{row.version}"]},
    )
