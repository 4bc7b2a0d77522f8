"""What goods sold by weight cost. Pure; fen and grams."""

from __future__ import annotations


def weighed_fen(price_fen: int, basis_grams: int, grams: int) -> int:
    """Return what `grams` cost at `price_fen` per `basis_grams`, rounded half up, once a line.

    Source: docs/decisions/0003-splitting-money.md. Raises ValueError unless the basis is above
    zero and the rest at or above it.

    >>> weighed_fen(1280, 500, 735), weighed_fen(1, 1000, 500), weighed_fen(1, 1000, 499)
    (1882, 1, 0)
    """
    if basis_grams <= 0 or grams < 0 or price_fen < 0:
        raise ValueError("weights and prices are not negative")
    return (2 * price_fen * grams + basis_grams) // (2 * basis_grams)
