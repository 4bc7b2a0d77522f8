"""Dividends to the fen, ranges of declared links, cells that stay closed."""

from __future__ import annotations

import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules import benefit, roster
from products.rules.benefit import (
    LEAST_PUBLIC_HOUSEHOLDS,
    dividend_fen,
    hidden_cells,
    per_head,
    range_of_links,
)

COUNTS = st.integers(0, 10**6)


@pytest.mark.parametrize("module", [benefit, roster])
def test_the_examples_of_the_rules_hold(module) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_a_dividend_that_is_no_whole_fen_stays_exact() -> None:
    assert dividend_fen(333, 1) == Fraction(333, 10_000)
    assert per_head(dividend_fen(20_000_000_00, 800), 3145) * 3145 == 160_000_000


@pytest.mark.parametrize("wrong", [(-1, 800), (1, -800)])
def test_a_negative_principal_or_rate_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="negative"):
        dividend_fen(*wrong)


def test_nobody_receives_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        per_head(100, 0)


@given(st.integers(0, 10**12), st.integers(0, 10_000), st.integers(1, 10**6))
def test_what_each_receives_adds_up_to_the_dividend(principal, rate, count) -> None:
    whole = dividend_fen(principal, rate)
    assert per_head(whole, count) * count == whole
    assert 0 <= whole <= principal


def test_links_that_state_no_number_give_no_range() -> None:
    assert range_of_links([None, None]) is None
    assert range_of_links([]) is None


@given(st.lists(st.sets(st.integers(0, 40)), min_size=1, max_size=6))
def test_the_distinct_number_lies_in_the_range_of_the_links(links) -> None:
    found = range_of_links(len(link) for link in links)
    assert found is not None
    distinct = len(set().union(*links))
    assert found.least <= distinct <= found.most
    assert (found.least == found.most) == (sum(map(bool, links)) <= 1)


@given(st.lists(COUNTS, max_size=12) | st.lists(st.integers(0, 25), max_size=12))
def test_no_hidden_cell_of_under_ten_follows_from_the_total(counts) -> None:
    hidden = hidden_cells(counts)
    assert {n for n, count in enumerate(counts) if 0 < count < LEAST_PUBLIC_HOUSEHOLDS} <= hidden
    assert all(counts[n] > 0 for n in hidden)
    kept_back = sum(counts[n] for n in hidden)
    whole_is_small = sum(counts) < LEAST_PUBLIC_HOUSEHOLDS
    assert not hidden or whole_is_small or (kept_back >= LEAST_PUBLIC_HOUSEHOLDS)
    assert whole_is_small or len(hidden) != 1
