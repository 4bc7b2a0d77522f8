"""How a seller code (商家编码) is written, wherever it is stored or looked up."""

from __future__ import annotations

import unicodedata


def normalised_seller_code(text: str) -> str:
    """Return a seller code as it is stored: NFKC, upper-case, without any blank or tab.

    Platforms wrap codes in tabs and people type them in full width; an empty result means
    that there is no code.

    >>> normalised_seller_code(" qdn－ls-001\\t")
    'QDN-LS-001'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
