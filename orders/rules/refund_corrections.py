"""What a report comes to once corrected refunds are put in their place. Pure; fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from orders.rules.sale import ReportedLine, ReportedSale


class Correction(NamedTuple):
    """Where reports say `reported_fen` of consumer money refunded, `refunded_fen` is true."""

    reported_fen: int
    refunded_fen: int


# By line key; '' is the whole order.
Corrections = Mapping[str, Correction]


def corrected(
    sale: ReportedSale, lines: Sequence[ReportedLine], corrections: Corrections
) -> tuple[ReportedSale, Sequence[ReportedLine]]:
    """Return a report and all lines of its order with corrected refunds.

    Only what still says the reported figure is corrected: anything else is newer.
    """
    if not corrections:
        return sale, lines
    whole = corrections.get("")
    if whole and sale.refunded_fen == whole.reported_fen:
        sale = replace(sale, refunded_fen=whole.refunded_fen)
    lowered = [_line(line, corrections.get(line.line_key)) for line in lines]
    less = _refunded(lines) - _refunded(lowered)
    return (replace(sale, refunded_fen=sale.refunded_fen - less) if less else sale), lowered


def _line(line: ReportedLine, correction: Correction | None) -> ReportedLine:
    stated = line.stated
    if correction is None or stated is None or stated.refunded_fen != correction.reported_fen:
        return line
    return replace(line, stated=replace(stated, refunded_fen=correction.refunded_fen))


def _refunded(lines: Sequence[ReportedLine]) -> int:
    return sum(line.stated.refunded_fen for line in lines if line.stated)
