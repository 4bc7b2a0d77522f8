"""What an order would come to: one calculation for the quote and for the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from common.money import MAX_FEN
from orders.rules.storefront.freight import Tariff, freight_fen
from orders.rules.storefront.vouchers import Goods

MOST_LINES = 100
MOST_PIECES = 9999


class Problem(StrEnum):
    """Why something cannot be ordered."""

    UNKNOWN_SKU = "unknown_sku"
    NO_PRICE = "no_price"
    SOLD_BY_WEIGHT = "sold_by_weight"
    OUT_OF_STOCK = "out_of_stock"
    UNDELIVERABLE = "undeliverable"
    AMOUNT_TOO_LARGE = "amount_too_large"


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU as the storefront sells it today. `net_grams` 0 where the pack states no weight."""

    sku_id: int
    sku_code: str
    title: str
    price_fen: int
    price_basis_grams: int
    net_grams: int
    product_code: str
    county_code: str
    is_fresh: bool
    is_available: bool
    ships_by: date | None


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line with its price; `problems` are codes of `Problem`."""

    sku_code: str
    quantity: int
    offer: Offer | None
    problems: tuple[Problem, ...] = ()
    subsidy_fen: int = 0

    @property
    def amount_fen(self) -> int:
        """What the line costs before a voucher."""
        return self.offer.price_fen * self.quantity if self.offer else 0


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would come to now. Money in fen; `problems` are of the whole order."""

    lines: tuple[QuotedLine, ...]
    goods_fen: int
    freight_fen: int
    problems: tuple[Problem, ...] = field(default=())

    @property
    def subsidy_fen(self) -> int:
        """What a voucher takes off."""
        return sum(line.subsidy_fen for line in self.lines)

    @property
    def due_fen(self) -> int:
        """What the shopper pays."""
        return self.goods_fen + self.freight_fen - self.subsidy_fen

    @property
    def basket(self) -> tuple[Goods, ...]:
        """What can be sold of the order, as a voucher looks at it."""
        return tuple(
            Goods(line.sku_code, line.offer.product_code, line.offer.county_code, line.amount_fen)
            for line in self.lines
            if line.offer and not line.problems
        )

    def with_voucher(self, parts: Mapping[str, int]) -> Quote:
        """Return the quote with what a voucher takes off each line, by SKU code."""
        lines = tuple(replace(line, subsidy_fen=parts.get(line.sku_code, 0)) for line in self.lines)
        return replace(self, lines=lines)

    @property
    def is_orderable(self) -> bool:
        """Say whether nothing stands against the order."""
        return not self.problems and not any(line.problems for line in self.lines)


def make_quote(
    wanted: Sequence[tuple[str, int]], offers: Mapping[str, Offer], tariff: Tariff | None
) -> Quote:
    """Price wanted (SKU code, quantity) lines, each code once; no tariff means no delivery."""
    lines = tuple(
        QuotedLine(code, quantity, offers.get(code), _problems(offers.get(code)))
        for code, quantity in wanted
    )
    sellable = [line for line in lines if not line.problems]
    goods_fen = sum(line.amount_fen for line in sellable)
    grams = sum(line.offer.net_grams * line.quantity for line in sellable if line.offer)
    if tariff is None or not tariff.is_delivered:
        return Quote(lines, goods_fen, 0, (Problem.UNDELIVERABLE,))
    freight = freight_fen(tariff, grams=grams, goods_fen=goods_fen) if sellable else 0
    too_large = (Problem.AMOUNT_TOO_LARGE,) if goods_fen + freight > MAX_FEN else ()
    return Quote(lines, goods_fen, freight, too_large)


def _problems(offer: Offer | None) -> tuple[Problem, ...]:
    if offer is None:
        return (Problem.UNKNOWN_SKU,)
    if offer.price_fen == 0:
        return (Problem.NO_PRICE,)
    if offer.price_basis_grams:
        return (Problem.SOLD_BY_WEIGHT,)
    return () if offer.is_available else (Problem.OUT_OF_STOCK,)
