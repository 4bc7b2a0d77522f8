"""The money identity of Taobao's order list, and the sale that follows from it.

The paid column is already net of refunds: total = paid + refund, or total = paid + refund +
what the platform paid (docs/decisions/0005). What fits neither is not guessed at.
"""

from __future__ import annotations

PLATFORM = "platform"


def subsidy_that_fits(
    total_fen: int, paid_fen: int, refund_fen: int, offered_fen: int
) -> int | None:
    """Return the platform's subsidy in the order's total; None if nothing adds up. In fen.

    `offered_fen` is what the subsidy columns state: it counts only where the total needs it.
    """
    rest = total_fen - paid_fen - refund_fen
    return rest if rest == 0 or (rest == offered_fen and rest > 0) else None
