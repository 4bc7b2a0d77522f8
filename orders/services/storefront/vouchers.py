"""The only writer of vouchers: claimed, held by an order, redeemed by payment, given back.

Counts and budgets are guarded UPDATEs, taken after the rows that few fight for
(docs/decisions/0036-vouchers.md).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import Shopper
from common.clock import business_day, now, start_of_day
from orders.errors.storefront import OrderRefused
from orders.errors.vouchers import BatchNotFound, NotClaimable
from orders.models import StorefrontOrder, Voucher, VoucherBatch
from orders.rules.storefront.vouchers import new_code

States = Voucher.States


@transaction.atomic
def claim_vouchers(shopper: Shopper, code: str) -> list[Voucher]:
    """Claim a batch, or every batch of a pack, all or nothing; return the vouchers.

    Raises BatchNotFound, or NotClaimable: `not_started`, `claims_ended`, `voucher_paused`,
    `claim_limit`, `sold_out`.
    """
    batches = list(VoucherBatch.objects.filter(Q(code=code) | Q(pack_code=code)).order_by("pk"))
    if not batches or code == "":
        raise BatchNotFound(_("没有这个消费券批次。"))
    moment = now()
    # A shopper's own claims come one after another, so that limits hold.
    Shopper.objects.select_for_update().get(pk=shopper.pk)
    vouchers: list[Voucher] = []
    for batch in batches:
        _check_claim(shopper, batch, moment)
        vouchers += _give(shopper, batch, moment)
    for batch in batches:
        left = VoucherBatch.objects.filter(pk=batch.pk, claims__lt=F("most_claims"))
        if not left.update(claims=F("claims") + 1):
            raise NotClaimable(_("“%(name)s”已领完。") % {"name": batch.name}, code="sold_out")
    return vouchers


@transaction.atomic
def hold_voucher(order: StorefrontOrder, voucher: Voucher, discount_fen: int) -> None:
    """Hold a voucher for an unpaid order. Raises OrderRefused where it went in this moment."""
    usable = Voucher.objects.filter(pk=voucher.pk, state=States.CLAIMED, valid_to__gt=now())
    if not usable.update(
        state=States.HELD, order=order, discount_fen=discount_fen, used_at=order.placed_at
    ):
        raise OrderRefused(_("消费券已使用或已失效。"), code="voucher_used")
    affordable = VoucherBatch.objects.filter(
        pk=voucher.batch_id,
        is_paused=False,
        budget_fen__gte=F("committed_fen") + discount_fen,
    )
    if not affordable.update(committed_fen=F("committed_fen") + discount_fen):
        raise OrderRefused(_("该消费券批次的预算已用完或已暂停。"), code="budget_spent")


def redeem_voucher(order: StorefrontOrder) -> None:
    """Redeem what a paid order held, in the caller's transaction."""
    Voucher.objects.filter(order=order, state=States.HELD).update(state=States.REDEEMED)


@transaction.atomic
def release_voucher(order: StorefrontOrder) -> None:
    """Give back what an order held that nobody paid. Repeating is safe."""
    for voucher in Voucher.objects.filter(order=order, state=States.HELD):
        _return(voucher, States.HELD)


@transaction.atomic
def settle_refunded_voucher(order: StorefrontOrder) -> None:
    """Settle the voucher of an order that was refunded whole; its budget is free again.

    Refunded at once and within its validity it comes back to the shopper, else it is lost.
    """
    for voucher in Voucher.objects.filter(order=order, state=States.REDEEMED):
        if voucher.valid_to > now() and not _was_in_parts(order):
            _return(voucher, States.REDEEMED)
        elif Voucher.objects.filter(pk=voucher.pk, state=States.REDEEMED).update(state=States.LOST):
            _free_budget(voucher)


def _return(voucher: Voucher, state: str) -> None:
    standing = Voucher.objects.filter(pk=voucher.pk, state=state)
    if standing.update(state=States.CLAIMED, order=None, discount_fen=0, used_at=None):
        _free_budget(voucher)


def _free_budget(voucher: Voucher) -> None:
    VoucherBatch.objects.filter(pk=voucher.batch_id).update(
        committed_fen=F("committed_fen") - voucher.discount_fen
    )


def _was_in_parts(order: StorefrontOrder) -> bool:
    return order.refunds.filter(state="refunded").count() > 1


def _check_claim(shopper: Shopper, batch: VoucherBatch, moment: datetime) -> None:
    if moment < batch.claim_from:
        raise NotClaimable(_("“%(name)s”尚未开始领取。") % {"name": batch.name}, code="not_started")
    if moment >= batch.claim_to:
        raise NotClaimable(_("“%(name)s”领取已结束。") % {"name": batch.name}, code="claims_ended")
    if batch.is_paused:
        raise NotClaimable(_("“%(name)s”已暂停。") % {"name": batch.name}, code="voucher_paused")
    mine = Voucher.objects.filter(batch=batch, shopper=shopper)
    if batch.per_person_days:
        first = business_day(moment) - timedelta(days=batch.per_person_days - 1)
        mine = mine.filter(claimed_at__gte=start_of_day(first))
    if mine.values("claim").distinct().count() >= batch.per_person:
        raise NotClaimable(
            _("您已达到“%(name)s”的领取上限。") % {"name": batch.name}, code="claim_limit"
        )


def _give(shopper: Shopper, batch: VoucherBatch, moment: datetime) -> Sequence[Voucher]:
    valid_to = batch.valid_to or moment + timedelta(days=batch.valid_days or 0)
    claim = uuid.uuid4()
    return Voucher.objects.bulk_create(
        Voucher(
            batch=batch,
            shopper=shopper,
            code=new_code(),
            claim=claim,
            claimed_at=moment,
            valid_to=valid_to,
        )
        for _piece in range(batch.pieces_per_claim)
    )
