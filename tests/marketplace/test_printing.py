"""The printing rules of official figures."""

from __future__ import annotations

import doctest
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules import printing
from marketplace.rules.campaign_report import VIEW_DATES
from marketplace.rules.printing import amounts, declared, words
from marketplace.rules.totals import VIEWS


def test_the_examples_in_the_rules_are_true() -> None:
    tested = [doctest.testmod(module) for module in (amounts, declared, words)]
    assert sum(one.failed for one in tested) == 0
    assert all(one.attempted for one in tested)


@pytest.mark.parametrize(
    ("fen", "prose", "headline"),
    [
        (343_000_056, "343万元", "343万元"),
        (342_871_233, "342.87万元", "343万元"),
        (5_207_390_000, "5207.39万元", "5207万元"),
        (91_100_000_000, "9.11亿元", "9.11亿元"),
        (999_999, "9,999.99元", "9,999.99元"),
        (1_000_000, "1万元", "1万元"),
        (-342_871_233, "-342.87万元", "-343万元"),
        (0, "0.00元", "0.00元"),
        (9_999_999_999, "1亿元", "1亿元"),
    ],
)
def test_amounts_turn_to_larger_units_without_losing_their_size(fen, prose, headline) -> None:
    assert (printing.prose_yuan(fen), printing.headline_yuan(fen)) == (prose, headline)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0笔"), (9_999, "9999笔"), (10_000, "1万笔"), (60_001, "6万余笔"), (69_999, "6万余笔")],
)
def test_yu_is_said_only_of_what_is_really_more(number, text) -> None:
    assert printing.headline_count(number, "笔") == text


def test_words_beside_a_figure_are_checked_against_the_exact_value() -> None:
    assert printing.may_say("近", exact=59_999, printed=60_000)
    assert not printing.may_say("以上", exact=59_999, printed=60_000)
    with pytest.raises(ValueError, match="no such word"):
        printing.may_say("约", exact=1, printed=1)


@pytest.mark.parametrize("before", [0, -5])
def test_a_change_from_nothing_or_less_has_no_percentage(before) -> None:
    assert printing.change(100, before) == "—"


def test_differences_of_percentages_are_points_of_the_exact_values() -> None:
    assert printing.percentage_points(Fraction(2, 3), Fraction(1, 3)) == "33.33个百分点"
    assert printing.change(90, 100) == "-10.00%"
    assert printing.change(100, 100) == "0.00%"
    assert printing.percentage(2, 3) == "66.67%"
    assert printing.ratio(5, 0) == "—"


def test_the_word_for_the_undertaking_follows_the_period() -> None:
    assert printing.undertaking(date(2020, 12, 31)) == "消费扶贫"
    assert printing.undertaking(date(2021, 1, 1)) == "消费帮扶"


@given(st.integers(-(10**12), 10**12))
def test_rounding_is_half_up_and_never_off_by_more_than_half(fen) -> None:
    rounded = printing.half_up(Fraction(fen, 10**6), 2)
    assert abs(rounded - Fraction(fen, 10**6)) <= Fraction(1, 200)
    assert printing.half_up(-Fraction(fen, 10**6), 2) == -rounded


def test_report_views_are_those_of_the_daily_totals() -> None:
    assert VIEW_DATES == VIEWS


@pytest.mark.parametrize(
    ("kind", "value", "unit", "bound", "wording", "text"),
    [
        ("count", 18, "人次", "exact", "", "18人次"),
        ("count", 20_000, "个", "over", "", "2万余个"),
        ("count", 20_000, "个", "exact", "", "20000个"),
        ("count", 160, "所", "over", "", "160余所"),
        ("count", 227_000, "名", "about", "", "约22.7万名"),
        ("money", 12_500_000_000, "元", "exact", "", "1.25亿元"),
        ("money", 5_207_399_999, "元", "over", "", "5207.39万余元"),
        ("money", 12_500_000_000, "元", "about", "1.25亿元", "1.25亿元"),
        ("money", 500_000, "元", "over", "", "5000余元"),
        ("money", 500_099, "元", "over", "", "5000余元"),
        ("money", 9_999_999_999, "元", "about", "", "约1亿元"),
        ("ratio", 9533, "", "exact", "", "95.33%"),
        ("ratio", 5000, "", "over", "", "50%以上"),
        ("text", None, "", "exact", "“1+16”", "“1+16”"),
    ],
)
def test_a_declared_figure_prints_by_its_bound_unit_and_wording(
    kind, value, unit, bound, wording, text
) -> None:
    assert printing.declared_figure(kind, value, unit, bound, wording) == text


@given(st.integers(1, 10**13))
def test_a_figure_that_is_over_what_is_printed_is_truncated(fen) -> None:
    text = printing.declared_figure("money", fen, "元", "over")
    number, size = text.replace(",", ""), 100
    for word, fen_of_word in (("亿余元", 10**10), ("万余元", 10**6), ("余元", 100)):
        if number.endswith(word):
            number, size = number.removesuffix(word), fen_of_word
            break
    assert printing.may_say("余", exact=fen, printed=Fraction(number) * size)


def test_a_ratio_is_computed_from_exact_amounts_only() -> None:
    assert not printing.is_rounded("exact", "")
    assert not printing.is_rounded("exact", "9,533元")
    assert printing.is_rounded("exact", "1.25亿元")
    assert printing.is_rounded("about", "")


def test_near_is_said_of_years_only_where_the_days_are_fewer() -> None:
    assert printing.recent_years(date(2018, 1, 1), date(2020, 12, 31)) == "三年"
    assert printing.recent_years(date(2018, 3, 1), date(2020, 12, 31)) == "近三年"
    assert printing.recent_years(date(2018, 1, 1), date(2018, 6, 1)) == ""
    assert printing.recent_years(date(2001, 1, 1), date(2020, 6, 1)) == ""
    assert printing.recent_years(date(2019, 6, 12), date(2020, 6, 11)) == "近两年"
    assert printing.recent_years(date(2019, 1, 1), date(2020, 12, 31)) == "两年"


def test_less_than_a_full_year_is_not_called_years() -> None:
    assert printing.recent_years(date(2019, 12, 15), date(2020, 1, 15)) == ""
    assert printing.recent_years(date(2019, 6, 12), date(2020, 6, 10)) == ""
    assert printing.recent_years(date(2020, 2, 29), date(2021, 2, 28)) == "近两年"
    assert printing.recent_years(date(2020, 2, 29), date(2021, 2, 27)) == ""
    assert printing.cooperation(date(2020, 12, 31)) == "东西部扶贫协作"
    assert printing.cooperation(date(2021, 1, 1)) == "东西部协作"
