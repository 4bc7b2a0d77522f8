"""By what words a source names goods that it gives no known seller code for."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple


class Goods(NamedTuple):
    """The words of a line: seller code, title and attributes, exactly as recorded."""

    seller_code: str
    title: str
    attributes: str


def goods_key(goods: Goods) -> str:
    """Return the hash of the three, 64 hex characters.

    >>> goods_key(Goods("a", "b", "")) == goods_key(Goods("", "ab", ""))
    False
    """
    return sha256("\x1f".join(goods).encode()).hexdigest()
