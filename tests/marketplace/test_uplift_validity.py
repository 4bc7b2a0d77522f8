"""The estimate against what is known: golden panels, coverage, placebos, invariance."""

from __future__ import annotations

from itertools import pairwise
from math import exp
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.uplift.estimating import Block
from tests.marketplace.uplift_panels import (
    before,
    covers,
    effect,
    expected,
    golden_panels,
    invented,
)

CASES = expected()["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['rep']}")
def test_golden_panels_give_the_golden_estimate_interval_and_cover(case: dict) -> None:
    panel = golden_panels()[case["kind"], case["rep"]]
    found = effect(before(panel), panel[0])
    assert (found.estimate, found.low, found.high, found.log_effect, found.standard_error) == (
        pytest.approx(case["est"], rel=1e-6),
        pytest.approx(case["lo90"], rel=1e-6),
        pytest.approx(case["hi90"], rel=1e-6),
        pytest.approx(case["log_effect"], rel=1e-6),
        pytest.approx(case["se"], rel=1e-6),
    )
    assert covers(found, case["true_incremental"]) is case["covers"]


def test_the_interval_covers_as_often_as_it_says() -> None:
    hits = dict.fromkeys((0.8, 0.9, 0.95), 0)
    for seed in range(1000):
        panel = invented(seed, effect=0.47)
        sold = panel[0].treated
        assert sold is not None
        for level in hits:
            found = effect(before(panel), panel[0], level=level)
            # The true effect on the log scale, mapped as the bounds are.
            hits[level] += covers(found, sold * (1 - exp(-0.47)))
    for level, count in hits.items():
        assert count / 1000 == pytest.approx(level, abs=0.02)


def test_a_placebo_in_time_finds_an_effect_in_a_tenth_of_the_weeks() -> None:
    found = [
        not covers(effect(before(panel, week), panel[week]), 0)
        for panel in golden_panels().values()
        for week in range(-8, 0)
    ]
    assert len(found) == 160
    assert 0.05 <= mean(found) <= 0.15
    quiet = [invented(seed, weeks=16) for seed in range(300)]
    found = [
        not covers(effect(before(panel, week), panel[week]), 0)
        for panel in quiet
        for week in range(-8, 0)
    ]
    assert 0.08 <= mean(found) <= 0.12


def test_a_placebo_in_space_finds_an_effect_in_a_tenth_of_untreated_places() -> None:
    # Two untreated places each: one plays the treated one, the other is its control.
    found = []
    for one, other in pairwise(invented(seed) for seed in range(1, 600)):
        shared = {
            week: Block(block.control, block.control * other[week].treated / other[week].control)
            for week, block in one.items()
        }
        found.append(not covers(effect(before(shared), shared[0]), 0))
    assert 0.07 <= mean(found) <= 0.13


@given(
    st.integers(0, 10**6),
    st.floats(1e-4, 1e4),
    st.floats(1e-4, 1e4),
    st.booleans(),
)
def test_another_currency_for_both_series_only_scales_the_estimate(
    seed: int, treated_scale: float, control_scale: float, has_control: bool
) -> None:
    panel = invented(seed, effect=0.3)
    scaled = {
        week: Block(
            block.treated * treated_scale, block.control * control_scale if has_control else None
        )
        for week, block in panel.items()
    }
    if not has_control:
        panel = {week: Block(block.treated) for week, block in panel.items()}
    plain, other = effect(before(panel), panel[0]), effect(before(scaled), scaled[0])
    assert other.log_effect == pytest.approx(plain.log_effect, rel=1e-6, abs=1e-9)
    assert other.standard_error == pytest.approx(plain.standard_error, rel=1e-6)
    for ours, theirs in zip(
        (plain.estimate, plain.low, plain.high), (other.estimate, other.low, other.high),
        strict=True,
    ):  # fmt: skip
        assert theirs == pytest.approx(ours * treated_scale, rel=1e-6, abs=1e-3 * treated_scale)


def test_swapping_treated_and_control_turns_the_log_effect_round() -> None:
    panel = invented(3, effect=0.5)
    swapped = {week: Block(block.control, block.treated) for week, block in panel.items()}
    assert effect(before(swapped), swapped[0]).log_effect == pytest.approx(
        -effect(before(panel), panel[0]).log_effect
    )
