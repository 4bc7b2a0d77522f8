"""How the counter says no."""

from __future__ import annotations

from common.errors import DomainError


class CounterSaleConflict(DomainError):
    """The uuid was used for a sale with another content, or at another sales point."""

    code = "counter_sale_conflict"
    status = 409


class CounterSaleRefused(DomainError):
    """A line, or the whole sale, cannot be what was sold; `code` says what."""

    code = "counter_sale_refused"
    status = 422


class TendersDiffer(CounterSaleRefused):
    """What was taken is not what the lines come to."""

    code = "tenders_differ"


class SoldAtNotValid(CounterSaleRefused):
    """The sale is dated in the future, or longer ago than a gap in the network lasts."""

    code = "sold_at_not_valid"
