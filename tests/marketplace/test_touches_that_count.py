"""Which touches count, to the second, and in which order they stand on a path."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.rules.attribution import CREDIT_MONEY
from tests.marketplace.attribution_rows import SECOND, START, Row, Touch, credited, rules

BOUGHT = Row(buyer_key="buyer")
DAY = timedelta(days=1)


def levels(*touches: Touch, lookback_days: int = 2) -> set[int]:
    """Return the levels at which campaign a has the line."""
    state = credited([BOUGHT], [rules("a", lookback_days=lookback_days)], touches)
    return {key[2] for key in state if key[1] == "a"}


def earned(model: str, *touches: Touch, row: Row = BOUGHT, reach: int = 30) -> dict[str, int]:
    """Return what each campaign earns of a line under a model, '' for none."""
    versions = [rules(code, lookback_days=reach) for code in ("a", "b", "c")]
    place = CREDIT_MONEY.index(f"{model}_fen")
    found: dict[str, int] = {}
    for (_, code, _, _), money in credited([row], versions, touches).items():
        if money[place]:
            found[code] = money[place]
    return found


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (timedelta(0), 2),
        (2 * DAY, 2),
        (2 * DAY + SECOND, 1),
        (2 * DAY + timedelta(microseconds=1), 1),
        (-timedelta(microseconds=1), 1),
        (-SECOND, 1),
    ],
)
def test_a_lookback_is_closed_at_both_ends(age: timedelta, level: int) -> None:
    assert levels(Touch("a", START - age)) == {level}


def test_a_lookback_of_no_days_takes_the_instant_of_payment_alone() -> None:
    assert levels(Touch("a", START), lookback_days=0) == {2}
    assert levels(Touch("a", START - timedelta(microseconds=1)), lookback_days=0) == {1}


@pytest.mark.parametrize(
    "kinds", [("share", "visit"), ("visit", "click"), ("click", "scan"), ("share", "scan")]
)
def test_at_one_instant_the_stronger_kind_comes_later(kinds: tuple[str, str]) -> None:
    weaker, stronger = kinds
    # The source ids say the other way round.
    touches = (Touch("a", kind=weaker, source_id="9"), Touch("b", kind=stronger, source_id="1"))
    assert earned("first", *touches) == {"a": 1000}
    assert earned("last", *reversed(touches)) == {"b": 1000}


def test_at_one_instant_and_kind_the_source_and_then_its_id_decide() -> None:
    by_source = (Touch("b", source="x", source_id="1"), Touch("a", source="m", source_id="2"))
    assert earned("first", *by_source) == {"a": 1000}
    assert earned("last", *by_source) == {"b": 1000}
    by_id = (Touch("b", source_id="2"), Touch("a", source_id="1"))
    assert earned("first", *by_id) == {"a": 1000}
    assert earned("last", *by_id) == {"b": 1000}


def test_evidence_on_the_order_comes_after_every_touch_of_the_instant_of_payment() -> None:
    marked = Row(buyer_key="buyer", reference_code="b")
    touches = (Touch("a", START, kind="scan"),)
    assert earned("last", *touches, row=marked) == {"b": 1000}
    assert earned("first", *touches, row=marked) == {"a": 1000}


def test_a_direct_touch_counts_as_far_as_the_longest_lookback_of_the_lines_campaigns() -> None:
    versions = [rules("a", lookback_days=2), rules("far", lookback_days=30, priority=9,
                starts_at=START - 90 * DAY, ends_at=START - 80 * DAY)]  # fmt: skip
    place = CREDIT_MONEY.index("first_fen")

    def first(age: timedelta) -> set[str]:
        touches = (Touch("a", START - DAY), Touch("", START - age))
        state = credited([BOUGHT], versions, touches)
        return {key[1] for key, money in state.items() if money[place]}

    assert first(2 * DAY) == {""}
    assert first(2 * DAY + SECOND) == {"a"}


def test_a_direct_touch_alone_makes_no_path() -> None:
    assert earned("last", Touch("", START - DAY)) == {"": 1000}
    assert earned("last_non_direct", Touch("a", START - DAY), Touch("", START)) == {"a": 1000}
    assert earned("last", Touch("a", START - DAY), Touch("", START)) == {"": 1000}
