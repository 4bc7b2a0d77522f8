"""How much more was sold than the baseline says: log-ratio difference in differences.

Sales come as blocks of equal length in any unit: the campaign's own, those before, those
after. Figures of another scale give the same log effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, expm1, fsum, log, sqrt

from marketplace.rules.uplift.quantiles import two_sided_t

# What an estimate is made with unless something else is asked for.
WANTED_BLOCKS = 8
FEWEST_BLOCKS = 4
AFTER_BLOCKS = 4
LEVEL = 0.9
# Above this level an interval of few blocks says nothing any more.
HIGHEST_LEVEL = 0.999
# Bounds beyond e^600 times the sales are no figures.
_FARTHEST = 600


class Refusal(StrEnum):
    """Why there is no estimate. Stable codes; words are in `marketplace.selectors.uplift`."""

    TOO_FEW_BLOCKS = "too_few_blocks"
    NO_HISTORY = "no_history"
    ZERO_BLOCK = "zero_block"
    NEGATIVE_BLOCK = "negative_block"
    MISSING_BLOCK = "missing_block"
    ZERO_CONTROL = "zero_control"
    NEGATIVE_CONTROL = "negative_control"
    MISSING_CONTROL = "missing_control"
    TOO_NOISY = "too_noisy"
    WINDOW_NOT_OVER = "window_not_over"
    AFTER_NOT_OVER = "after_not_over"
    AFTER_DISTURBED = "after_disturbed"
    NO_OTHER_LINES = "no_other_lines"
    HALO_IS_CONTROL = "halo_is_control"
    NO_MAIN_ESTIMATE = "no_main_estimate"


class NoEstimate(Exception):
    """The figures do not carry an estimate; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Block:
    """Sales of one block: of the treated, and of the control; None is not known."""

    treated: float | None
    control: float | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one or several blocks brought beyond the baseline, in the unit of the blocks.

    `low` and `high` bound it at `level`; both None where an interval would mislead.
    `log_effect`: ln(sold / baseline). `standard_error`: of the prediction, on the log scale.
    """

    estimate: float
    low: float | None
    high: float | None
    log_effect: float
    standard_error: float

    def without_interval(self) -> Effect:
        """Return the estimate alone."""
        return Effect(self.estimate, None, None, self.log_effect, self.standard_error)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is normal, from the blocks before.

    With a control: `centre` and `spread` are mean and standard deviation of ln(treated /
    control). Without: those of the treated sales themselves (the mean of the same weekdays).
    """

    centre: float
    spread: float
    blocks: int
    has_control: bool

    def effect_of(self, blocks: Sequence[Block], level: float = LEVEL) -> Effect:
        """Compare some blocks, summed, with what the baseline predicts for them.

        Every block has an error of its own, and all share that of `centre`; for one block the
        prediction error is spread * sqrt(1 + 1/k). Raises NoEstimate.
        """
        check_blocks(blocks, has_control=self.has_control)
        sold = fsum(_known(block.treated) for block in blocks)
        reach = two_sided_t(level, self.blocks - 1)
        if not self.has_control:
            return self._by_history(sold, len(blocks), reach)
        expected = [_known(block.control) * exp(self.centre) for block in blocks]
        normal = fsum(expected)
        own = fsum((one / normal) ** 2 for one in expected)
        error = self.spread * sqrt(own + 1 / self.blocks)
        effect = log(sold / normal)
        if abs(effect) + reach * error > _FARTHEST:
            raise NoEstimate(Refusal.TOO_NOISY)
        return Effect(
            _gained(sold, effect),
            _gained(sold, effect - reach * error),
            _gained(sold, effect + reach * error),
            effect,
            error,
        )

    def _by_history(self, sold: float, count: int, reach: float) -> Effect:
        normal = count * self.centre
        error = self.spread * sqrt(count + count**2 / self.blocks)
        gained = sold - normal
        return Effect(
            gained, gained - reach * error, gained + reach * error,
            log(sold / normal), error / normal,
        )  # fmt: skip


def baseline_of(blocks: Sequence[Block], *, has_control: bool) -> Baseline:
    """Measure what is normal on the clean blocks before.

    Raises NoEstimate with fewer than FEWEST_BLOCKS, or with a block that is missing, zero or
    negative.
    """
    if len(blocks) < FEWEST_BLOCKS:
        raise NoEstimate(Refusal.TOO_FEW_BLOCKS)
    check_blocks(blocks, has_control=has_control)
    values = [_known(block.treated) for block in blocks]
    if has_control:
        values = [log(_known(block.treated) / _known(block.control)) for block in blocks]
    count = len(values)
    centre = fsum(values) / count
    spread = sqrt(fsum((value - centre) ** 2 for value in values) / (count - 1))
    return Baseline(centre, spread, count, has_control)


def check_blocks(blocks: Sequence[Block], *, has_control: bool) -> None:
    """Raise NoEstimate where a block has no sales to compare: a logarithm needs some."""
    for block in blocks:
        _check(block.treated, Refusal.MISSING_BLOCK, Refusal.NEGATIVE_BLOCK, Refusal.ZERO_BLOCK)
        if has_control:
            _check(
                block.control,
                Refusal.MISSING_CONTROL, Refusal.NEGATIVE_CONTROL, Refusal.ZERO_CONTROL,
            )  # fmt: skip


def _check(value: float | None, missing: Refusal, negative: Refusal, zero: Refusal) -> None:
    if value is None:
        raise NoEstimate(missing)
    if value < 0:
        raise NoEstimate(negative)
    if value == 0:
        raise NoEstimate(zero)


def _gained(sold: float, log_effect: float) -> float:
    """Return sold * (1 - e^-d): what is left after taking the baseline sold * e^-d away."""
    return -sold * expm1(-log_effect)


def _known(value: float | None) -> float:
    assert value is not None
    return float(value)
