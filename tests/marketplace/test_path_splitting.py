"""Paths and money: integer weights and the vectorised largest remainder, against slow oracles."""

from __future__ import annotations

import json
from decimal import Decimal, localcontext
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import split_fen
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.paths.splitting import largest_remainder, tie_keys
from marketplace.rules.paths.weights import HALF_LIFE_SECONDS, ONE, decay, decay_integer, weights_of
from tests.marketplace import path_oracle as oracle

SPLITS = json.loads(
    (Path(__file__).parents[1] / "data/golden/money_split.json").read_text("utf-8")
)["cases"]
DIRECT_RANK = -1
DAY = 86_400
amounts = st.integers(-(10**12), 10**12) | st.integers(-5, 5)
weights = st.integers(0, 3) | st.integers(0, 2**60) | st.just(2**60)
ages = st.integers(0, 30 * DAY) | st.integers(0, 500 * DAY)


def split(groups: list[tuple[int, list[int]]], ties: list[list[int]]) -> list[list[int]]:
    """Split each total over its weights, all groups in one frame whose rows are mixed."""
    rows = [
        (number, total, weight, tie)
        for number, ((total, parts), keys) in enumerate(zip(groups, ties, strict=True))
        for weight, tie in zip(parts, keys, strict=True)
    ]
    frame = pl.DataFrame(
        rows,
        schema={"group": pl.Int64, "total": pl.Int64, "weight": pl.Int128, "tie": pl.UInt64},
        orient="row",
    )
    mixed = frame.with_row_index("at").reverse()
    shares = largest_remainder(mixed, total="total", weight="weight", group="group", tie="tie")
    back = mixed.with_columns(share=shares).sort("at")
    parts = back.partition_by("group", maintain_order=True)
    return [part["share"].to_list() for part in parts]


class TestGoldenSplits:
    @pytest.mark.parametrize("case", SPLITS, ids=lambda case: case["source"][:40])
    def test_one_at_a_time(self, case: dict[str, Any]) -> None:
        assert (
            split_fen(case["total"], [Fraction(each) for each in case["weights"]])
            == (case["expect"])
        )

    def test_all_at_once(self) -> None:
        whole = [[int(Fraction(each) * 10) for each in case["weights"]] for case in SPLITS]
        groups = [(case["total"], parts) for case, parts in zip(SPLITS, whole, strict=True)]
        ties = [list(range(len(parts))) for parts in whole]
        assert split(groups, ties) == [case["expect"] for case in SPLITS]


class TestLargestRemainder:
    @given(
        st.lists(
            st.tuples(amounts, st.lists(weights, min_size=1, max_size=9).filter(any)),
            min_size=1,
            max_size=6,
        ),
        st.randoms(use_true_random=False),
    )
    def test_it_is_the_rule_of_one_split_with_ties_in_their_order(
        self, groups: list[tuple[int, list[int]]], random: Any
    ) -> None:
        ties = [
            [key << 57 for key in random.sample(range(100), len(parts))] for _total, parts in groups
        ]
        for (total, parts), keys, found in zip(groups, ties, split(groups, ties), strict=True):
            order = sorted(range(len(parts)), key=lambda at: keys[at])
            expected = split_fen(total, [parts[at] for at in order])
            assert [found[at] for at in order] == expected
            assert sum(found) == total
            exact = [Fraction(total * part, sum(parts)) for part in parts]
            assert all(abs(share - wanted) < 1 for share, wanted in zip(found, exact, strict=True))

    @given(st.lists(weights, min_size=1, max_size=9).filter(any), amounts)
    def test_a_negative_amount_mirrors_the_positive(self, parts: list[int], total: int) -> None:
        ties = [list(range(len(parts)))] * 2
        found, mirrored = split([(total, parts), (-total, parts)], ties)
        assert mirrored == [-share for share in found]

    @pytest.mark.parametrize("total", [0, 1, 3, -3])
    def test_few_fen_over_many_touches_of_one_instant(self, total: int) -> None:
        whole = [9 * ONE, *[ONE] * 8]
        ties = list(range(len(whole)))
        assert split([(total, whole)], [ties]) == [split_fen(total, whole)]

    def test_the_tie_key_is_the_hash_of_order_line_and_campaign(self) -> None:
        frame = pl.DataFrame(
            {"order_number": ["订单1"], "line_key": ["1"], "campaign_code": ["mayday"]}
        )
        wanted = sha256("订单1\x1f1\x1fmayday".encode()).digest()[:8]
        assert tie_keys(frame).to_list() == [int.from_bytes(wanted, "big")]


class TestWeights:
    @given(
        st.lists(
            st.lists(st.tuples(st.integers(-1, 3), ages), min_size=1, max_size=8).filter(
                lambda path: any(rank >= 0 for rank, _age in path)
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_every_model_weighs_as_its_definition_says(
        self, paths: list[list[tuple[int, int]]]
    ) -> None:
        paths = [sorted(path, key=lambda touch: -touch[1]) for path in paths]
        rows = [
            (entry, position, rank, age)
            for entry, path in enumerate(paths)
            for position, (rank, age) in enumerate(path)
        ]
        columns = ("entry_id", "position", "rank", "age_seconds")
        frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Int64), orient="row")
        found = weights_of(frame, DIRECT_RANK)
        for entry, path in enumerate(paths):
            own = found.filter(pl.col("entry_id") == entry)
            names = ["direct" if rank == DIRECT_RANK else str(rank) for rank, _age in path]
            newest = path[-1][1]
            decayed = [decay_integer(age - newest) for _rank, age in path]
            for model in PATH_MODELS:
                weighed = {
                    "direct" if rank == DIRECT_RANK else str(rank): Fraction(weight)
                    for rank, weight in own.select("rank", model).iter_rows()
                }
                whole = sum(weighed.values())
                parts = {name: weight / whole for name, weight in weighed.items() if weight}
                if model == "time_decay":
                    wanted = _gathered(names, decayed)
                else:
                    wanted = oracle.weights(names, model)
                assert parts == {name: part for name, part in wanted.items() if part}

    @given(ages)
    def test_time_decay_is_two_to_the_minus_age_to_55_bits(self, age: int) -> None:
        with localcontext() as context:
            context.prec = 60
            true = Decimal(2) ** (-Decimal(age) / HALF_LIFE_SECONDS)
            assert abs(Decimal(decay_integer(age)) / ONE - true) <= Decimal(2) ** -55

    @given(st.lists(ages, min_size=1, max_size=20))
    def test_frames_and_single_ages_weigh_alike(self, drawn: list[int]) -> None:
        frame = pl.DataFrame({"age": drawn})
        found = frame.select(decay(pl.col("age"))).to_series().to_list()
        assert found == [decay_integer(age) for age in drawn]

    @given(ages)
    def test_a_younger_touch_never_weighs_less_and_a_half_life_halves(self, age: int) -> None:
        assert decay_integer(age) >= decay_integer(age + 1)
        assert decay_integer(age + HALF_LIFE_SECONDS) == decay_integer(age) // 2


def _gathered(names: list[str], parts: list[int]) -> dict[str, Fraction]:
    earned: dict[str, Fraction] = {}
    for name, part in zip(names, parts, strict=True):
        earned[name] = earned.get(name, Fraction(0)) + Fraction(part, sum(parts))
    return earned
