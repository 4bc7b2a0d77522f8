"""The names of the attribution models and of their columns (design: docs/decisions/0007).

Plain values, without the engine's libraries: reports and doors read them too.
"""

from __future__ import annotations

# Models that split a sale over the path of touches that led to it; for analysts. Each is the
# prefix of its columns: `<model>_fen` on an entry, `<model>_gross_fen` and `_refund_fen` by day.
PATH_MODELS = (
    "first",
    "last",
    "last_non_direct",
    "linear",
    "linear_distinct",
    "position",
    "time_decay",
)
# Raised when the same rules and ledger come to other credits than before: the next run is full.
ENGINE_VERSION = 2
