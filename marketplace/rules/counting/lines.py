"""Order lines as the ledger's one statement gives them, and the pairings they are sorted by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from marketplace.rules.counting.asked import Scope
from marketplace.rules.counting.figures import Sales


class Span(NamedTuple):
    """The days on which a district is paired with a county, both included."""

    scope: Scope
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class LineCell:
    """The order lines that share every code.

    `stretch` counts the opening cut-offs that lie before them: they happened after the first
    `stretch` cut-offs and up to the next one, whichever day the view places them on. `month` is
    that of the view, "2020-05".
    """

    scope: Scope
    is_paired: bool
    channel_class: str
    channel_kind: str
    purchase_mode: str
    month: str
    stretch: int
    sales: Sales


def is_paired_throughout(spans: Iterable[Span], scope: Scope, first: date, last: date) -> bool:
    """Say whether a pairing is valid on every day of a period.

    A declared amount cannot be divided over days, so a period that a pairing covers only in
    part is not the pairing's.
    """
    day = first
    own = sorted((span for span in spans if span.scope == scope), key=lambda span: span.first)
    for span in own:
        if span.first > day:
            return False
        if span.last is None or span.last >= last:
            return True
        day = max(day, span.last + timedelta(days=1))
    return False
