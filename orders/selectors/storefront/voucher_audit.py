"""Do a batch's counters still say what its vouchers say? Invariant I3."""

from __future__ import annotations

from django.db.models import Count, Q, Sum

from orders.models import Voucher, VoucherBatch

_COMMITTED = Q(vouchers__state__in=[Voucher.States.HELD, Voucher.States.REDEEMED])


def voucher_differences() -> list[tuple[str, str]]:
    """Return (batch code, what) where claims or money do not add up; none is right."""
    found = []
    for batch in VoucherBatch.objects.annotate(
        given=Count("vouchers__claim", distinct=True),
        taken=Sum("vouchers__discount_fen", filter=_COMMITTED),
    ).order_by("code"):
        if batch.claims != batch.given:
            found.append((batch.code, "claims"))
        if batch.committed_fen != (batch.taken or 0):
            found.append((batch.code, "commitments"))
    return found


def vouchers_given() -> int:
    """Return how many vouchers there are."""
    return Voucher.objects.count()
