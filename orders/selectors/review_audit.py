"""Do decisions and declarations in force still stand on what they need? For the audit."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from operations.selectors.reviewed import in_force
from orders.models import (
    DeclaredSale,
    EvidenceFile,
    ExclusionDecision,
    LinkedOrders,
    RefundCorrection,
)
from orders.rules.audit import Finding
from orders.selectors.papers import content_of

INVARIANT = "reviews"


def reviews_in_force() -> int:
    """Return how many decisions and declarations about sales are in force."""
    models = (DeclaredSale, ExclusionDecision, LinkedOrders, RefundCorrection)
    return sum(model.objects.filter(in_force()).count() for model in models)


def review_findings() -> Iterator[Finding]:
    """Check that corrected refunds hold, ledgers have papers, and papers can be read."""
    refunds = RefundCorrection.objects.filter(in_force(), line_key="", order__is_withdrawn=False)
    stale = refunds.filter(order__refunded_fen=F("reported_fen"))
    for pk in stale.order_by("pk").values_list("pk", flat=True):
        yield Finding(INVARIANT, "refund_correction_not_applied", f"refundcorrection:{pk}")
    bare = DeclaredSale.objects.filter(in_force(), kind=DeclaredSale.Kind.MONTHLY, papers=None)
    for pk in bare.order_by("pk").values_list("pk", flat=True):
        yield Finding(INVARIANT, "declared_without_paper", f"declaredsale:{pk}")
    unconfirmed = LinkedOrders.objects.filter(in_force(), exclusion=None)
    for pk in unconfirmed.order_by("pk").values_list("pk", flat=True):
        yield Finding(INVARIANT, "duplicate_still_counted", f"linkedorders:{pk}")
    for paper in EvidenceFile.objects.order_by("pk").iterator():
        if content_of(paper) is None:
            yield Finding(INVARIANT, "paper_lost", f"evidencefile:{paper.pk}")
