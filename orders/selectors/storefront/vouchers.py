"""A shopper's vouchers, what they may claim, and what each would take off a basket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Shopper
from common.clock import now, start_of_day, today
from orders.models import SalesPoint, Voucher, VoucherBatch
from orders.rules.storefront.vouchers import (
    Goods,
    Terms,
    Unusable,
    normalised_code,
    worth,
)

MEANINGS = {
    Unusable.UNKNOWN: _("没有这张消费券"),
    Unusable.USED: _("消费券已使用或已失效"),
    Unusable.EXPIRED: _("消费券已过期"),
    Unusable.PAUSED: _("该批次已暂停使用"),
    Unusable.BUDGET_SPENT: _("该批次预算已用完"),
    Unusable.USED_TODAY: _("今日使用张数已达上限"),
    Unusable.OUT_OF_SCOPE: _("没有符合使用范围的商品"),
    Unusable.BELOW_THRESHOLD: _("未达到使用门槛"),
}


@dataclass(frozen=True, slots=True)
class Valued:
    """A voucher before a basket: what it takes off each SKU, or why it takes nothing."""

    voucher: Voucher
    parts: dict[str, int]
    reason: Unusable | None

    @property
    def discount_fen(self) -> int:
        """What it takes off in all."""
        return sum(self.parts.values())


def open_batches() -> QuerySet[VoucherBatch]:
    """Return the batches that can be claimed now or later, the earliest first."""
    return VoucherBatch.objects.filter(claim_to__gt=now()).order_by("claim_from", "code")


def vouchers_of(shopper: Shopper) -> QuerySet[Voucher]:
    """Return a shopper's vouchers, the newest first."""
    return Voucher.objects.filter(shopper=shopper).select_related("batch", "order").order_by("-pk")


def terms_of(batch: VoucherBatch) -> Terms:
    """Return what a batch promises."""
    return Terms(
        face_fen=batch.face_fen,
        off_bp=batch.off_bp,
        cap_fen=batch.cap_fen,
        threshold_fen=batch.threshold_fen,
        product_codes=frozenset(batch.product_codes),
        county_codes=frozenset(batch.county_codes),
    )


def valued_vouchers(shopper: Shopper, basket: Sequence[Goods], point: SalesPoint) -> list[Valued]:
    """Return every voucher that a shopper could still use, valued: the best first."""
    rows = vouchers_of(shopper).filter(state=Voucher.States.CLAIMED, valid_to__gt=now())
    used = _used_today(shopper, point)
    valued = [_valued(voucher, basket, used) for voucher in rows]
    return sorted(valued, key=lambda each: (-each.discount_fen, each.voucher.code))


def valued_voucher(
    shopper: Shopper, code: str, basket: Sequence[Goods], point: SalesPoint
) -> Valued | Unusable:
    """Return one of a shopper's vouchers by its code, valued; Unusable.UNKNOWN for no such."""
    voucher = vouchers_of(shopper).filter(code=normalised_code(code) or "-").first()
    if voucher is None:
        return Unusable.UNKNOWN
    return _valued(voucher, basket, _used_today(shopper, point))


def _valued(voucher: Voucher, basket: Sequence[Goods], used: dict[int, int]) -> Valued:
    batch = voucher.batch
    reason: Unusable | None = None
    if voucher.state != Voucher.States.CLAIMED:
        reason = Unusable.USED
    elif voucher.valid_to <= now():
        reason = Unusable.EXPIRED
    elif batch.is_paused:
        reason = Unusable.PAUSED
    elif batch.uses_per_day and used.get(batch.pk, 0) >= batch.uses_per_day:
        reason = Unusable.USED_TODAY
    if reason is not None:
        return Valued(voucher, {}, reason)
    parts = worth(terms_of(batch), basket)
    if isinstance(parts, Unusable):
        return Valued(voucher, {}, parts)
    if batch.committed_fen + sum(parts.values()) > batch.budget_fen:
        return Valued(voucher, {}, Unusable.BUDGET_SPENT)
    return Valued(voucher, parts, None)


def _used_today(shopper: Shopper, point: SalesPoint) -> dict[int, int]:
    """Return how many vouchers of each batch a shopper has used today at a sales point."""
    rows = Voucher.objects.filter(
        shopper=shopper, order__sales_point=point, used_at__gte=start_of_day(today())
    ).exclude(state=Voucher.States.CLAIMED)
    found: dict[int, int] = {}
    for batch in rows.values_list("batch", flat=True):
        found[batch] = found.get(batch, 0) + 1
    return found
