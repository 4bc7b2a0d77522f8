"""Start payments, and take what providers tell of them: stored raw first, applied once."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from common.clock import CLOCKS_DIFFER, now, today
from orders.errors.storefront import MoveNotAllowed, NoticeNotTrue
from orders.models import Payment, PaymentNotice, StorefrontOrder
from orders.rules.storefront.numbers import new_number
from orders.rules.storefront.states import Act, State
from orders.services.payments.providers import CURRENCY, Notice, provider_named
from orders.services.storefront.moving import move
from orders.services.storefront.reporting import report_to_ledger
from orders.services.storefront.vouchers import redeem_voucher

Outcome = PaymentNotice.Outcome


@transaction.atomic
def start_payment(order: StorefrontOrder, provider: str) -> Payment:
    """Begin to pay an order through a provider; an open try with it is used again.

    Raises ProviderUnknown, and MoveNotAllowed for an order that does not wait for payment.
    """
    provider_named(provider)
    standing = StorefrontOrder.objects.select_for_update().get(pk=order.pk)
    if standing.state != State.UNPAID or standing.expires_at <= now():
        raise MoveNotAllowed(_("订单已不在待付款状态。"), state=standing.state)
    tries = Payment.objects.filter(
        order=standing, provider=provider, state=Payment.States.PENDING
    ).order_by("-pk")
    return tries.first() or Payment.objects.create(
        order=standing,
        provider=provider,
        number=new_number(today(), prefix="P"),
        amount_fen=standing.due_fen,
        created_at=now(),
    )


def take_notice(provider: str, headers: Mapping[str, str], body: bytes) -> PaymentNotice:
    """Take a provider's notice: keep it raw, judge its signature, apply it exactly once.

    Returns the notice with its outcome: a true notice that does not fit is an anomaly for a
    person, never a payment. Raises ProviderUnknown, and NoticeNotTrue after keeping the row.
    """
    known = provider_named(provider)
    row = PaymentNotice.objects.create(
        provider=provider,
        received_at=now(),
        body=body,
        signature=known.signature_in(headers),
    )
    try:
        notice = known.read_notice(headers, body)
    except NoticeNotTrue:
        _close(row, Outcome.NOT_TRUE)
        raise
    row.notice_id = notice.notice_id
    with transaction.atomic(durable=True):
        return _apply(row, notice, known.merchant)


def _apply(row: PaymentNotice, notice: Notice, merchant: str) -> PaymentNotice:
    payment = (
        Payment.objects.select_for_update()
        .filter(number=notice.payment_number, provider=row.provider)
        .first()
    )
    row.payment = payment
    if payment is None:
        return _close(row, Outcome.ANOMALY, "unknown_payment")
    if payment.state == Payment.States.SUCCEEDED:
        is_same = payment.transaction_id == notice.transaction_id
        return _close(
            row, Outcome.REPEATED if is_same else Outcome.ANOMALY, "" if is_same else "paid_twice"
        )
    wrong = _mismatch(notice, payment, merchant)
    if wrong:
        return _close(row, Outcome.ANOMALY, wrong)
    if Payment.objects.filter(provider=row.provider, transaction_id=notice.transaction_id).exists():
        return _close(row, Outcome.ANOMALY, "transaction_used")
    payment.state = Payment.States.SUCCEEDED
    payment.transaction_id, payment.paid_at = notice.transaction_id, notice.paid_at
    payment.save(update_fields=["state", "transaction_id", "paid_at"])
    try:
        order = move(payment.order, Act.PAY, actor=row.provider, at=notice.paid_at)
    except MoveNotAllowed:
        # Money came for an order that has ended, or was paid by another try: a person returns it.
        return _close(row, Outcome.ANOMALY, "order_not_waiting")
    redeem_voucher(order)
    report_to_ledger(order)
    return _close(row, Outcome.APPLIED)


def _mismatch(notice: Notice, payment: Payment, merchant: str) -> str:
    if notice.merchant != merchant:
        return "wrong_merchant"
    if notice.currency != CURRENCY:
        return "wrong_currency"
    if notice.amount_fen != payment.amount_fen:
        return "wrong_amount"
    first = payment.order.placed_at - CLOCKS_DIFFER
    if not first <= notice.paid_at <= now() + CLOCKS_DIFFER:
        return "wrong_time"
    return ""


def _close(row: PaymentNotice, outcome: str, anomaly: str = "") -> PaymentNotice:
    row.outcome, row.anomaly = outcome, anomaly
    row.save(update_fields=["outcome", "anomaly", "notice_id", "payment"])
    return row
