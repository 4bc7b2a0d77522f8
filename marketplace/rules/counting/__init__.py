"""Official counting: what is asked, what is counted, and how it adds up.

Pure. Source: docs/decisions/0006-counting.md and docs/decisions/0014-counting-figures.md.
"""

from marketplace.rules.counting.asked import (
    CASH,
    COHORT,
    COUNTING_VIEWS,
    PREFECTURE,
    Asked,
    Scope,
)
from marketplace.rules.counting.breakdowns import Breakdown, Kinds, Row, break_down
from marketplace.rules.counting.cutoffs import (
    Cells,
    CountedCell,
    contained_lines,
    counted_cells,
    cuts_of,
    figure_of,
    governing_openings,
    monthly_with,
    undivided_pairings,
)
from marketplace.rules.counting.declared import (
    LinesBeside,
    Monthly,
    Opening,
    Standing,
    Status,
    Superseded,
    superseded_rows,
)
from marketplace.rules.counting.figures import Figure, Sales
from marketplace.rules.counting.lines import LineCell, Span, is_paired_throughout

__all__ = [
    "CASH",
    "COHORT",
    "COUNTING_VIEWS",
    "PREFECTURE",
    "Asked",
    "Breakdown",
    "Cells",
    "CountedCell",
    "Figure",
    "Kinds",
    "LineCell",
    "LinesBeside",
    "Monthly",
    "Opening",
    "Row",
    "Sales",
    "Scope",
    "Span",
    "Standing",
    "Status",
    "Superseded",
    "break_down",
    "contained_lines",
    "counted_cells",
    "cuts_of",
    "figure_of",
    "governing_openings",
    "is_paired_throughout",
    "monthly_with",
    "superseded_rows",
    "undivided_pairings",
]
