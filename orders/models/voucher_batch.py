from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN
from orders.rules.storefront.vouchers import WHOLE_BP


class VoucherBatch(models.Model):
    """An issue of consumption vouchers (消费券批次): worth, limits, money and scope, as data.

    A fixed voucher takes `face_fen` off, a percentage one `off_bp` of the goods in scope, at
    most `cap_fen`, both from `threshold_fen` of goods in scope on. One claim gives
    `pieces_per_claim` vouchers of each batch with the same `pack_code`. `committed_fen` is what
    held and redeemed vouchers take; it never exceeds `budget_fen`, nor claims `most_claims`.
    Source: docs/decisions/0036-vouchers.md.
    """

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    pack_code = models.SlugField(_("券包编码"), max_length=40, blank=True, db_index=True)
    # What its redemptions are evidence for; opaque here, as in the ledger.
    campaign_code = models.CharField(_("活动标记"), max_length=80, blank=True)
    face_fen = models.BigIntegerField(_("面额（分）"), default=0)
    off_bp = models.PositiveIntegerField(_("折扣（万分之一）"), default=0)
    cap_fen = models.BigIntegerField(_("最高抵扣（分）"), default=0)
    threshold_fen = models.BigIntegerField(_("使用门槛（分）"))
    pieces_per_claim = models.PositiveSmallIntegerField(_("每次领取张数"), default=1)
    most_claims = models.PositiveIntegerField(_("最多领取次数"))
    claims = models.PositiveIntegerField(_("已领取次数"), default=0)
    budget_fen = models.BigIntegerField(_("预算（分）"))
    committed_fen = models.BigIntegerField(_("已占用预算（分）"), default=0)
    per_person = models.PositiveSmallIntegerField(_("每人领取次数"), default=1)
    # The limit counts over so many business days; empty: over the whole batch.
    per_person_days = models.PositiveSmallIntegerField(
        _("每人限领周期（天）"), null=True, blank=True
    )
    uses_per_day = models.PositiveSmallIntegerField(
        _("每人每日同一销售点最多使用张数"), null=True, blank=True
    )
    claim_from = models.DateTimeField(_("领取开始（含）"))
    claim_to = models.DateTimeField(_("领取结束（不含）"))
    # Either so many days from the claim, or until a fixed moment.
    valid_days = models.PositiveSmallIntegerField(_("领取后有效天数"), null=True, blank=True)
    valid_to = models.DateTimeField(_("有效期至（不含）"), null=True, blank=True)
    product_codes = models.JSONField(_("限定产品"), default=list, blank=True)
    county_codes = models.JSONField(_("限定产地县"), default=list, blank=True)
    # {"funder": basis points}; they add up to 10,000.
    funder_shares = models.JSONField(_("出资方份额（万分之一）"))
    is_paused = models.BooleanField(_("暂停（熔断）"), default=False)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("消费券批次")
        verbose_name_plural = _("消费券批次")
        ordering = ["-claim_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(off_bp=0, cap_fen=0, face_fen__gte=1, face_fen__lt=F("threshold_fen"))
                | Q(
                    face_fen=0,
                    off_bp__gte=1,
                    off_bp__lt=WHOLE_BP,
                    cap_fen__gte=1,
                    threshold_fen__gte=1,
                ),
                name="voucherbatch_takes_less_than_its_threshold",
            ),
            models.CheckConstraint(
                condition=Q(threshold_fen__lte=MAX_FEN, cap_fen__lte=MAX_FEN),
                name="voucherbatch_amounts_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(claims__lte=F("most_claims")), name="voucherbatch_claims_within_most"
            ),
            models.CheckConstraint(
                condition=Q(
                    committed_fen__gte=0,
                    committed_fen__lte=F("budget_fen"),
                    budget_fen__lte=MAX_FEN,
                ),
                name="voucherbatch_committed_within_budget",
            ),
            models.CheckConstraint(
                condition=Q(claim_to__gt=F("claim_from")),
                name="voucherbatch_claims_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(valid_days=None, valid_to__isnull=False)
                | Q(valid_days__isnull=False, valid_days__gte=1, valid_to=None),
                name="voucherbatch_validity_is_relative_or_fixed",
            ),
            models.CheckConstraint(
                condition=Q(pieces_per_claim__gte=1, pieces_per_claim__lte=20, per_person__gte=1),
                name="voucherbatch_gives_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse shares that do not add up to the whole, and scopes that are no lists."""
        shares = self.funder_shares
        if (
            not isinstance(shares, dict)
            or not all(type(bp) is int and bp > 0 for bp in shares.values())
            or sum(shares.values()) != WHOLE_BP
        ):
            raise ValidationError(
                {"funder_shares": gettext("各出资方份额应为正整数，合计 10000（万分之一）。")}
            )
        for name in ("product_codes", "county_codes"):
            value = getattr(self, name)
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise ValidationError({name: gettext("应为编码的列表。")})


class Voucher(models.Model):
    """One voucher of one shopper (消费券). It is held by an unpaid order, redeemed by a paid one.

    `claim` names the claim that gave it. `discount_fen` is what it takes off its order.
    """

    class States(models.TextChoices):
        CLAIMED = "claimed", _("可使用")
        HELD = "held", _("已占用")
        REDEEMED = "redeemed", _("已核销")
        LOST = "lost", _("已失效")

    batch = models.ForeignKey(
        VoucherBatch, on_delete=models.PROTECT, related_name="vouchers", verbose_name=_("批次")
    )
    shopper = models.ForeignKey(
        "accounts.Shopper",
        on_delete=models.PROTECT,
        related_name="vouchers",
        verbose_name=_("顾客"),
    )
    code = models.CharField(_("券码"), max_length=16, unique=True)
    claim = models.UUIDField(_("领取编号"), db_index=True)
    state = models.CharField(_("状态"), max_length=10, choices=States, default=States.CLAIMED)
    claimed_at = models.DateTimeField(_("领取时间"))
    valid_to = models.DateTimeField(_("有效期至（不含）"))
    order = models.ForeignKey(
        "orders.StorefrontOrder",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="vouchers",
        verbose_name=_("商城订单"),
    )
    discount_fen = models.BigIntegerField(_("抵扣金额（分）"), default=0)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("消费券")
        verbose_name_plural = _("消费券")
        ordering = ["-id"]
        indexes = [models.Index(fields=["shopper", "batch"], name="voucher_of_shopper")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["held", "redeemed"]),
                name="voucher_one_for_an_order",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", order=None, discount_fen=0)
                | (~Q(state="claimed") & ~Q(order=None) & Q(discount_fen__gte=1)),
                name="voucher_is_used_by_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.code[-4:]}"
