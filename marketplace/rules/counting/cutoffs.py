"""What an opening figure contains is not added again: which cells count in a scope.

An opening figure (期初) is everything of its scope up to its cut-off. In a scope the widest
opening figure governs; narrower ones inside it are its 其中 and never added to it. Sources:
docs/decisions/0014-counting-figures.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.rules.counting.asked import PREFECTURE, Asked, Scope
from marketplace.rules.counting.declared import Monthly, Opening, Status, status_of
from marketplace.rules.counting.figures import Figure, Sales
from marketplace.rules.counting.lines import LineCell, Span


@dataclass(frozen=True, slots=True)
class Cells:
    """Everything a report counts from: order lines, monthly ledgers, openings, pairings.

    `openings` holds the newest of each scope, none in a report that has a first day.
    """

    asked: Asked
    lines: tuple[LineCell, ...]
    monthly: tuple[Monthly, ...]
    openings: Mapping[Scope, Opening]
    spans: tuple[Span, ...]

    @property
    def cuts(self) -> list[date]:
        """Return the cut-offs that `LineCell.stretch` counts."""
        return cuts_of(self.openings.values())


@dataclass(frozen=True, slots=True)
class CountedCell:
    """A part of a figure with the codes that reports break down by, '' where it has none."""

    scope: Scope
    is_paired: bool
    figure: Figure
    channel_class: str = ""
    channel_kind: str = ""
    purchase_mode: str = ""
    month: str = ""
    is_opening: bool = False


def cuts_of(openings: Iterable[Opening]) -> list[date]:
    """Return the cut-offs of opening figures, each once, ascending."""
    return sorted({opening.cutoff for opening in openings})


def counted_cells(cells: Cells, scope: Scope) -> tuple[CountedCell, ...]:
    """Return what counts in a scope; the sum over it is the scope's figure."""
    cuts = cells.cuts
    counted = [
        CountedCell(
            line.scope,
            line.is_paired,
            Figure(lines=line.sales),
            line.channel_class,
            line.channel_kind,
            line.purchase_mode,
            line.month,
        )
        for line in cells.lines
        if scope.holds(line.scope)
        and _is_after(line, governing(cells.openings, scope, line.scope), cuts)
    ]
    counted += [
        CountedCell(
            row.scope,
            row.is_paired,
            Figure(declared_fen=row.amount_fen),
            row.channel_class,
            "",
            row.purchase_mode,
            row.month,
        )
        for row in monthly_with(cells, scope, Status.COUNTED)
    ]
    for opening in governing_openings(cells, scope):
        counted += _parts(cells, opening, opening.cutoff)
    return tuple(counted)


def figure_of(counted: Iterable[CountedCell]) -> Figure:
    """Add up counted cells."""
    return sum((cell.figure for cell in counted), start=Figure())


def monthly_with(cells: Cells, scope: Scope, status: Status) -> list[Monthly]:
    """Return the monthly ledgers of a scope that have a status in its report."""
    found = []
    for row in cells.monthly:
        opening = governing(cells.openings, scope, row.scope)
        cutoff = opening.cutoff if opening else None
        if scope.holds(row.scope) and status_of(row, cells.asked, cutoff) is status:
            found.append(row)
    return found


def contained_lines(cells: Cells, scope: Scope) -> Sales:
    """Return the order lines that a scope's opening figures contain already."""
    cuts = cells.cuts
    found = Sales()
    for line in cells.lines:
        opening = governing(cells.openings, scope, line.scope)
        if scope.holds(line.scope) and not _is_after(line, opening, cuts):
            found += line.sales
    return found


