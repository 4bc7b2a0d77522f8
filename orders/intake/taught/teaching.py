"""Teach a format on a sample: suggest its columns, try it, publish it once it reads orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from accounts.models import User
from orders.errors import (
    FileRefused,
    FormatBuiltIn,
    FormatCodeNotValid,
    FormatColumnsMissing,
    FormatTrialFailed,
)
from orders.intake.generic.columns import NAMES
from orders.intake.reading import FORMAT_CODES, claimed, read_files
from orders.intake.taught.reading import taught_format
from orders.intake.taught.samples import read_sample
from orders.intake.taught.suggesting import suggest, suggest_per_piece
from orders.models import TaughtFormat
from orders.rules.readings import RowIssue
from orders.rules.sale import ReportedSale
from orders.selectors.taught_formats import definition_of
from orders.services.samples import drop_sample, keep_sample, opened_sample
from orders.services.taught_formats import draft_format, publish_format

_SALES_SHOWN = 5
_ISSUES_SHOWN = 20


@dataclass(slots=True)
class Trial:
    """What a draft makes of its sample. Money in fen; `refusal` says why it reads nothing."""

    refusal: str = ""
    rows: int = 0
    accepted: int = 0
    orders: int = 0
    gross_fen: int = 0
    refund_fen: int = 0
    sales: list[ReportedSale] = field(default_factory=list)
    issues: list[RowIssue] = field(default_factory=list)
    issue_count: int = 0


def teach_format(
    path: Path, *, code: str, name: str, platform: str, actor: User | None
) -> TaughtFormat:
    """Begin a format on a sample, or the next version of one, with its columns as suggested.

    Raises subclasses of FileRefused, FormatBuiltIn, and what `draft_format` raises.
    """
    if code in ("auto", *FORMAT_CODES):
        raise FormatCodeNotValid(format=code)
    stored = keep_sample(path)
    try:
        headers = read_sample(path).headers
        _refuse_built_in(headers)
        earlier = TaughtFormat.objects.filter(code=code).order_by("-version").first()
        taught = {name: getattr(earlier, name) for name in _KEPT_FROM_EARLIER} if earlier else {}
        columns = suggest(headers, earlier.columns if earlier else {})
        taught.setdefault("per_piece", suggest_per_piece(columns))
        return draft_format(
            code=code,
            name=name,
            platform=platform,
            headers=headers,
            sample=stored,
            sample_name=path.name,
            actor=actor,
            columns=columns,
            **taught,
        )
    except BaseException:
        drop_sample(stored)
        raise


_KEPT_FROM_EARLIER = ("is_in_fen", "per_piece", "status_words", "fixed", "fills_down")


def try_draft(row: TaughtFormat) -> Trial:
    """Read a draft's sample as an import would."""
    missing = _missing(row)
    if missing:
        return Trial(refusal=FormatColumnsMissing(columns=missing).message)
    try:
        with opened_sample(row) as path:
            reading = read_files(
                [path],
                sales_point_platform=row.platform,
                shop_id="",
                shop_name="",
                format=row.code,
                taught=[taught_format(definition_of(row), is_asked=True)],
            )
    except FileRefused as refused:
        return Trial(refusal=refused.message)
    return Trial(
        rows=sum(file.rows for file in reading.files),
        accepted=reading.accepted_rows,
        orders=len(reading.sales),
        gross_fen=reading.platform_gross_fen,
        refund_fen=reading.platform_refund_fen,
        sales=list(islice(reading.sales, _SALES_SHOWN)),
        issues=reading.issues[:_ISSUES_SHOWN],
        issue_count=len(reading.issues),
    )


def publish_taught(row: TaughtFormat, actor: User | None) -> TaughtFormat:
    """Publish a draft that reads at least one order of its sample.

    Raises FormatColumnsMissing, FormatTrialFailed, FormatBuiltIn, and what `publish_format` raises.
    """
    _refuse_built_in(row.headers)
    missing = _missing(row)
    if missing:
        raise FormatColumnsMissing(columns=missing)
    if row.state == TaughtFormat.State.DRAFT:
        trial = try_draft(row)
        if not trial.orders:
            first = trial.refusal or (trial.issues[0].message if trial.issues else "")
            raise FormatTrialFailed(why=first)
    return publish_format(row, actor)


def _missing(row: TaughtFormat) -> str:
    """Name the columns that a draft still lacks, '' for none."""
    return "、".join(NAMES[name] for name in definition_of(row).missing())


def _refuse_built_in(headers: Sequence[str]) -> None:
    found = claimed(headers)
    if found is not None and not found[1].missing:
        raise FormatBuiltIn(name=found[0].name)
