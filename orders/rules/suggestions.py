"""Which SKU goods may be, by their words: a ranking for a person to decide by, never a match.

Pure. Names are compared without what every shop writes; weights and counts are compared as
numbers, because "250g" and "500g" differ by two letters and are other goods.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz

from products.rules.net_content import GRAMS

# What shops put before any goods, and what a title advertises in brackets.
_SHOP_WORDS = re.compile(
    r"【[^】]*】|\[[^\]]*\]|消费扶贫|消费帮扶|寻黔记|黔东南苗侗山珍|苗侗山珍|黔东南|贵州特产|包邮"
)
_BLANKS = re.compile(r"[\W_]+")
_UNITS = {
    **{unit: ("g", grams) for unit, grams in GRAMS.items()},
    "毫升": ("ml", 1),
    "ml": ("ml", 1),
    "升": ("ml", 1000),
    "l": ("ml", 1000),
    "枚": ("枚", 1),
    "个": ("枚", 1),
    "只": ("枚", 1),
}
_PACKS = r"盒|袋|罐|瓶|包|桶|件|箱"
_MEASURE = re.compile(
    rf"(\d+(?:\.\d+)?)({'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![a-z])"
    rf"(?:[x*×](\d+))?(?:(?:{_PACKS})装?)?(?:\([^()]*\))?"
)
_COUNT = re.compile(rf"(?<![\d.])(\d{{1,2}})(?:{_PACKS})")

# The share of the words and of the measures in a score of 100.
_WORDS, _SAME_MEASURE, _NO_MEASURE = 0.8, 20.0, 10.0
_LOWEST = 40


class Measure(NamedTuple):
    """How much there is: `unit` g, ml or 枚."""

    unit: str
    amount: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A SKU with the names it is known by, what its pack holds, and its price in fen."""

    sku_id: int
    names: tuple[str, ...]
    content: str
    price_fen: int


class Suggestion(NamedTuple):
    """A SKU that goods may be; `score` from 0 to 100."""

    sku_id: int
    score: int


class Prepared(NamedTuple):
    """A candidate ready to be compared with many titles."""

    candidate: Candidate
    names: tuple[str, ...]
    measures: frozenset[Measure]


def prepare(candidates: Iterable[Candidate]) -> list[Prepared]:
    """Bring the names and contents of candidates into the form that titles are compared in."""
    return [
        Prepared(
            one,
            tuple(dict.fromkeys(filter(None, map(plain_name, one.names)))),
            measures(one.content) or measures(one.names[0]),
        )
        for one in candidates
    ]


def suggestions(
    title: str, attributes: str, price_fen: int, candidates: Sequence[Prepared], *, most: int = 5
) -> list[Suggestion]:
    """Return the likeliest SKUs of goods, best first; of equal ones the nearest in price.

    `price_fen` is of one piece. What the attributes say of the pack goes before the title.
    """
    name = plain_name(title)
    stated = measures(attributes) or measures(title)
    ranked = []
    for one in candidates:
        score = round(_WORDS * _alike(name, one.names) + _fits(stated, one.measures))
        if score >= _LOWEST:
            ranked.append((-score, abs(one.candidate.price_fen - price_fen), one.candidate.sku_id))
    return [Suggestion(sku_id, -negative) for negative, _price, sku_id in sorted(ranked)[:most]]


def plain_name(text: str) -> str:
    """Return a title without shop words, measures, signs and blanks, in lower case.

    >>> plain_name("【消费扶贫】寻黔记 雷山银球茶 250g*2盒")
    '雷山银球茶'
    """
    folded = _folded(text)
    return _BLANKS.sub("", _COUNT.sub("", _MEASURE.sub("", _SHOP_WORDS.sub("", folded))))


def measures(text: str) -> frozenset[Measure]:
    """Return how much a title or pack says there is, packs multiplied.

    >>> sorted(measures("茶叶礼盒 125g×4"))
    [Measure(unit='g', amount=500.0)]
    """
    folded = "".join(_folded(text).split())
    packs = int(found[1]) if (found := _COUNT.search(_MEASURE.sub("", folded))) else 1
    return frozenset(
        Measure(_UNITS[unit][0], float(amount) * _UNITS[unit][1] * int(times or packs or 1))
        for amount, unit, times in _MEASURE.findall(folded)
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _alike(name: str, names: Sequence[str]) -> float:
    """Return how well the best of a SKU's names is found in a title, 0 to 100."""
    return max(
        (0.75 * fuzz.partial_ratio(one, name) + 0.25 * fuzz.ratio(one, name) for one in names),
        default=0.0,
    )


def _fits(stated: frozenset[Measure], known: frozenset[Measure]) -> float:
    if not stated or not known:
        return _NO_MEASURE
    return _SAME_MEASURE if stated & known else 0.0
