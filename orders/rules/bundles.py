"""Split a sold bundle to its parts. Pure; fen and grams (docs/decisions/0006-counting.md)."""

from __future__ import annotations

from collections.abc import Sequence

from common.money import split_fen
from orders.rules.ledger_rows import Amounts
from orders.rules.settlement import Shares, returned_shares, subsidy_shares


def split_sold(sold: Amounts, weights: Sequence[int]) -> list[Amounts]:
    """Split what a bundle line sold for to its parts, by largest remainder.

    `weights` are quantity times reference price of each part; where all are zero the parts
    weigh the same. Money adds up column by column, each part's consumer money and subsidies to
    its amount. Quantity and weight are not split: the caller knows the packs.
    """
    weights = weights if any(weights) else [1] * len(weights)
    if sold.excluded_fen:
        return [Amounts(excluded_fen=fen) for fen in split_fen(sold.excluded_fen, weights)]
    amounts = split_fen(sold.amount_fen, weights)
    shares = subsidy_shares(sold.subsidies, amounts)
    return [_part(fen, share) for fen, share in zip(amounts, shares, strict=True)]


def split_refunded(refunded: Amounts, parts: Sequence[Amounts]) -> list[Amounts]:
    """Split a bundle line's cumulative refund to its parts, by what each part sold for.

    Each part's share is at most what it sold for; returned subsidies as for an order's lines.
    """
    if refunded.excluded_fen:
        sizes = [part.excluded_fen for part in parts]
        return [Amounts(excluded_fen=fen) for fen in split_fen(refunded.excluded_fen, sizes)]
    amounts = [part.amount_fen for part in parts]
    fens = split_fen(refunded.amount_fen, amounts)
    given = [part.subsidies for part in parts]
    returned = returned_shares(refunded.subsidies, given, amounts, fens)
    return [_part(fen, share) for fen, share in zip(fens, returned, strict=True)]


def _part(fen: int, subsidies: Shares) -> Amounts:
    subsidy = sum(part for _, part in subsidies)
    return Amounts(amount_fen=fen, consumer_paid_fen=fen - subsidy, subsidies=subsidies)
