"""The rules of an estimate: quantiles, parts, refusals, grades, blocks, holidays."""

from __future__ import annotations

from datetime import date, timedelta
from math import log, pi, sqrt, tan
from statistics import mean, stdev

import pytest

from common.clock import window_of_days
from marketplace.rules.uplift.estimating import Block, NoEstimate, Refusal, baseline_of
from marketplace.rules.uplift.grading import Design, grade_of
from marketplace.rules.uplift.holidays import HOLIDAYS, are_known, holidays_within
from marketplace.rules.uplift.judging import Measured, Terms, Warned, judge
from marketplace.rules.uplift.quantiles import two_sided_t
from marketplace.rules.uplift.reach import Reach
from marketplace.rules.uplift.spans import (
    Disturbance,
    DisturbedBy,
    Span,
    choose_before,
    span_at,
)
from tests.marketplace.uplift_panels import (
    before,
    covers,
    effect,
    expected,
    invented,
)

NO_HALO = Refusal.NO_OTHER_LINES


@pytest.mark.parametrize(("name", "level"), [("0.95", 0.9), ("0.975", 0.95)])
def test_quantiles_are_those_of_the_golden_file(name: str, level: float) -> None:
    for dof, quantile in expected()[f"t_quantiles_{name}"].items():
        assert two_sided_t(level, int(dof)) == pytest.approx(quantile, rel=1e-9)


def test_quantiles_of_one_and_two_degrees_have_their_closed_form_at_every_level() -> None:
    for level in (1e-6, 0.01, 0.3, 0.5, 0.8, 0.95, 0.99, 0.999, 0.999999):
        assert two_sided_t(level, 1) == pytest.approx(tan(pi * level / 2), rel=1e-9)
        assert two_sided_t(level, 2) == pytest.approx(level * sqrt(2 / (1 - level**2)), rel=1e-9)
    assert two_sided_t(0.9, 100_001) == pytest.approx(1.6448536269514722, rel=1e-4)