def undivided_pairings(cells: Cells) -> Figure:
    """Return the sales of pairings that a wider opening figure holds undivided.

    A pairing without an opening figure of its own has its sales up to the wider one's cut-off
    in its own report, and not in its row of the prefecture's.
    """
    cuts, found = cells.cuts, Figure()
    for line in cells.lines:
        opening = governing(cells.openings, PREFECTURE, line.scope)
        if line.is_paired and line.scope not in cells.openings:
            found += Figure() if _is_after(line, opening, cuts) else Figure(lines=line.sales)
    for row in cells.monthly:
        opening = governing(cells.openings, PREFECTURE, row.scope)
        if opening is None or not row.is_paired or row.scope in cells.openings:
            continue
        states = [status_of(row, cells.asked, cutoff) for cutoff in (None, opening.cutoff)]
        if states[0] is Status.COUNTED and states[1] is not Status.COUNTED:
            found += Figure(declared_fen=row.amount_fen)
    return found


def governing(openings: Mapping[Scope, Opening], within: Scope, scope: Scope) -> Opening | None:
    """Return the widest opening figure inside `within` that contains a scope's sales.

    A county's own opening figure is origin-side: it governs only where that county is asked
    for, since helper-side and origin-side totals are never added.
    """
    candidates = [within]
    if scope.district:
        candidates += [Scope(scope.district), scope]
    for candidate in candidates:
        if within.holds(candidate) and candidate in openings:
            return openings[candidate]
    return None


def governing_openings(cells: Cells, scope: Scope) -> list[Opening]:
    """Return the opening figures that a scope's figure is built on, none inside another."""
    return [
        opening
        for opening in cells.openings.values()
        if scope.holds(opening.scope) and governing(cells.openings, scope, opening.scope) is opening
    ]


def _is_after(line: LineCell, opening: Opening | None, cuts: list[date]) -> bool:
    return opening is None or line.stretch > cuts.index(opening.cutoff)


def _parts(cells: Cells, opening: Opening, base: date) -> Iterator[CountedCell]:
    """Divide an opening figure, as of the cut-off `base`, by the openings inside it.

    An inner opening with another cut-off is moved to `base` by the order lines and ledgers
    that are known in between, so that its row agrees with the report of its own scope. What no
    inner opening states stays with the outer scope, undivided.
    """
    inside = [cell for child in _children(cells, opening) for cell in _parts(cells, child, base)]
    yield from inside
    # What is published of a district and a county is their pairing's, paired that day or not.
    is_pairings = bool(opening.scope.district and opening.scope.county)
    by_pairing = {True: Sales(), False: Sales()}
    by_pairing[is_pairings] += Sales(gross_fen=opening.amount_fen)
    for flag, moved in _moved(cells, opening, base):
        by_pairing[flag and is_pairings] += moved
    for cell in inside:
        by_pairing[False] -= cell.figure.opening
    for flag, sales in by_pairing.items():
        if sales != Sales():
            yield CountedCell(opening.scope, flag, Figure(opening=sales), is_opening=True)


def _children(cells: Cells, opening: Opening) -> list[Opening]:
    """Return the widest helper-side openings strictly inside another."""
    inner = {
        scope: one
        for scope, one in cells.openings.items()
        if scope != opening.scope and opening.scope.holds(scope) and scope.district
    }
    return [one for scope, one in inner.items() if governing(inner, opening.scope, scope) is one]


def _moved(cells: Cells, opening: Opening, base: date) -> Iterator[tuple[bool, Sales]]:
    """Yield what lies between an opening's own cut-off and another, by pairing; signed.

    Positive after the own cut-off, negative after the base: the sum of both is what the row
    needs so that cut-off `base` and its own give one figure.
    """
    cuts = cells.cuts
    own_at, base_at = cuts.index(opening.cutoff), cuts.index(base)
    for line in cells.lines:
        if not opening.scope.holds(line.scope):
            continue
        side = (line.stretch > own_at) - (line.stretch > base_at)
        if side:
            sales = Sales(line.sales.gross_fen, line.sales.refund_fen)
            yield line.is_paired, sales if side > 0 else Sales() - sales
    for row in cells.monthly:
        if not opening.scope.holds(row.scope):
            continue
        side = (status_of(row, cells.asked, opening.cutoff) is Status.COUNTED) - (
            status_of(row, cells.asked, base) is Status.COUNTED
        )
        if side:
            yield row.is_paired, Sales(gross_fen=side * row.amount_fen)
