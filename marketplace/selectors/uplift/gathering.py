"""Everything that the estimate of a campaign rests on, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.db.models import Q

from common import clock
from marketplace.models import CampaignVersion, UpliftControl
from marketplace.rules.uplift.estimating import AFTER_BLOCKS, FEWEST_BLOCKS, Block, Refusal
from marketplace.rules.uplift.grading import Design
from marketplace.rules.uplift.judging import Judged, Measured, Terms, judge, refused
from marketplace.rules.uplift.spans import (
    MOST_STEPS_BACK,
    Disturbance,
    DisturbedBy,
    Skipped,
    Span,
    choose_before,
    disturbing,
    span_at,
    whole,
)
from marketplace.selectors.uplift import ledger
from marketplace.selectors.uplift.disturbances import disturbances_of, holidays_known
from marketplace.selectors.uplift.series import values_of
from operations.models import STATES_IN_FORCE

Kind = UpliftControl.Kind
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """An estimate with what it rests on; `inputs` is its record, of content alone."""

    control: UpliftControl | None
    judged: Judged
    terms: Terms
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A campaign's version and control; `control_lines` None: not read from the ledger."""

    version: CampaignVersion
    control: UpliftControl | None
    window: Span
    treated: Q
    control_lines: Q | None

    @property
    def design(self) -> Design:
        return Design(self.control.design) if self.control else Design.HISTORY


def control_of(version: CampaignVersion) -> UpliftControl | None:
    """Return the control in force of a version's campaign."""
    declared = UpliftControl.objects.filter(campaign=version.campaign_id, state__in=STATES_IN_FORCE)
    return declared.select_related("series").first()


def gather(version: CampaignVersion) -> Gathered:
    """Read a campaign's blocks, its control's and its neighbours', and judge them."""
    asked = _asked(version)
    terms = Terms(asked.design)
    if asked.window.end > clock.now():
        inputs = _inputs(asked, [], [], [])
        return Gathered(asked.control, refused(Refusal.WINDOW_NOT_OVER), terms, inputs)
    after = [span_at(asked.window, step) for step in range(1, AFTER_BLOCKS + 1)]
    earliest = span_at(asked.window, -MOST_STEPS_BACK)
    known = disturbances_of(version, asked.control, whole([earliest, *after]))
    before, skipped = choose_before(asked.window, [*known, *_before_first_sale(asked, earliest)])
    during = list(disturbing(asked.window, known))
    has_holiday = any(one.by is DisturbedBy.HOLIDAY for one in during)
    terms = replace(
        terms,
        is_mixed=any(one.by is DisturbedBy.CAMPAIGN for one in during),
        is_holiday=has_holiday if holidays_known(asked.window) else None,
    )
    if len(before) < FEWEST_BLOCKS:
        is_new = any(one.because.by is DisturbedBy.BEFORE_FIRST_SALE for one in skipped)
        why = Refusal.NO_HISTORY if is_new else Refusal.TOO_FEW_BLOCKS
        inputs = _inputs(asked, before, [], skipped)
        return Gathered(asked.control, refused(why), terms, inputs)
    measured, rows = _measured(asked, before, after, _after_refusal(asked, after, known))
    return Gathered(
        asked.control,
        judge(measured, terms),
        terms,
        {**_inputs(asked, before, after, skipped), **rows},
    )


def _asked(version: CampaignVersion) -> _Asked:
    control, treated = control_of(version), ledger.treated_lines(version)
    has_ledger = control is not None and control.kind not in (Kind.NONE, Kind.SERIES)
    return _Asked(
        version=version,
        control=control,
        window=Span(version.starts_at, version.ends_at),
        treated=treated,
        control_lines=ledger.control_lines(control, treated) if control and has_ledger else None,
    )


def _before_first_sale(asked: _Asked, earliest: Span) -> list[Disturbance]:
    """Return the time before the campaign's lines, and those of its control, were sold at all.

    A control that was never sold is refused as zero, not taken for a new store.
    """
    firsts = [ledger.first_sold_at(asked.treated) or asked.window.end]
    if asked.control_lines is not None:
        firsts.append(ledger.first_sold_at(asked.control_lines) or earliest.start)
    return [
        Disturbance(DisturbedBy.BEFORE_FIRST_SALE, "", Span(earliest.start, first))
        for first in firsts
        if first > earliest.start
    ]


