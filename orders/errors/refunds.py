"""How after-sales says no."""

from __future__ import annotations

from common.errors import DomainError


class RefundRefused(DomainError):
    """What was asked for cannot be refunded; `code` says why."""

    code = "refund_not_possible"
    status = 422


class RefundNotFound(DomainError):
    """The order has no such refund."""

    code = "refund_not_found"
    status = 404


class RefundDecided(DomainError):
    """The refund was decided or withdrawn already."""

    code = "refund_decided"
    status = 409


class RefundAboveLimit(DomainError):
    """The amount is above what the person may approve."""

    code = "refund_above_limit"
    status = 403
