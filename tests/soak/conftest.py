"""Figures of the long proofs, printed while they are proved."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.killing import is_postgresql

Figure = Callable[[str], None]


@pytest.fixture
def figure() -> Figure:
    """Return a printer of one figure; it adds the database and the seconds since the start."""
    started = time.monotonic()
    name = "PostgreSQL" if is_postgresql() else "SQLite"

    def show(text: str) -> None:
        print(f"\n  {name}: {text}, {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201

    return show
