"""Decide that an order or a line is not counted, and take that back (剔除)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from operations.selectors.reviewed import in_force
from operations.services.reviewing import (
    approve,
    confirm_revocation,
    mark_made,
    record_making,
)
from orders.errors import AlreadyDecided, EvidenceMissing, OrderNotCounted, UnknownLine
from orders.models import EvidenceFile, ExclusionDecision, LinkedOrders, Order, SalesEntry
from orders.rules.line_keys import PLACEHOLDER_KEY
from orders.services.recording.restating import restate_orders


@transaction.atomic
def propose_exclusion(
    *,
    order: Order,
    line_key: str,
    reason: str,
    evidence: str,
    papers: Iterable[EvidenceFile] = (),
    actor: User | None,
) -> ExclusionDecision:
    """Prepare a decision not to count an order (`line_key` '') or one of its lines.

    Raises EvidenceMissing, OrderNotCounted for an order without ledger rows, UnknownLine, and
    AlreadyDecided where a decision on the same line is prepared or in force.
    """
    if not evidence.strip():
        raise EvidenceMissing(_("请说明剔除的依据。"))
    check_counted(order)
    line_key = check_line(order, line_key)
    standing = ExclusionDecision.objects.filter(order=order, line_key=line_key)
    if standing.exclude(state__in=["returned", "revoked"]).exists():
        raise AlreadyDecided(_("这一订单（行）已有剔除决定，请先处理它。"))
    row = ExclusionDecision(
        order=order,
        line_key=line_key,
        reason=ExclusionDecision.Reason(reason).value,
        evidence=evidence.strip()[:500],
    )
    mark_made(row, actor)
    row.save()
    row.papers.set(papers)
    record_making(row)
    return row


def approve_exclusion(row: ExclusionDecision, actor: User | None) -> ExclusionDecision:
    """Put a decision in force: the line's ledger rows are reversed and stated as excluded.

    Raises ReviewRefused, MakerMayNotCheck, OrderNotCounted.
    """
    return approve(row, actor, _put_in_force)


def confirm_exclusion_revocation(row: ExclusionDecision, actor: User | None) -> ExclusionDecision:
    """Take a decision back: the line counts again.

    Raises ReviewRefused, MakerMayNotCheck, and AlreadyDecided for the exclusion of a confirmed
    duplicate, which is taken back there.
    """
    if LinkedOrders.objects.filter(in_force(), exclusion=row).exists():
        raise AlreadyDecided(_("这项剔除来自“疑似同一笔销售”，请在那里撤销。"))
    return confirm_revocation(row, actor, apply_exclusion)


def _put_in_force(row: ExclusionDecision) -> None:
    check_counted(row.order)
    apply_exclusion(row)


def apply_exclusion(row: ExclusionDecision) -> None:
    """Bring the order's ledger to what the decisions in force say now."""
    restate_orders([row.order_id], source=f"exclusion:{row.pk}")


def check_counted(order: Order) -> None:
    """Raise OrderNotCounted unless the order stands in the ledger."""
    if order.is_withdrawn or not SalesEntry.objects.filter(order=order).exists():
        raise OrderNotCounted(
            _("订单“%(number)s”没有计入台账，无需处理。") % {"number": order.number}
        )


def check_line(order: Order, line_key: str) -> str:
    """Return the key that a decision keeps. Raises UnknownLine unless it is '' or names a line.

    The placeholder of an order without detail stands for the whole order: it goes when the
    detail comes.
    """
    if line_key == PLACEHOLDER_KEY:
        return ""
    if line_key and not order.lines.filter(line_key=line_key).exists():
        raise UnknownLine(
            _("订单“%(number)s”没有这一行：%(line)s") % {"number": order.number, "line": line_key}
        )
    return line_key
