"""Lower a refund that was reported too high, and take that back (退款更正)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from operations.services.reviewing import (
    approve,
    confirm_revocation,
    mark_made,
    record_making,
)
from orders.errors import AlreadyDecided, EvidenceMissing, RefundMoved, RefundNotLower
from orders.models import EvidenceFile, Order, RefundCorrection
from orders.services.exclusions import check_counted, check_line
from orders.services.recording.restating import restate_orders


@transaction.atomic
def propose_refund_correction(
    *,
    order: Order,
    line_key: str = "",
    refunded_fen: int,
    reason: str,
    papers: Iterable[EvidenceFile] = (),
    actor: User | None,
) -> RefundCorrection:
    """Prepare to lower the cumulative refund (consumer money, fen) of an order or a line.

    An order whose source states refunds line by line is corrected line by line, every other one
    as a whole. Raises EvidenceMissing, OrderNotCounted, UnknownLine, RefundNotLower, and
    AlreadyDecided where a correction is prepared or in force.
    """
    if not reason.strip():
        raise EvidenceMissing(_("请说明更正的原因。"))
    check_counted(order)
    line_key = check_line(order, line_key)
    standing = RefundCorrection.objects.filter(order=order, line_key=line_key)
    if standing.exclude(state__in=["returned", "revoked"]).exists():
        raise AlreadyDecided(_("这一订单（行）已有退款更正，请先处理它。"))
    reported = _reported(order, line_key)
    if not 0 <= refunded_fen < reported:
        raise RefundNotLower(_("更正后的退款必须低于已入库的退款，且不低于零。"))
    row = RefundCorrection(
        order=order,
        line_key=line_key,
        reported_fen=reported,
        refunded_fen=refunded_fen,
        reason=reason.strip()[:500],
    )
    mark_made(row, actor)
    row.save()
    row.papers.set(papers)
    record_making(row)
    return row


def approve_refund_correction(row: RefundCorrection, actor: User | None) -> RefundCorrection:
    """Put a correction in force: the refund is reversed and stated again, lower.

    Raises ReviewRefused, MakerMayNotCheck, RefundMoved.
    """
    return approve(row, actor, _apply)


def confirm_refund_correction_revocation(
    row: RefundCorrection, actor: User | None
) -> RefundCorrection:
    """Take a correction back: what was reported stands again."""
    return confirm_revocation(row, actor, _restate)


def _reported(order: Order, line_key: str) -> int:
    """Return what is reported to be refunded of an order or a line: 0 where nothing is stated."""
    stated = order.lines.exclude(stated_refund_fen=None)
    if line_key:
        line = stated.filter(line_key=line_key).first()
        return (line.stated_refund_fen or 0) if line else 0
    if stated.exists():
        return 0
    reported = order.reported_refund_fen
    return order.refunded_fen if reported is None else reported


def _apply(row: RefundCorrection) -> None:
    order = Order.objects.get(pk=row.order_id)
    check_counted(order)
    if _reported(order, row.line_key) != row.reported_fen:
        raise RefundMoved(_("退款已有新的报送，请按最新金额重新提交更正。"))
    _restate(row)


def _restate(row: RefundCorrection) -> None:
    restate_orders([row.order_id], source=f"refund:{row.pk}")
