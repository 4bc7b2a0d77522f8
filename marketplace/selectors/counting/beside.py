"""What stands beside the figures of a scope: excluded, superseded, contained, cut in two."""

from __future__ import annotations

from collections import defaultdict

from marketplace.rules.counting import (
    Scope,
    Status,
    contained_lines,
    governing_openings,
    monthly_with,
    superseded_rows,
)
from marketplace.rules.counting_reports import Beside, Excluded
from marketplace.selectors.counting.reading import Read


def beside_of(read: Read, scope: Scope) -> Beside:
    """Return what a scope's report lists and does not add. No statement: all is read."""
    cells = read.cells
    contained = monthly_with(cells, scope, Status.CONTAINED)
    openings = [one for one in cells.openings.values() if scope.holds(one.scope)]
    governing = governing_openings(cells, scope)
    openings.sort(key=lambda one: (one not in governing, one.scope))
    return Beside(
        excluded=_excluded(read, scope),
        superseded=superseded_rows(
            monthly_with(cells, scope, Status.SUPERSEDED), read.beside, scope
        ),
        straddling=tuple(monthly_with(cells, scope, Status.STRADDLING)),
        contained=contained_lines(cells, scope),
        contained_declared_fen=sum(row.amount_fen for row in contained),
        openings=tuple(openings),
        governing=tuple(governing),
    )


def _excluded(read: Read, scope: Scope) -> tuple[Excluded, ...]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in read.excluded:
        if scope.holds(row.scope):
            sums[row.reason, row.label] += row.amount_fen
    found = [Excluded(reason, label, fen) for (reason, label), fen in sums.items() if fen]
    return tuple(sorted(found, key=lambda row: (-row.amount_fen, row.reason)))
