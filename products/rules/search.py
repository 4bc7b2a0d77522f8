"""Tokens under which goods are found, and how a query is read. Pure; the same on any database.

Han text is cut into single characters and pairs; beside them stand their pinyin and its
initials. Source: docs/decisions/0030-catalogue-api.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pypinyin import Style, lazy_pinyin

# A longer query is refused (docs/decisions/0030-catalogue-api.md).
MOST_SIGNS = 64
MOST_WORDS = 5
MOST_TOKEN_SIGNS = 40
# The longest piece of a name that is found by its pinyin alone, apart from the whole name.
_MOST_SPOKEN = 4
# A county is also meant without its last sign: 雷山 is 雷山县.
_LEAST_COUNTY_SIGNS = 2

# Han characters of the basic block and of extension A; words and codes in Latin script.
_RUNS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9]+(?:-[a-z0-9]+)*")


class QueryTooLong(ValueError):
    """A query has more than `MOST_SIGNS` signs or `MOST_WORDS` words."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a query asks for: products with all of `tokens`, else with any of `fallback`.

    Both are empty where the query has no sign that could be found.
    """

    tokens: frozenset[str]
    fallback: frozenset[str]


def folded(text: str) -> str:
    """Return a text as it is compared: compatibility forms, width and case do not matter."""
    return unicodedata.normalize("NFKC", text).lower()


def weighted_tokens(texts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return every token of (text, weight) pairs with the largest weight it stands with."""
    found: dict[str, int] = {}
    for text, weight in texts:
        for token in _tokens(folded(text)):
            found[token] = max(weight, found.get(token, 0))
    return found


def read_query(text: str, county_names: Iterable[str]) -> Query:
    """Read a query: words apart, county names split off first, the rest into pairs.

    雷山茶 asks for 雷山 and 茶, in any place of the product. Raises QueryTooLong.
    """
    query = folded(text)
    if len(query) > MOST_SIGNS or len(query.split()) > MOST_WORDS:
        raise QueryTooLong
    names = _short_and_long(county_names)
    tokens: set[str] = set()
    for run in _RUNS.findall(query):
        for piece in [run] if run.isascii() else _without_counties(run, names):
            tokens.update(_asked(piece))
    pairs = {token for token in tokens if len(token) > 1}
    return Query(frozenset(tokens), frozenset(pairs or tokens))


def _tokens(text: str) -> set[str]:
    found: set[str] = set()
    for run in _RUNS.findall(text):
        if run.isascii():
            # A code is one word, and each part of it a word of its own.
            found.update(word[:MOST_TOKEN_SIGNS] for word in (run, *run.split("-")))
            continue
        found.update(run)
        found.update(_pairs(run))
        found.update(_spoken(run))
    return found


def _spoken(run: str) -> set[str]:
    """Return the pinyin of short pieces and of the whole run, and the initials of each."""
    syllables = lazy_pinyin(run, style=Style.NORMAL)
    if len(syllables) != len(run):
        return set()
    pieces = {
        (start, start + length)
        for length in range(1, _MOST_SPOKEN + 1)
        for start in range(len(run) - length + 1)
    } | {(0, len(run))}
    found = set()
    for start, end in pieces:
        piece = syllables[start:end]
        found.add("".join(piece)[:MOST_TOKEN_SIGNS])
        if end - start > 1:
            found.add("".join(syllable[0] for syllable in piece)[:MOST_TOKEN_SIGNS])
    return found


def _asked(piece: str) -> set[str]:
    if piece.isascii():
        return {piece[:MOST_TOKEN_SIGNS]}
    return {piece} if len(piece) == 1 else _pairs(piece)


def _pairs(run: str) -> set[str]:
    return {first + second for first, second in pairwise(run)}


def _short_and_long(names: Iterable[str]) -> list[str]:
    """Return names and their short forms, the longest first."""
    every = {folded(name) for name in names}
    short = {name[:-1] for name in every if len(name) > _LEAST_COUNTY_SIGNS}
    return sorted(every | short, key=lambda name: (-len(name), name))


def _without_counties(run: str, names: Iterable[str]) -> list[str]:
    """Return the pieces of a run: county names, and what stands between them."""
    for name in names:
        before, found, after = run.partition(name)
        if found:
            rest = [piece for piece in (before, after) if piece]
            return [found, *(part for piece in rest for part in _without_counties(piece, names))]
    return [run]
