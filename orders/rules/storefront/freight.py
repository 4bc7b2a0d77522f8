"""What it costs to send goods somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tariff:
    """Freight to a region: so much for the first grams, so much for each further step.

    `region_prefix` is the beginning of a division code, '' for everywhere. From
    `free_from_fen` of goods on nothing is charged; None: never free.
    """

    region_prefix: str
    is_delivered: bool
    first_grams: int
    first_fen: int
    next_grams: int
    next_fen: int
    free_from_fen: int | None


def tariff_for(region_code: str, tariffs: Iterable[Tariff]) -> Tariff | None:
    """Return the tariff with the longest prefix of a division code, None where none fits."""
    fitting = [each for each in tariffs if region_code.startswith(each.region_prefix)]
    return max(fitting, key=lambda each: len(each.region_prefix), default=None)


def freight_fen(tariff: Tariff, *, grams: int, goods_fen: int) -> int:
    """Return the freight of a parcel.

    >>> everywhere = Tariff("", True, 1000, 800, 1000, 300, 9900)
    >>> [freight_fen(everywhere, grams=grams, goods_fen=5000) for grams in (0, 1000, 1001, 3000)]
    [800, 800, 1100, 1400]
    >>> freight_fen(everywhere, grams=3000, goods_fen=9900)
    0
    """
    if tariff.free_from_fen is not None and goods_fen >= tariff.free_from_fen:
        return 0
    beyond = max(0, grams - tariff.first_grams)
    steps = -(-beyond // tariff.next_grams)
    return tariff.first_fen + steps * tariff.next_fen
