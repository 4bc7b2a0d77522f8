"""The Markov index of order 1: how many conversions would be lost without a name.

States are the start, the names, the conversion and the end without one; paths, weighted by how
often they came, give the transitions. The removal effect of a name is the part of the
conversions that pass through it: 1 - p(without it) / p, where a transition into a removed name
ends without conversion. Definition and sources: docs/decisions/0023-path-models.md.

All of them come from one elimination, because p(without c) = p - P(start reaches c) h(c) with
h(c) the chance of converting from c, and P(start reaches c) = N(start, c) / N(c, c) with N the
expected visits. The elimination never subtracts (Grassmann, Taksar, Heyman 1985), so every
number is right to about a dozen digits whatever the counts; a self-loop is never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from operator import mul

import polars as pl

from marketplace.rules.paths.path_sets import Credit, PathSet

# The elimination costs about the cube of the names: this many take some five seconds.
MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class MarkovIndex:
    """The index of a path set.

    `p_conversion`: the chance that a journey converts. `removal_effects` by name, from 0 to 1.
    `shares` add up to 1; None where every effect is 0.
    """

    p_conversion: float
    removal_effects: dict[str, float]
    shares: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class _Chain:
    """Counts of transitions: state 0 is the start, state k the name k - 1.

    `moves[i][j]` from state to state, `converting[i]` into the conversion, `leaving[i]` into
    the conversion or the end.
    """

    moves: list[list[float]]
    converting: list[float]
    leaving: list[float]


def markov_index(found: PathSet) -> MarkovIndex:
    """Return the index of a path set. Names on no path that ever came have effect 0."""
    chain = _chain(found)
    pivots = _eliminate(chain)
    chances = _chances(chain, pivots)
    visits, returns = _visits(chain, pivots), _own_visits(chain, pivots)
    p_conversion = chances[0]
    effects = dict.fromkeys(found.names, 0.0)
    if p_conversion > 0:
        for state, name in enumerate(found.names, start=1):
            passed = visits[state] * chances[state] / (returns[state] * p_conversion)
            effects[name] = min(passed, 1.0)
    whole = sum(effects.values())
    shares = {name: effect / whole for name, effect in effects.items()} if whole else None
    return MarkovIndex(p_conversion, effects, shares)


def markov_credits(found: PathSet, index: MarkovIndex) -> dict[str, Credit]:
    """Return all conversions and their value, divided by the shares of the index."""
    conversions, value = found.totals()
    shares = index.shares or dict.fromkeys(found.names, 0.0)
    return {name: Credit(share * conversions, share * value) for name, share in shares.items()}


def _chain(found: PathSet) -> _Chain:
    """Count the transitions of the paths, each as often as its conversions and nulls."""
    weights = found.paths[found.touches["path"]]
    came = weights["conversions"] + weights["nulls"]
    is_first = pl.col("position") == 0
    steps = found.touches.select(
        source=pl.when(is_first).then(0).otherwise(pl.col("name").shift(1) + 1),
        target=pl.col("name") + 1,
        came=came,
        converted=weights["conversions"],
        is_last=pl.col("position") == pl.col("length") - 1,
    ).filter(pl.col("came") > 0)
    size = len(found.names) + 1
    chain = _Chain([[0.0] * size for _ in range(size)], [0.0] * size, [0.0] * size)
    counted = steps.group_by("source", "target").agg(pl.col("came").sum())
    for source, target, times in counted.iter_rows():
        chain.moves[source][target] = times
    ended = steps.filter("is_last").group_by("target").agg(pl.col("came", "converted").sum())
    for state, times, converted in ended.iter_rows():
        chain.leaving[state], chain.converting[state] = times, converted
    return chain


def _eliminate(chain: _Chain) -> list[float]:
    """Take the states out from the last to the first; return what flowed out of each.

    Afterwards, for j < k, `moves[j][k]` is the flow into k over what flows out of k, and
    `moves[k][j]` the part of k's flow that goes to j: the factors of the matrix I - Q.
    """
    moves, size = chain.moves, len(chain.moves)
    pivots = [1.0] * size
    for state in range(size - 1, -1, -1):
        row = moves[state][:state]
        out = sum(row) + chain.leaving[state]
        if not out:
            continue
        pivots[state] = out
        moves[state][:state] = [flow / out for flow in row]
        converting, leaving = chain.converting[state], chain.leaving[state]
        for source in range(state):
            part = moves[source][state] / out
            if part:
                into = moves[source]
                into[state] = part
                into[:state] = [old + part * flow for old, flow in zip(into, row, strict=False)]
                chain.converting[source] += part * converting
                chain.leaving[source] += part * leaving
    return pivots


def _chances(chain: _Chain, pivots: Sequence[float]) -> list[float]:
    """Return the chance of converting from each state."""
    chances: list[float] = []
    for state, pivot in enumerate(pivots):
        onward = sum(map(mul, chain.moves[state], chances))
        chances.append(chain.converting[state] / pivot + onward)
    return chances


def _visits(chain: _Chain, pivots: Sequence[float]) -> list[float]:
    """Return the expected visits of each state from the start, over its outflow."""
    visits = [1 / pivots[0]]
    for state in range(1, len(pivots)):
        visits.append(sum(visits[source] * chain.moves[source][state] for source in range(state)))
    return visits


def _own_visits(chain: _Chain, pivots: Sequence[float]) -> list[float]:
    """Return the expected visits of each state from itself, over its outflow."""
    size = len(pivots)
    into = [[chain.moves[source][state] for source in range(state)] for state in range(size)]
    onward = _unrolled([chain.moves[state][:state] for state in range(size)])
    back = _unrolled(into)
    return [
        sum(a * b / pivot for a, b, pivot in zip(onward[state], back[state], pivots, strict=False))
        for state in range(size)
    ]


def _unrolled(factor: list[list[float]]) -> list[list[float]]:
    """Return the inverse of I - T for a strictly lower triangle T: its rows up to the diagonal."""
    rows: list[list[float]] = []
    for state, parts in enumerate(factor):
        row = [0.0] * state + [1.0]
        for before in compress(range(state), parts):
            part = parts[before]
            known = rows[before]
            row[: before + 1] = [old + part * flow for old, flow in zip(row, known, strict=False)]
        rows.append(row)
    return rows
