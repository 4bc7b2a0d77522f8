"""One act for the doors: read a ledger's file and state it, or only say what would come of it."""

from __future__ import annotations

from pathlib import Path

from orders.intake.monthly.reading import read_ledger
from orders.models import DeclaredSale
from orders.services.monthly_ledgers import HandedIn, preview_ledger, state_ledger


def hand_in_ledger(
    path: Path, handed_in: HandedIn, *, is_preview: bool = False
) -> list[DeclaredSale]:
    """State every row of a monthly ledger; a preview keeps nothing.

    Raises subclasses of FileRefused, and what `state_ledger` raises.
    """
    ledger = read_ledger(path)
    return (preview_ledger if is_preview else state_ledger)(ledger, path, handed_in)
