"""Refunds: asked for by the shopper, decided by a person, paid back, told to the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from common.clock import business_day, now, today
from orders.errors.refunds import RefundAboveLimit, RefundDecided, RefundNotFound, RefundRefused
from orders.models import Payment, Refund, RefundLine, StorefrontLine, StorefrontOrder
from orders.rules.storefront.numbers import new_number
from orders.rules.storefront.states import Act, State
from orders.services.payments.providers import provider_named
from orders.services.storefront.moving import move
from orders.services.storefront.reporting import report_to_ledger
from orders.services.storefront.vouchers import settle_refunded_voucher
from products.models.stock import StockMovement
from products.selectors.stock import packs_in, storefront_place
from products.services.stock import in_lock_order, move_stock, release_packs

# A shopper may ask until so long after the goods came.
CLAIM_DAYS = 7
_OPEN = (Refund.States.REQUESTED, Refund.States.REFUNDED)
_REFUNDABLE = (State.PAID, State.SHIPPED, State.RECEIVED)


@transaction.atomic
def request_refund(
    order: StorefrontOrder, *, kind: str, pieces: Mapping[int, int], reason: str
) -> Refund:
    """Ask for money back for so many pieces by line number. Raises RefundRefused.

    What is asked for is kept apart: two requests never claim the same piece. Before anything
    was sent, a request for all that is left asks for the freight too.
    """
    standing = StorefrontOrder.objects.select_for_update().get(pk=order.pk)
    lines = {line.number: line for line in standing.lines.all()}
    claims = _claims(standing)
    left = {number: line.quantity - claims[line.pk].pieces for number, line in lines.items()}
    _check(standing, kind, pieces, lines, left)
    is_all = all(left[number] == pieces.get(number, 0) for number in left)
    freight_fen = 0
    if standing.state == State.PAID and is_all and not _freight_claimed(standing):
        freight_fen = standing.freight_fen
    amounts = {
        number: _consumer_fen(lines[number], claims[lines[number].pk], many)
        for number, many in pieces.items()
    }
    if not any(amounts.values()) and not freight_fen:
        raise RefundRefused(_("没有可退的金额。"))
    refund = Refund.objects.create(
        order=standing,
        number=new_number(today(), prefix="R"),
        kind=kind,
        reason=reason,
        freight_fen=freight_fen,
        amount_fen=sum(amounts.values()) + freight_fen,
        requested_at=now(),
    )
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line=lines[number], quantity=many, amount_fen=amounts[number])
        for number, many in sorted(pieces.items())
    )
    return refund


@transaction.atomic
def withdraw_refund(order: StorefrontOrder, number: str) -> Refund:
    """Take a request back before it is decided. Raises RefundNotFound or RefundDecided."""
    refund = Refund.objects.filter(order=order, number=number).first()
    if refund is None:
        raise RefundNotFound(_("没有这个退款申请。"))
    return _decide(refund, Refund.States.WITHDRAWN)


@transaction.atomic
def refuse_refund(refund: Refund, *, decided_by: User, note: str) -> Refund:
    """Refuse a request, with a note to the shopper. Raises RefundDecided."""
    return _decide(
        refund, Refund.States.REFUSED, decided_by=decided_by, decided_at=now(), note=note
    )


@transaction.atomic
def pay_refund(
    refund: Refund, *, decided_by: User, may_exceed: bool, is_restocked: bool, note: str = ""
) -> Refund:
    """Approve a request: money goes back, the ledger hears of it, packs are free or back.

    `may_exceed` says that the person may go beyond the limit of the settings; `is_restocked`
    that returned goods came in a state to be sold again. Raises RefundAboveLimit, RefundDecided.
    """
    if refund.amount_fen > settings.REFUND_LIMIT_FEN and not may_exceed:
        raise RefundAboveLimit(_("退款金额超过您的审批权限，请由审核人员处理。"))
    order = StorefrontOrder.objects.select_for_update().get(pk=refund.order_id)
    payment = Payment.objects.get(order=order, state=Payment.States.SUCCEEDED)
    transaction_id = provider_named(payment.provider).refund(payment, refund)
    paid = _decide(
        refund,
        Refund.States.REFUNDED,
        decided_by=decided_by,
        decided_at=now(),
        note=note,
        is_restocked=is_restocked and refund.kind == Refund.Kinds.RETURN,
        transaction_id=transaction_id,
    )
    is_everything = not _pieces_left(order)
    if is_everything:
        settle_refunded_voucher(order)
    _move_goods(order, paid, decided_by)
    if is_everything and order.state == State.PAID:
        order = move(order, Act.CLOSE, actor=str(decided_by), at=now())
    report_to_ledger(order)
    return paid


def _check(
    order: StorefrontOrder,
    kind: str,
    pieces: Mapping[int, int],
    lines: Mapping[int, StorefrontLine],
    left: Mapping[int, int],
) -> None:
    if order.state not in _REFUNDABLE:
        raise RefundRefused(_("订单当前状态不能申请退款。"))
    if order.received_at and order.received_at < now() - timedelta(days=CLAIM_DAYS):
        raise RefundRefused(_("已超过收货后 7 天的申请期限。"), code="refund_too_late")
    if not pieces or any(number not in lines for number in pieces):
        raise RefundRefused(_("没有这个订单行。"), code="unknown_line")
    if any(many > left[number] for number, many in pieces.items()):
        raise RefundRefused(_("申请数量超过可退数量。"), code="too_many_pieces")
    is_return = kind == Refund.Kinds.RETURN
    if is_return and order.state == State.PAID:
        raise RefundRefused(_("尚未发货，请选择仅退款。"), code="nothing_to_return")
    if is_return and any(lines[number].waives_return for number in pieces):
        raise RefundRefused(_("鲜活易腐商品不支持退货，可申请仅退款。"), code="return_waived")


class _Claim(NamedTuple):
    """What is asked for, or was paid back, of a line."""

    pieces: int
    fen: int


def _claims(order: StorefrontOrder) -> dict[int, _Claim]:
    """Return the claims on an order by line; every line has one. One query."""
    claims: dict[int, _Claim] = defaultdict(lambda: _Claim(0, 0))
    rows = RefundLine.objects.filter(refund__order=order, refund__state__in=_OPEN)
    for line, pieces, fen in rows.values_list("line").annotate(Sum("quantity"), Sum("amount_fen")):
        claims[line] = _Claim(pieces, fen)
    return claims


def _consumer_fen(line: StorefrontLine, claim: _Claim, pieces: int) -> int:
    """Return what the shopper gets back for so many more pieces: for all of them, what they paid.

    What a voucher took off goes back to its funders, not to the shopper.
    """
    return max(0, line.consumer_fen(claim.pieces + pieces) - claim.fen)


def _freight_claimed(order: StorefrontOrder) -> bool:
    return order.refunds.filter(state__in=_OPEN, freight_fen__gt=0).exists()


def _pieces_left(order: StorefrontOrder) -> int:
    """Return how many pieces nobody was paid back for."""
    sold = order.lines.aggregate(many=Sum("quantity"))["many"] or 0
    back = RefundLine.objects.filter(
        refund__order=order, refund__state=Refund.States.REFUNDED
    ).aggregate(many=Sum("quantity"))["many"]
    return int(sold - (back or 0))


def _decide(refund: Refund, state: str, **fields: object) -> Refund:
    """Move a request on, once. Raises RefundDecided."""
    standing = Refund.objects.filter(pk=refund.pk, state=Refund.States.REQUESTED)
    if not standing.update(state=state, **fields):
        raise RefundDecided(_("这个退款申请已处理。"))
    refund.refresh_from_db()
    return refund


def _move_goods(order: StorefrontOrder, refund: Refund, actor: User) -> None:
    """Free packs that were not sent; put back on the shelf what came back whole."""
    pieces = {row.line.sku_id: row.quantity for row in refund.lines.select_related("line").all()}
    packs = packs_in(pieces, business_day(order.placed_at))
    if order.state == State.PAID:
        release_packs(order.number, packs)
    elif refund.is_restocked:
        place = storefront_place()
        for sku in in_lock_order(place, packs):
            move_stock(
                place,
                sku,
                kind=StockMovement.Kind.RETURN,
                quantity=packs[sku.pk],
                actor=actor,
                reference=refund.number,
            )
