"""What a report says once corrected refunds are put in their place. Pure; fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from orders.rules.sale import ReportedLine, ReportedSale


class Correction(NamedTuple):
    """Where reports say `reported_fen` of consumer money refunded, `refunded_fen` is true."""

    reported_fen: int
    refunded_fen: int

    @property
    def undone(self) -> Correction:
        """Return the correction that leads back."""
        return Correction(self.refunded_fen, self.reported_fen)


# By line key; '' is the whole order.
Corrections = Mapping[str, Correction]


def corrected(sale: ReportedSale, corrections: Corrections) -> ReportedSale:
    """Return a report with its corrected refunds.

    Only what still says the reported figure is corrected: anything else is newer.
    """
    if not corrections:
        return sale
    whole = corrections.get("")
    if whole and sale.refunded_fen == whole.reported_fen:
        sale = replace(sale, refunded_fen=whole.refunded_fen)
    if sale.lines is None or not any(corrections.get(line.line_key) for line in sale.lines):
        return sale
    lines = tuple(_line(line, corrections.get(line.line_key)) for line in sale.lines)
    lowered = _refunded(sale.lines) - _refunded(lines)
    return replace(sale, lines=lines, refunded_fen=sale.refunded_fen - lowered)


def _line(line: ReportedLine, correction: Correction | None) -> ReportedLine:
    stated = line.stated
    if correction is None or stated is None or stated.refunded_fen != correction.reported_fen:
        return line
    return replace(line, stated=replace(stated, refunded_fen=correction.refunded_fen))


def _refunded(lines: tuple[ReportedLine, ...]) -> int:
    return sum(line.stated.refunded_fen for line in lines if line.stated)
