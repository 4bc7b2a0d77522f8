"""The attribution engine: which campaigns a ledger row counts for, and what that changes.

Pure: frames in, frames out, no database (docs/decisions/0007). Each ledger row is judged by
its own frozen columns, so that a reversal meets the same campaigns as the row it reverses and
a refund the same as its sale. Money in fen, signed as in the ledger.
"""

from marketplace.rules.attribution.crediting import candidates, paths_of
from marketplace.rules.attribution.differing import difference
from marketplace.rules.attribution.shapes import (
    CREDIT_KEY,
    CREDIT_MONEY,
    CREDITS,
    LINES,
    PATH_MONEY,
    PATHS,
)

__all__ = [
    "CREDITS",
    "CREDIT_KEY",
    "CREDIT_MONEY",
    "LINES",
    "PATHS",
    "PATH_MONEY",
    "candidates",
    "difference",
    "paths_of",
]