def _after_refusal(
    asked: _Asked, after: Sequence[Span], known: Sequence[Disturbance]
) -> Refusal | None:
    """Say why the blocks after do not count, None where they do.

    A holiday in them is left to the control; without one it disturbs.
    """
    if after[-1].end > clock.now():
        return Refusal.AFTER_NOT_OVER
    borne = {DisturbedBy.HOLIDAY} if asked.design is not Design.HISTORY else set()
    met = chain.from_iterable(disturbing(span, known) for span in after)
    return Refusal.AFTER_DISTURBED if any(one.by not in borne for one in met) else None


def _measured(
    asked: _Asked, before: Sequence[Span], after: Sequence[Span], no_after: Refusal | None
) -> tuple[Measured, dict[str, Rows]]:
    """Return the blocks, and the same as rows of the record: window, before, after, halo."""
    spans = [asked.window, *before, *([] if no_after else after)]
    control = _control_values(asked, spans)
    blocks = _blocks(ledger.sums_of(asked.treated, spans), control)
    till = 1 + len(before)
    halo = _halo(asked, spans[:till], control[:till])
    rows = {
        "window": _rows(spans[:1], blocks),
        "before": _rows(spans[1:till], blocks[1:]),
        "after": _rows(spans[till:], blocks[till:]),
        "halo": [] if isinstance(halo, Refusal) else _rows(spans[:till], halo),
    }
    measured = Measured(
        window=blocks[0],
        before=blocks[1:till],
        after=no_after or blocks[till:],
        halo=halo if isinstance(halo, Refusal) else (halo[0], halo[1:]),
    )
    return measured, rows


def _halo(
    asked: _Asked, spans: Sequence[Span], control: Sequence[float | None]
) -> list[Block] | Refusal:
    """Return the other lines of the same stores; as treated, so never also as control."""
    lines = ledger.other_lines(asked.version, asked.treated)
    if lines is None:
        return Refusal.NO_OTHER_LINES
    controls = asked.control_lines
    if controls is not None and ledger.share_lines(lines, controls, whole(spans)):
        return Refusal.HALO_IS_CONTROL
    return _blocks(ledger.sums_of(lines, spans), control)


def _control_values(asked: _Asked, spans: Sequence[Span]) -> Sequence[float | None]:
    if asked.control_lines is not None:
        return ledger.sums_of(asked.control_lines, spans)
    if asked.control is not None and asked.control.series is not None:
        return values_of(asked.control.series, spans)
    return [None] * len(spans)


def _blocks(treated: Sequence[int], control: Sequence[float | None]) -> list[Block]:
    return [Block(*pair) for pair in zip(treated, control, strict=True)]


def _rows(spans: Sequence[Span], blocks: Sequence[Block]) -> Rows:
    return [
        {**_period(span), "treated_fen": block.treated, "control": block.control}
        for span, block in zip(spans, blocks, strict=False)
    ]


def _period(span: Span) -> dict[str, str]:
    return {"start": _utc(span.start), "end": _utc(span.end)}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _inputs(
    asked: _Asked, before: Sequence[Span], after: Sequence[Span], skipped: Sequence[Skipped]
) -> dict[str, Any]:
    """Return the record of periods, control and what was passed over, without figures."""
    return {
        "window": [_period(asked.window)],
        "before": [_period(span) for span in before],
        "after": [_period(span) for span in after],
        "halo": [],
        "skipped": [
            {**_period(one.span), "by": one.because.by.value, "name": one.because.name}
            for one in skipped
        ],
        "control": _control_record(asked.control),
    }


def _control_record(control: UpliftControl | None) -> dict[str, Any] | None:
    if control is None:
        return None
    series = control.series
    return {
        "kind": control.kind,
        "design": control.design,
        "codes": sorted(control.codes),
        "disturbances": control.disturbances,
        "series": series
        and {"code": series.code, "number": series.number, "sha256": series.sha256},
    }
