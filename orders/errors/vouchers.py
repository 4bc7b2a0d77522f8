"""How vouchers say no."""

from __future__ import annotations

from common.errors import DomainError


class BatchNotFound(DomainError):
    """There is no such batch or pack."""

    code = "voucher_batch_not_found"
    status = 404


class NotClaimable(DomainError):
    """The voucher cannot be claimed now, or not by this shopper; `code` says why."""

    code = "not_claimable"
    status = 409
