"""What a row of a generic file says of money: what the consumer paid, what went back.

Pure. In fen, of the whole line. Source: docs/decisions/0004-lines-and-refunds.md.
"""

from __future__ import annotations

from typing import NamedTuple


class LineMoney(NamedTuple):
    """What went back of a line: consumer money, the subsidy with it, and whether it is all."""

    refunded_fen: int
    returned_fen: int
    is_everything: bool


def line_money(
    amount_fen: int, subsidy_fen: int, refund_fen: int, *, is_closed: bool
) -> LineMoney | None:
    """Return what went back of one line; None for a refund above what was paid.

    Everything goes back when the order is closed, when all consumer money did, and when the
    stated refund is the whole amount though the consumer paid less. Else the funder gets back
    floor(subsidy x refund / consumer paid).
    """
    consumer_fen = amount_fen - subsidy_fen
    is_everything = is_closed or (refund_fen > 0 and refund_fen in (consumer_fen, amount_fen))
    if is_everything:
        return LineMoney(consumer_fen, subsidy_fen, True)
    if refund_fen > consumer_fen:
        return None
    returned_fen = subsidy_fen * refund_fen // consumer_fen if refund_fen else 0
    return LineMoney(refund_fen, returned_fen, False)
