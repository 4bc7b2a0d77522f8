"""Indices of the paths in a window: from ledger and touches, by the engine's own paths."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from marketplace.rules.path_indices import PathIndices
from marketplace.selectors.reports import path_indices as module
from marketplace.selectors.reports.path_indices import path_indices
from tests.marketplace import ledger_builders as builders
from tests.marketplace import path_oracle as oracle
from tests.marketplace.ledger_builders import Line, Sale, campaign, moment
from tests.marketplace.path_oracle import Journey

START, END = moment("2020-05-01 00:00:00"), moment("2020-05-08 00:00:00")
PAID = moment("2020-05-03 12:00:00")
_numbers = count(1)


@pytest.fixture(autouse=True)
def campaigns(db: None) -> None:
    for code in ("tea", "fish", "rice"):
        campaign(code, START, END, minimum_level=2)


def touch(buyer: str, code: str, hours: float) -> None:
    """Write a touch of a buyer some hours before the usual payment."""
    builders.touch(buyer, PAID - timedelta(hours=hours), code)


def sale(buyer: str, lines: list[Line] | None = None, **more: object) -> Sale:
    """Write an order of a buyer, paid at the usual moment."""
    paid_at = more.pop("paid_at", PAID)
    return Sale(str(next(_numbers)), paid_at, lines or [Line()], buyer_key=buyer, **more)


def effects(found: PathIndices) -> dict[str, float | None]:
    return {each.code: each.removal_effect for each in found.names}


def expected(journeys: list[Journey]) -> dict[str, float]:
    return {name: float(part) for name, part in oracle.removal_effects(journeys).items()}


def test_orders_convert_and_touched_buyers_without_order_do_not() -> None:
    touch("ann", "tea", 5)
    touch("ann", "fish", 2)
    sale("ann")
    touch("bob", "fish", 3)
    sale("bob", reference_code="rice")
    touch("cem", "tea", 9)
    touch("cem", "", 8)
    touch("cem", "rice", 7)
    sale("dan")
    found = path_indices(START, END)
    journeys = [
        Journey(("tea", "fish")),
        Journey(("fish", "rice")),
        Journey(("tea", "", "rice"), 0, 1),
    ]
    assert (found.orders, found.orders_with_path, found.null_buyers) == (3, 2, 1)
    assert found.distinct_paths == 3
    assert effects(found) == pytest.approx(expected(journeys))
    fish = next(each for each in found.names if each.code == "fish")
    assert (fish.orders, fish.shapley_orders, fish.shapley_share) == (2, 1, 0.5)
    assert sum(each.markov_share or 0 for each in found.names) == pytest.approx(1)
    assert [each.name for each in found.names if not each.code] == ["无活动的触点"]


def test_an_order_counts_once_with_the_touches_of_all_its_lines() -> None:
    campaign("tea", START, END, minimum_level=2, scopes={"county": ["522631"]})
    campaign("fish", START, END, minimum_level=2, scopes={"county": ["522622"]})
    touch("ann", "tea", 5)
    touch("ann", "", 3)
    touch("ann", "fish", 1)
    touch("ann", "fish", 1)
    sale("ann", [Line("one", county="522631"), Line("two", county="522622")])
    found = path_indices(START, END)
    assert (found.orders, found.orders_with_path, found.distinct_paths) == (1, 1, 1)
    assert {each.code: each.orders for each in found.names} == {"": 1, "fish": 1, "tea": 1}
    assert effects(found) == {"": 1, "fish": 1, "tea": 1}


def test_what_lies_outside_the_window_says_nothing() -> None:
    campaign("old", START - timedelta(days=30), START)
    touch("ann", "tea", 5)
    sale("ann", paid_at=END)  # touched in the window, paid after it: a journey without order
    touch("bob", "old", 5)
    touch("cem", "tea", 24 * 3)
    touch("dan", "", 3)
    found = path_indices(START, END)
    assert (found.orders, found.orders_with_path, found.null_buyers) == (0, 0, 1)


def test_a_corrected_sale_is_one_order_and_a_refunded_one_stays() -> None:
    touch("ann", "tea", 5)
    corrected = sale("ann")
    corrected.restate("line", county_code="522622")
    corrected.refund("line", 10_000)
    touch("bob", "fish", 5)
    gone = sale("bob")
    gone._append(
        gone.sold["line"],
        kind="correction",
        corrects=gone.sold["line"],
        quantity=-1,
        amount_fen=-10_000,
    )
    found = path_indices(START, END)
    assert (found.orders, found.orders_with_path) == (1, 1)
    assert {each.code: each.shapley_orders for each in found.names} == {"tea": 1}


def test_without_orders_the_indices_are_unknown() -> None:
    assert path_indices(START, END) == PathIndices(0, 0, 0, 0, ())
    touch("ann", "tea", 5)
    found = path_indices(START, END)
    assert (found.null_buyers, effects(found)) == (1, {"tea": None})
    assert [each.shapley_share for each in found.names] == [None]


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        touch(f"buyer {number}", ("tea", "fish")[number % 2], 5)
        touch(f"buyer {number}", "rice", number)
        sale(f"buyer {number}")
    whole = path_indices(START, END)
    monkeypatch.setattr(module, "_BATCH_ORDERS", 2)
    assert path_indices(START, END) == whole
    assert whole.orders_with_path == 7
