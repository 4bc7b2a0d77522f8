"""Laws that hold for every line, path, refund and moment (docs/invariants.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.attribution import CREDIT_MONEY
from marketplace.rules.attribution_models import PATH_MODELS
from tests.marketplace.attribution_rows import START, Row, Touch, credited, rules

NAMES = ("a", "b", "c")
VERSIONS = [rules(code) for code in NAMES]
PLACES = {model: CREDIT_MONEY.index(f"{model}_fen") for model in PATH_MODELS}
paths = st.lists(st.sampled_from([*NAMES, "", ""]), min_size=1, max_size=6)
amounts = st.integers(1, 10**6)


def touched(path: list[str], hours: int = 7) -> list[Touch]:
    """Return touches in the order of a path, the last one at payment."""
    count = len(path)
    return [
        Touch(code, START - timedelta(hours=hours * (count - place)), source_id=f"{place:02}")
        for place, code in enumerate(path, start=1)
    ]


def story(amount_fen: int, refunds: list[int]) -> list[Row]:
    """Return a sale and its refunds as ledger rows."""
    sale = Row(amount_fen=amount_fen, buyer_key="buyer")
    return [sale] + [
        replace(sale, pk=1 + n, sequence=1 + n, kind="refund", side="refund", amount_fen=-fen)
        for n, fen in enumerate(refunds, start=1)
    ]


def judged(rows: list[Row], path: list[str]) -> dict[tuple, tuple]:
    return credited(rows, VERSIONS, touched(path))


def earned(state: dict[tuple, tuple], model: str) -> dict[str, list[int]]:
    """Return (gross, net) of each campaign, '' for none, under a model of a path."""
    found: dict[str, list[int]] = {}
    for (pk, code, _, _), money in state.items():
        sums = found.setdefault(code, [0, 0])
        sums[0] += money[PLACES[model]] if pk == 1 else 0
        sums[1] += money[PLACES[model]]
    return found


@given(amounts, paths, st.sampled_from(PATH_MODELS), st.data())
def test_nobody_is_credited_below_0_or_above_the_sale_and_a_full_refund_leaves_0(
    amount_fen: int, path: list[str], model: str, data: st.DataObject
) -> None:
    refunds: list[int] = []
    while (left := amount_fen - sum(refunds)) and len(refunds) < 4:
        refunds.append(data.draw(st.integers(1, left)))
    found = earned(judged(story(amount_fen, refunds), path), model)
    assert all(0 <= net <= gross for gross, net in found.values())
    assert sum(gross for gross, _ in found.values()) == amount_fen
    assert sum(net for _, net in found.values()) == amount_fen - sum(refunds)
    if sum(refunds) == amount_fen:
        assert {net for _, net in found.values()} == {0}


@given(amounts, st.lists(st.integers(1, 10**5), min_size=1, max_size=3), paths)
def test_a_refund_that_comes_in_parts_leaves_what_one_of_their_sum_leaves(
    amount_fen: int, parts: list[int], path: list[str]
) -> None:
    parts = [fen for n, fen in enumerate(parts) if sum(parts[: n + 1]) <= amount_fen]
    in_parts = judged(story(amount_fen, parts), path)
    at_once = judged(story(amount_fen, [sum(parts)] if parts else []), path)
    for model in PATH_MODELS:
        assert earned(in_parts, model) == earned(at_once, model)


@given(amounts, paths)
def test_a_share_differs_from_the_exact_one_by_less_than_a_fen(
    amount_fen: int, path: list[str]
) -> None:
    found = earned(judged(story(amount_fen, []), path), "linear")
    if not any(path):
        assert found[""] == [amount_fen, amount_fen]
        return
    for code in {*path}:
        exact = amount_fen * path.count(code)
        assert abs(found.get(code, [0])[0] * len(path) - exact) < len(path)


@given(amounts, st.integers(1, 5), st.sampled_from(PATH_MODELS))
def test_who_alone_touched_a_buyer_earns_all(amount_fen: int, times: int, model: str) -> None:
    found = earned(judged(story(amount_fen, []), ["a"] * times), model)
    assert {code: gross for code, (gross, _) in found.items() if gross} == {"a": amount_fen}


@given(amounts, paths, st.integers(-(10**7), 10**7))
def test_moving_every_moment_alike_changes_nothing(
    amount_fen: int, path: list[str], seconds: int
) -> None:
    shift = timedelta(seconds=seconds)
    rows, touches = story(amount_fen, [1]), touched(path)
    versions = [replace(each, starts_at=each.starts_at + shift, ends_at=each.ends_at + shift)
                for each in VERSIONS]  # fmt: skip
    moved = credited(
        [replace(row, paid_at=row.paid_at + shift) for row in rows],
        versions,
        [replace(touch, occurred_at=touch.occurred_at + shift) for touch in touches],
    )
    assert moved == credited(rows, VERSIONS, touches)


@given(paths, st.integers(31, 60), st.sampled_from(["a", ""]))
def test_a_touch_before_every_lookback_or_after_the_payment_says_nothing(
    path: list[str], days: int, code: str
) -> None:
    rows, touches = story(1000, [300]), touched(path)
    old = Touch(code, START - timedelta(days=days), source_id="old")
    late = Touch(code, START + timedelta(microseconds=1), source_id="late")
    assert credited(rows, VERSIONS, [old, *touches, late]) == credited(rows, VERSIONS, touches)


def test_a_refund_is_divided_by_the_fen_that_its_sale_gave_not_by_the_weights_again() -> None:
    # 5 fen over the weights 1 and 2 give 2 and 3; 4 fen back over 2 and 3 take 2 and 2.
    assert earned(judged(story(5, [4]), ["a", "b", "b"]), "linear") == {
        "a": [2, 0],
        "b": [3, 1],
        "c": [0, 0],
    }
