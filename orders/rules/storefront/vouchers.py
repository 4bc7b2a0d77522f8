"""What a voucher takes off a basket, and how its code is written. Pure."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from common.money import split_fen

WHOLE_BP = 10_000
# Without I, O, 0 and 1: people read codes to each other.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_SIGNS = 12
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


class Unusable(StrEnum):
    """Why a voucher takes nothing off a basket."""

    UNKNOWN = "voucher_unknown"
    USED = "voucher_used"
    EXPIRED = "voucher_expired"
    PAUSED = "voucher_paused"
    BUDGET_SPENT = "budget_spent"
    USED_TODAY = "uses_per_day_reached"
    OUT_OF_SCOPE = "no_goods_in_scope"
    BELOW_THRESHOLD = "below_threshold"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a batch promises. Money in fen; empty scopes do not restrict."""

    face_fen: int
    off_bp: int
    cap_fen: int
    threshold_fen: int
    product_codes: frozenset[str]
    county_codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of a basket, as a voucher looks at it."""

    sku_code: str
    product_code: str
    county_code: str
    amount_fen: int


def worth(terms: Terms, basket: Sequence[Goods]) -> dict[str, int] | Unusable:
    """Return what a voucher takes off each line in scope, by SKU code, or why it takes nothing.

    Largest remainder by amount; the odd fen goes to the first lines by SKU code.
    """
    inside = sorted(
        (
            goods
            for goods in basket
            if goods.amount_fen
            and (not terms.product_codes or goods.product_code in terms.product_codes)
            and (not terms.county_codes or goods.county_code in terms.county_codes)
        ),
        key=lambda goods: goods.sku_code.encode(),
    )
    if not inside:
        return Unusable.OUT_OF_SCOPE
    whole = sum(goods.amount_fen for goods in inside)
    if whole < terms.threshold_fen:
        return Unusable.BELOW_THRESHOLD
    percent = min(terms.cap_fen, whole * terms.off_bp // WHOLE_BP)
    discount = terms.face_fen or percent
    if discount == 0:
        return Unusable.BELOW_THRESHOLD
    parts = split_fen(discount, [goods.amount_fen for goods in inside])
    return {goods.sku_code: part for goods, part in zip(inside, parts, strict=True)}


def by_funder(terms_shares: Sequence[tuple[str, int]], fen: int) -> tuple[tuple[str, int], ...]:
    """Return who bears an amount: (funder, fen), ascending, without those who bear nothing."""
    parts = split_fen(fen, [bp for _funder, bp in terms_shares])
    return tuple(
        (funder, part) for (funder, _bp), part in zip(terms_shares, parts, strict=True) if part
    )


def shares_of(stated: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return a batch's shares in their order."""
    return tuple(sorted(stated.items()))


def normalised_code(text: str) -> str:
    """Return a voucher code as it is stored, '' for what can be none.

    >>> normalised_code(" ab2c-defg-hjkm ")
    'AB2CDEFGHJKM'
    """
    folded = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).upper()
    code = "".join(sign for sign in folded if not (sign.isspace() or sign == "-"))
    return code if len(code) == CODE_SIGNS and set(code) <= set(ALPHABET) else ""


def new_code() -> str:
    """Return a code that nobody can guess: 60 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
