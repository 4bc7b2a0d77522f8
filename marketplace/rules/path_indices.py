"""What the indices of paths say: Markov and Shapley of the campaigns of a window. Never money."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The indices of one campaign; code '' gathers the touches without campaign.

    `removal_effect`: from 0 to 1, the part of the converting journeys that would be lost.
    `markov_share`: its part of all effects. `shapley_orders`: the Shapley value, in orders;
    `shapley_share` its part. `orders`: the orders that it touched. None where nothing converts.
    """

    code: str
    name: str
    removal_effect: float | None
    markov_share: float | None
    shapley_orders: float
    shapley_share: float | None
    orders: int


@dataclass(frozen=True, slots=True)
class PathIndices:
    """The indices of a window [start, end) and the journeys behind them.

    `orders`: paid in it and standing; `orders_with_path` of them were touched by a campaign.
    `null_buyers`: touched by a campaign in it, without an order paid in it. `distinct_paths`:
    different paths among both. `names`: the largest removal effect first, then by code.
    """

    orders: int
    orders_with_path: int
    null_buyers: int
    distinct_paths: int
    names: tuple[NameIndex, ...]
