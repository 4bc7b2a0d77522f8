"""Path models and indices: what the definitions promise, on random path sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.paths.heuristics import heuristic_credits
from marketplace.rules.paths.markov import MarkovIndex, markov_credits, markov_index
from marketplace.rules.paths.path_sets import AGES, WEIGHTED_PATHS, PathSet, path_set
from marketplace.rules.paths.shapley import shapley_credits
from tests.marketplace import path_oracle as oracle
from tests.marketplace.path_oracle import Journey

AGELESS = [model for model in PATH_MODELS if model != "time_decay"]
names = st.sampled_from(["a", "b", "c", "d", "direct"])
touches = st.lists(names, min_size=1, max_size=7).map(tuple)
counts = st.integers(0, 5) | st.integers(0, 10**9)
journeys = st.builds(Journey, touches, counts, counts)
journey_sets = st.lists(journeys, min_size=1, max_size=8)


def frame(journeys: Iterable[Journey], ages: Sequence[Sequence[float]] | None = None) -> PathSet:
    rows = [
        (list(each.touches), each.conversions, 2.0 * each.conversions, each.nulls)
        for each in journeys
    ]
    paths = pl.DataFrame(rows, schema=WEIGHTED_PATHS, orient="row")
    if ages is not None:
        paths = paths.with_columns(pl.Series(AGES, ages, dtype=pl.List(pl.Float64)))
    return path_set(paths)


def close(found: dict[str, float], exact: dict) -> bool:
    """Say whether every figure is right to 1e-9 of itself, far smaller than the test asks."""
    return found == pytest.approx({name: float(part) for name, part in exact.items()}, rel=1e-9)


def earned(found: PathSet, model: str, half_life_days: float = 7.0) -> dict[str, float]:
    credited = heuristic_credits(found, model, half_life_days)
    return {name: credit.conversions for name, credit in credited.items()}


def index_of(journeys: Iterable[Journey]) -> MarkovIndex:
    return markov_index(frame(journeys))


class TestHeuristics:
    @given(journey_sets, st.sampled_from(AGELESS))
    def test_every_model_is_what_its_definition_says(
        self, journeys: list[Journey], model: str
    ) -> None:
        assert close(earned(frame(journeys), model), oracle.credits_of(journeys, model))

    @given(touches, st.data())
    def test_time_decay_halves_per_half_life(
        self, path: tuple[str, ...], data: st.DataObject
    ) -> None:
        steps = st.lists(st.integers(0, 40), min_size=len(path), max_size=len(path))
        halvings = sorted(data.draw(steps), reverse=True)
        found = frame([Journey(path)], [[3.5 * halving for halving in halvings]])
        assert close(earned(found, "time_decay", 3.5), oracle.decay_weights(path, halvings))

    @given(journey_sets, st.sampled_from(AGELESS))
    def test_credits_add_up_to_all_conversions_and_their_value(
        self, journeys: list[Journey], model: str
    ) -> None:
        credited = heuristic_credits(frame(journeys), model).values()
        whole = sum(each.conversions for each in journeys)
        assert sum(each.conversions for each in credited) == pytest.approx(whole)
        assert sum(each.value for each in credited) == pytest.approx(2 * whole)

    @given(st.integers(1, 6), st.sampled_from(PATH_MODELS))
    def test_who_touches_alone_earns_all(self, repeats: int, model: str) -> None:
        found = frame([Journey(("a",) * repeats, 3)], [[float(age) for age in range(repeats)]])
        assert earned(found, model) == pytest.approx({"a": 3})

    @given(st.lists(names, min_size=1, max_size=2).map(tuple))
    def test_position_is_linear_on_one_touch_and_on_two(self, path: tuple[str, ...]) -> None:
        found = frame([Journey(path)])
        assert earned(found, "position") == earned(found, "linear")

    @given(touches)
    def test_direct_earns_under_last_non_direct_only_where_all_is_direct(
        self, path: tuple[str, ...]
    ) -> None:
        found = frame([Journey(path)])
        if "direct" not in path:
            assert earned(found, "last_non_direct") == earned(found, "last")
        elif set(path) != {"direct"}:
            assert earned(found, "last_non_direct")["direct"] == 0

    @given(touches)
    def test_a_path_read_backwards_swaps_first_and_last_and_keeps_position(
        self, path: tuple[str, ...]
    ) -> None:
        found, back = frame([Journey(path)]), frame([Journey(path[::-1])])
        assert earned(found, "first") == earned(back, "last")
        assert earned(found, "position") == pytest.approx(earned(back, "position"))

    @given(touches, st.lists(st.floats(0, 90), min_size=7, max_size=7))
    def test_time_decay_lies_between_last_and_linear(
        self, path: tuple[str, ...], drawn: list[float]
    ) -> None:
        ages = sorted(drawn[: len(path)], reverse=True)
        assume(all(late + 0.01 < early for early, late in pairwise(ages)))
        found = frame([Journey(path)], [ages])
        assert earned(found, "time_decay", 1e-5) == earned(found, "last")
        assert earned(found, "time_decay", 1e15) == pytest.approx(earned(found, "linear"))

    @given(st.floats(0, 90), st.floats(0, 90), st.floats(0, 90))
    def test_a_later_touch_never_earns_less_under_time_decay(
        self, one: float, other: float, rest: float
    ) -> None:
        early, late = max(one, other), min(one, other)
        before = earned(frame([Journey(("a", "b"))], [[early, rest]]), "time_decay")
        after = earned(frame([Journey(("a", "b"))], [[late, rest]]), "time_decay")
        assert after["a"] >= before["a"]

    @given(journey_sets, st.sampled_from([*AGELESS, "markov", "shapley"]))
    def test_other_names_permute_the_credits(self, journeys: list[Journey], model: str) -> None:
        other = {"a": "z", "b": "a", "c": "鱼", "d": "b", "direct": "direct"}
        renamed = [
            Journey(tuple(other[name] for name in each.touches), *each[1:]) for each in journeys
        ]
        found = _by_model(model)(frame(journeys))
        assert _by_model(model)(frame(renamed)) == pytest.approx(
            {other[name]: part for name, part in found.items()}
        )

    @given(journey_sets, st.sampled_from([*AGELESS, "markov", "shapley"]), st.randoms())
    def test_the_order_of_the_paths_and_their_repetition_mean_nothing(
        self, journeys: list[Journey], model: str, random: st.DataObject
    ) -> None:
        halves = [
            each._replace(conversions=each.conversions * 2, nulls=each.nulls * 2)
            for each in journeys
        ]
        twice = [*journeys, *journeys]
        random.shuffle(twice)
        once = _by_model(model)(frame(halves))
        assert _by_model(model)(frame(twice)) == pytest.approx(once)


class TestShapley:
    @given(journey_sets)
    def test_it_is_the_value_over_every_coalition(self, journeys: list[Journey]) -> None:
        credited = shapley_credits(frame(journeys))
        found = {name: credit.conversions for name, credit in credited.items()}
        assert close(found, oracle.shapley(journeys))

    @given(journey_sets)
    def test_it_is_linear_distinct(self, journeys: list[Journey]) -> None:
        found = frame(journeys)
        credited, alike = shapley_credits(found), heuristic_credits(found, "linear_distinct")
        for name in found.names:
            assert credited[name].conversions == pytest.approx(alike[name].conversions)
            assert credited[name].value == pytest.approx(alike[name].value)


class TestMarkov:
    @given(journey_sets)
    def test_removal_effects_are_those_of_removing_one_name_after_the_other(
        self, journeys: list[Journey]
    ) -> None:
        assume(any(each.conversions + each.nulls for each in journeys))
        found = index_of(journeys)
        assert close(found.removal_effects, oracle.removal_effects(journeys))
        assert found.p_conversion == pytest.approx(float(oracle.p_conversion(journeys)), rel=1e-9)

    @given(journey_sets)
    def test_effects_lie_between_0_and_1_and_shares_add_up_to_1(
        self, journeys: list[Journey]
    ) -> None:
        found = index_of(journeys)
        assert all(0 <= effect <= 1 for effect in found.removal_effects.values())
        if any(each.conversions for each in journeys):
            assert found.shares is not None
            assert math.fsum(found.shares.values()) == pytest.approx(1)
        else:
            assert found.shares is None
            assert set(found.removal_effects.values()) == {0}

    @given(journey_sets)
    def test_self_loops_change_nothing(self, journeys: list[Journey]) -> None:
        assume(any(each.conversions + each.nulls for each in journeys))
        effects = index_of(journeys).removal_effects
        assert close(effects, oracle.removal_effects(journeys, self_loops=False))

    @given(journey_sets)
    def test_who_separates_start_from_conversion_has_1_and_who_cannot_convert_0(
        self, journeys: list[Journey]
    ) -> None:
        effects = index_of(journeys).removal_effects
        converting = any(each.conversions for each in journeys)
        for name, effect in effects.items():
            if not _reaches(journeys, name, "(conversion)"):
                assert effect == 0
            elif converting and not _reaches(journeys, "(start)", "(conversion)", without=name):
                assert effect == pytest.approx(1)

    def test_being_on_every_converting_path_is_not_enough(self) -> None:
        effects = index_of([Journey(("c", "a")), Journey(("a", "c"))]).removal_effects
        assert effects["a"] == effects["c"] < 1

    @given(journey_sets)
    def test_all_conversions_are_divided_by_the_shares(self, journeys: list[Journey]) -> None:
        found = frame(journeys)
        credited = markov_credits(found, markov_index(found)).values()
        whole = sum(each.conversions for each in journeys)
        assert sum(each.conversions for each in credited) == pytest.approx(whole)
        assert sum(each.value for each in credited) == pytest.approx(2 * whole)

    def test_counts_of_very_different_size_lose_no_digits(self) -> None:
        journeys = [
            Journey(("a", "b"), 1, 10**15),
            Journey(("b", "a", "b", "c"), 10**15, 1),
            Journey(("c",), 1, 0),
            Journey(("a",), 0, 10**15),
        ]
        assert close(index_of(journeys).removal_effects, oracle.removal_effects(journeys))


def _by_model(model: str) -> Callable[[PathSet], dict[str, float]]:
    def found(paths: PathSet) -> dict[str, float]:
        if model == "markov":
            return markov_index(paths).removal_effects
        if model == "shapley":
            return {name: each.conversions for name, each in shapley_credits(paths).items()}
        return earned(paths, model)

    return found


def _reaches(
    journeys: Sequence[Journey], source: str, target: str, without: str | None = None
) -> bool:
    """Say whether the graph of observed transitions leads from one state to another."""
    edges = set()
    for each in journeys:
        if each.conversions + each.nulls:
            edges |= set(pairwise(["(start)", *each.touches]))
        if each.conversions:
            edges.add((each.touches[-1], "(conversion)"))
    seen, waiting = {source}, [source]
    while waiting:
        here = waiting.pop()
        for start, end in edges:
            if start == here and end not in seen and end != without:
                seen.add(end)
                waiting.append(end)
    return target in seen
