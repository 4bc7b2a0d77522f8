"""Orders that may be the same sale in two channels: suspect, decide, take back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from operations.models import ReviewState
from operations.selectors.reviewed import in_force
from operations.services.bulk import fetch_columns
from operations.services.reviewing import (
    approve,
    confirm_revocation,
    mark_made,
    record_making,
    reopen,
)
from orders.errors import AlreadyDecided, SameOrder
from orders.models import ExclusionDecision, LinkedOrders, Order
from orders.services.exclusions import apply_exclusion, check_counted

# The order recorded first stays; the other one is the duplicate.
_PAIRS = (
    "SELECT a.id, b.id FROM orders_order a "
    "JOIN orders_order b ON {how} AND b.sales_point_id <> a.sales_point_id AND b.id > a.id "
    "{joins} WHERE a.paid_at >= %s AND a.paid_at < %s AND b.paid_at IS NOT NULL "
    "AND NOT a.is_withdrawn AND NOT b.is_withdrawn {also} ORDER BY a.id, b.id"
)
_SAME_NUMBER = _PAIRS.format(how="b.number = a.number", joins="", also="")
_SAME_CONTACT = _PAIRS.format(
    how="b.goods_fen = a.goods_fen",
    joins=(
        "JOIN orders_contact ca ON ca.order_id = a.id AND ca.phone_index <> '' "
        "JOIN orders_contact cb ON cb.order_id = b.id AND cb.phone_index = ca.phone_index"
    ),
    also="AND b.paid_at >= %s AND b.paid_at < %s",
)


@transaction.atomic
def suspect_linked_orders(first_day: date, last_day: date) -> int:
    """List, as drafts, pairs of orders paid on these days that look like one sale.

    Same order number at two sales points, or the same phone, goods amount and day of payment.
    Both days are included. Pairs that are listed already stay as they are. Returns how many
    are new.
    """
    start, end = clock.window_of_days(first_day, last_day)
    found = [(*pair, "same_number") for pair in fetch_columns(_SAME_NUMBER, [start, end])]
    contacts = fetch_columns(_SAME_CONTACT, [start, end, start, end])
    paid_on = {
        pk: clock.business_day(paid_at)
        for pk, paid_at in Order.objects.filter(
            pk__in={pk for pair in contacts for pk in pair}
        ).values_list("pk", "paid_at")
        if paid_at is not None
    }
    found += [(a, b, "same_contact") for a, b in contacts if paid_on[a] == paid_on[b]]
    known = set(LinkedOrders.objects.values_list("order_id", "duplicate_id"))
    fresh: dict[tuple[int, int], str] = {}
    for order_id, duplicate_id, ground in found:
        if (order_id, duplicate_id) not in known:
            fresh.setdefault((order_id, duplicate_id), ground)
    LinkedOrders.objects.bulk_create(
        LinkedOrders(order_id=a, duplicate_id=b, ground=ground) for (a, b), ground in fresh.items()
    )
    return len(fresh)


@transaction.atomic
def state_link(*, order: Order, duplicate: Order, note: str, actor: User | None) -> LinkedOrders:
    """Prepare the statement that two orders are one sale; `duplicate` will not be counted.

    Raises SameOrder, OrderNotCounted, AlreadyDecided.
    """
    if order.pk == duplicate.pk:
        raise SameOrder(_("请选择两个不同的订单。"))
    check_counted(order)
    check_counted(duplicate)
    pair = {order.pk, duplicate.pk}
    listed = LinkedOrders.objects.filter(order_id__in=pair, duplicate_id__in=pair)
    if listed.exclude(state=ReviewState.REVOKED).exists():
        raise AlreadyDecided(_("这两个订单已在名单中，请处理已有的一行。"))
    row = listed.filter(order=order).first() or LinkedOrders(order=order, duplicate=duplicate)
    row.ground, row.note, row.exclusion = LinkedOrders.Ground.STATED, note[:300], None
    reopen(row)
    mark_made(row, actor)
    row.save()
    record_making(row)
    return row


def approve_link(row: LinkedOrders, actor: User | None) -> LinkedOrders:
    """Confirm that two orders are one sale: the duplicate is excluded by a decision of its own.

    Raises ReviewRefused, MakerMayNotCheck, OrderNotCounted, AlreadyDecided.
    """
    return approve(row, actor, _exclude_duplicate)


def confirm_link_revocation(row: LinkedOrders, actor: User | None) -> LinkedOrders:
    """Take the confirmation back: the duplicate counts again."""
    return confirm_revocation(row, actor, _count_again)


def _exclude_duplicate(row: LinkedOrders) -> None:
    check_counted(row.order)
    check_counted(row.duplicate)
    kept = ExclusionDecision.objects.filter(in_force(), order=row.order, line_key="")
    if kept.exists():
        raise AlreadyDecided(_("保留的订单本身已被剔除，请改选保留另一订单。"))
    standing = ExclusionDecision.objects.filter(order=row.duplicate, line_key="")
    if standing.exclude(state__in=[ReviewState.RETURNED, ReviewState.REVOKED]).exists():
        raise AlreadyDecided(_("重复的订单已有剔除决定，请先处理它。"))
    decision = ExclusionDecision.objects.create(
        order=row.duplicate,
        reason=ExclusionDecision.Reason.DUPLICATE,
        evidence=_("与订单“%(number)s”为同一笔销售。") % {"number": row.order.number},
        state=ReviewState.APPROVED,
        made_by=row.made_by,
        made_at=row.made_at,
        checked_by=row.checked_by,
        checked_at=row.checked_at,
    )
    row.exclusion = decision
    row.save(update_fields=["exclusion"])
    apply_exclusion(decision)


def _count_again(row: LinkedOrders) -> None:
    decision = row.exclusion
    if decision is None or not decision.is_in_force:
        return
    decision.state = ReviewState.REVOKED
    decision.revoked_by, decision.revoked_at = row.revoked_by, row.revoked_at
    decision.revoke_reason = row.revoke_reason
    decision.revocation_checked_by = row.revocation_checked_by
    decision.revocation_checked_at = row.revocation_checked_at
    decision.save()
    apply_exclusion(decision)
