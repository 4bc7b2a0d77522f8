"""Which offices prepare and check, on the sales side."""

from __future__ import annotations

# Channel, stage and district decide what a sale counts for: only the prefecture sets them.
COUNTING_OFFICE = frozenset({"prefecture"})
# Who prepares and who checks what counts, each in its own reach
# (docs/decisions/0012-maker-and-checker.md).
DECIDING_OFFICES = frozenset({"prefecture", "city", "district"})
# Who brings in what was sold, each in its own reach: the offices, and the people of a shop.
IMPORTING_ROLES = DECIDING_OFFICES | {"centre_manager", "centre_clerk", "store_operator"}
