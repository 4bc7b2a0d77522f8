"""Counting figures: read from the ledger and from declared rows, never from order tables.

Source: docs/decisions/0014-counting-figures.md.
"""

from marketplace.selectors.counting.asking import ask
from marketplace.selectors.counting.overview import prefecture_overview
from marketplace.selectors.counting.reading import Read, read_cells
from marketplace.selectors.counting.scorecard import scorecard

__all__ = ["Read", "ask", "prefecture_overview", "read_cells", "scorecard"]