@pytest.mark.parametrize(("level", "dof"), [(0.0, 3), (1.0, 3), (0.9, 0)])
def test_there_is_no_quantile_of_a_level_or_degree_that_cannot_be(level: float, dof: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        two_sided_t(level, dof)


def test_history_alone_compares_with_the_mean_of_the_same_weekdays() -> None:
    sold = [100.0, 120.0, 90.0, 110.0, 95.0]
    found = effect([Block(each) for each in sold], Block(180.0))
    spread = stdev(sold) * sqrt(1 + 1 / 5)
    reach = two_sided_t(0.9, 4)
    assert found.estimate == pytest.approx(180 - mean(sold))
    assert found.low == pytest.approx(180 - mean(sold) - reach * spread)
    assert found.high == pytest.approx(180 - mean(sold) + reach * spread)
    assert found.log_effect == pytest.approx(log(180 / mean(sold)))


def test_several_blocks_add_up_and_share_the_error_of_the_baseline() -> None:
    panel = invented(5)
    blocks = before(panel)
    alone = [effect(blocks, Block(sold, 1e6)) for sold in (150_000.0, 90_000.0)]
    together = effect(blocks, Block(150_000.0, 1e6), Block(90_000.0, 1e6))
    assert together.estimate == pytest.approx(sum(one.estimate for one in alone))
    share = stdev([log(block.treated / block.control) for block in blocks])
    assert together.standard_error == pytest.approx(share * sqrt(1 / 2 + 1 / 8))


def test_sales_that_were_pulled_forward_show_as_a_dip_and_leave_little_in_the_sum() -> None:
    blocks = [Block(100.0 + jitter, 1000.0) for jitter in (1, -1, 2, -2, 1, -1, 2, -2)]
    window, after = Block(200.0, 1000.0), [Block(75.0, 1000.0)] * 4
    judged = judge(Measured(window, blocks, after, NO_HALO), Terms(Design.PLACES))
    assert judged.main.effect
    assert judged.after.effect
    assert judged.cumulative.effect
    assert judged.main.effect.estimate == pytest.approx(100, abs=0.1)
    assert judged.after.effect.estimate == pytest.approx(-100, abs=0.5)
    assert not covers(judged.after.effect, 0)
    assert covers(judged.cumulative.effect, 0)
    assert judged.halo.refusal is Refusal.NO_OTHER_LINES
    assert judged.grade == "B"


@pytest.mark.parametrize(
    ("spoilt", "refusal"),
    [
        (Block(0.0, 1.0), Refusal.ZERO_BLOCK),
        (Block(-5.0, 1.0), Refusal.NEGATIVE_BLOCK),
        (Block(None, 1.0), Refusal.MISSING_BLOCK),
        (Block(5.0, 0.0), Refusal.ZERO_CONTROL),
        (Block(5.0, -1.0), Refusal.NEGATIVE_CONTROL),
        (Block(5.0, None), Refusal.MISSING_CONTROL),
    ],
)
def test_what_has_no_logarithm_is_refused_in_the_window_and_before(
    spoilt: Block, refusal: Refusal
) -> None:
    blocks = [Block(100.0 + n, 1000.0) for n in range(8)]
    for measured in (
        Measured(spoilt, blocks, NO_HALO, NO_HALO),
        Measured(blocks[0], [*blocks[:7], spoilt], NO_HALO, NO_HALO),
    ):
        judged = judge(measured, Terms(Design.PLACES))
        assert judged.main.refusal is refusal
        assert judged.after.refusal is judged.halo.refusal is Refusal.NO_MAIN_ESTIMATE
        assert judged.grade is None


def test_blocks_that_differ_beyond_all_measure_are_no_baseline() -> None:
    wild = [Block(1e-6, 1e15), Block(1e15, 1e-6)] * 2
    with pytest.raises(NoEstimate, match="too_noisy"):
        effect(wild, Block(1.0, 1.0), level=0.999)


def test_fewer_than_four_blocks_are_no_baseline_and_four_are_one_grade_lower() -> None:
    blocks = before(invented(1))
    with pytest.raises(NoEstimate, match="too_few_blocks"):
        baseline_of(blocks[:3], has_control=True)
    measured = Measured(blocks[0], blocks[:4], Refusal.AFTER_NOT_OVER, NO_HALO)
    judged = judge(measured, Terms(Design.PLACES))
    assert judged.grade == "C"
    assert judged.warnings == (Warned.FEW_BLOCKS,)


def test_a_spoilt_part_is_refused_by_itself() -> None:
    blocks = [Block(100.0 + n, 1000.0) for n in range(8)]
    closed = [Block(100.0, 1000.0), Block(0.0, 1000.0)]
    judged = judge(
        Measured(blocks[0], blocks, closed, (blocks[0], blocks[:2])), Terms(Design.PRODUCTS)
    )
    assert judged.main.effect is not None
    assert judged.after.refusal is judged.cumulative.refusal is Refusal.ZERO_BLOCK
    assert judged.halo.refusal is Refusal.TOO_FEW_BLOCKS


def test_history_alone_shows_no_interval_over_a_holiday_or_an_unknown_year() -> None:
    blocks = [Block(100.0 + n) for n in range(8)]
    for is_holiday in (True, None):
        judged = judge(
            Measured(Block(150.0), blocks, Refusal.AFTER_NOT_OVER, NO_HALO),
            Terms(Design.HISTORY, is_holiday=is_holiday),
        )
        assert judged.main.effect is not None
        assert judged.main.effect.low is judged.main.effect.high is None
        assert judged.grade == "D"
    with_control = judge(
        Measured(Block(150.0, 9.0), [Block(100.0 + n, 9.0) for n in range(8)], NO_HALO, NO_HALO),
        Terms(Design.PLACES, is_holiday=True),
    )
    assert with_control.main.effect
    assert with_control.main.effect.low is not None


def test_grades_follow_the_design_and_fall_by_one_for_each_defect() -> None:
    assert [grade_of(design, 8) for design in Design] == ["A", "B", "C", "D"]
    assert [grade_of(design, 7) for design in Design] == ["B", "C", "D", "D"]
    assert grade_of(Design.RANDOMISED, 8, is_mixed=True) == "B"
    assert grade_of(Design.RANDOMISED, 4, is_mixed=True) == "C"


def test_blocks_step_by_whole_weeks_and_keep_the_weekdays_of_the_window() -> None:
    for days, step in ((1, 7), (3, 7), (7, 7), (8, 14), (30, 35)):
        first = date(2020, 5, 1)
        window = Span(*window_of_days(first, first + timedelta(days=days - 1)))
        earlier = span_at(window, -1)
        assert window.start - earlier.start == timedelta(days=step)
        assert earlier.end - earlier.start == window.end - window.start
        assert not earlier.meets(window)


def test_disturbed_blocks_are_passed_over_and_named() -> None:
    window = Span(*window_of_days(date(2019, 6, 17), date(2019, 6, 23)))
    boat = next(one for one in HOLIDAYS if one.first_day == date(2019, 6, 7))
    span = Span(*window_of_days(boat.first_day, boat.last_day))
    chosen, skipped = choose_before(window, [Disturbance(DisturbedBy.HOLIDAY, boat.name, span)])
    assert len(chosen) == 8
    assert [one.because.name for one in skipped] == ["dragon_boat"]
    assert chosen[0] == span_at(window, -1)
    assert chosen[1] == span_at(window, -3)


def test_holidays_are_in_order_known_by_year_and_never_guessed() -> None:
    assert all(one.first_day <= one.last_day for one in HOLIDAYS)
    assert [one.first_day for one in HOLIDAYS] == sorted(one.first_day for one in HOLIDAYS)
    mayday = holidays_within(date(2020, 5, 1), date(2020, 5, 7))
    assert [(one.name, one.last_day) for one in mayday] == [("labour_day", date(2020, 5, 5))]
    assert not holidays_within(date(2020, 5, 6), date(2020, 6, 24))
    assert are_known(date(2018, 1, 1), date(2026, 12, 31))
    assert not are_known(date(2017, 12, 31), date(2018, 1, 2))
    assert not are_known(date(2026, 12, 31), date(2027, 1, 1))


def test_two_reaches_share_no_line_only_where_one_kind_rules_it_out() -> None:
    everything = Reach()
    shop = Reach(sales_points=frozenset({"shop"}), counties=frozenset({"522634"}))
    fair = Reach(sales_points=frozenset({"fair"}))
    other_county = Reach(counties=frozenset({"522622"}))
    assert everything.may_share(shop)
    assert not shop.may_share(fair)
    assert not other_county.may_share(shop)
    assert other_county.may_share(fair)
