"""From the measured blocks of a campaign to its estimate: pure, the same for every source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from marketplace.rules.uplift.estimating import (
    LEVEL,
    WANTED_BLOCKS,
    Baseline,
    Block,
    Effect,
    NoEstimate,
    Refusal,
    baseline_of,
)
from marketplace.rules.uplift.grading import Design, grade_of


class Warned(StrEnum):
    """What a reader must know beside the figure. Stable codes."""

    FEW_BLOCKS = "few_blocks"
    OTHER_CAMPAIGN = "other_campaign_in_window"
    HOLIDAY_IN_WINDOW = "holiday_in_window"
    HOLIDAYS_UNKNOWN = "holidays_unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of an estimate: the effect, or why there is none."""

    effect: Effect | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The blocks of a campaign, each in the same unit.

    `before`: clean, latest first. `after`: the blocks that follow, or why they do not count.
    `halo`: (window, before) of the other lines of the same stores, or why there are none.
    """

    window: Block
    before: Sequence[Block]
    after: Sequence[Block] | Refusal
    halo: tuple[Block, Sequence[Block]] | Refusal


@dataclass(frozen=True, slots=True)
class Terms:
    """What an estimate is made under; the rest is counted.

    `is_mixed`: another campaign ran in the window. `is_holiday`: a public holiday falls in the
    window or in a block after it; None: the holidays of that year are not known.
    """

    design: Design
    level: float = LEVEL
    is_mixed: bool = False
    is_holiday: bool | None = False

    @property
    def hides_intervals(self) -> bool:
        """Say whether an interval would mislead: history alone cannot see a holiday."""
        return self.design is Design.HISTORY and self.is_holiday is not False


@dataclass(frozen=True, slots=True)
class Judged:
    """The estimate of a campaign: each part by itself, one grade.

    `after`: of the blocks after together, below zero where sales were pulled forward.
    `cumulative`: window and blocks after. `halo`: on the other lines of the same stores.
    """

    main: Part
    after: Part
    cumulative: Part
    halo: Part
    grade: str | None
    warnings: tuple[Warned, ...]


def judge(measured: Measured, terms: Terms) -> Judged:
    """Estimate every part; a part that cannot be is refused by itself."""
    has_control = terms.design is not Design.HISTORY
    try:
        baseline = baseline_of(measured.before, has_control=has_control)
        main = Part(_effect(baseline, [measured.window], terms))
    except NoEstimate as no:
        return refused(no.refusal)
    after, cumulative = _after(measured, baseline, terms)
    return Judged(
        main=main,
        after=after,
        cumulative=cumulative,
        halo=_halo(measured, terms, has_control=has_control),
        grade=grade_of(terms.design, baseline.blocks, is_mixed=terms.is_mixed),
        warnings=_warnings(baseline, terms),
    )


def refused(refusal: Refusal) -> Judged:
    """Return that there is no estimate at all, and why."""
    nothing = Part(refusal=Refusal.NO_MAIN_ESTIMATE)
    return Judged(Part(refusal=refusal), nothing, nothing, nothing, None, ())


def _after(measured: Measured, baseline: Baseline, terms: Terms) -> tuple[Part, Part]:
    after = measured.after
    if isinstance(after, Refusal):
        return Part(refusal=after), Part(refusal=after)
    try:
        return (
            Part(_effect(baseline, after, terms)),
            Part(_effect(baseline, [measured.window, *after], terms)),
        )
    except NoEstimate as no:
        return Part(refusal=no.refusal), Part(refusal=no.refusal)


def _halo(measured: Measured, terms: Terms, *, has_control: bool) -> Part:
    halo = measured.halo
    if isinstance(halo, Refusal):
        return Part(refusal=halo)
    window, before = halo
    try:
        return Part(_effect(baseline_of(before, has_control=has_control), [window], terms))
    except NoEstimate as no:
        return Part(refusal=no.refusal)


def _effect(baseline: Baseline, blocks: Sequence[Block], terms: Terms) -> Effect:
    effect = baseline.effect_of(blocks, terms.level)
    return effect.without_interval() if terms.hides_intervals else effect


def _warnings(baseline: Baseline, terms: Terms) -> tuple[Warned, ...]:
    said = {
        Warned.FEW_BLOCKS: baseline.blocks < WANTED_BLOCKS,
        Warned.OTHER_CAMPAIGN: terms.is_mixed,
        Warned.HOLIDAY_IN_WINDOW: terms.is_holiday is True,
        Warned.HOLIDAYS_UNKNOWN: terms.is_holiday is None,
    }
    return tuple(code for code, holds in said.items() if holds)
