"""Numbers of orders, payments and refunds."""

from __future__ import annotations

import secrets
from datetime import date


def new_number(day: date, *, prefix: str = "", digits: int = 12) -> str:
    """Return a number that says its day and cannot be guessed from another."""
    return f"{prefix}{day:%Y%m%d}{secrets.randbelow(10**digits):0{digits}d}"
