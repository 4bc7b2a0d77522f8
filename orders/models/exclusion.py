from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from operations.models import Reviewed
from orders.rules.exclusions import FREIGHT_LINK, INTERMEDIATE, TOP_UP


class ExclusionDecision(Reviewed):
    """A decision not to count an order or one of its lines (剔除).

    While it is in force the ledger says the line with `amount_fen` = 0 and its amount in
    `excluded_fen`; revoking it states the line again. `line_key` '' is the whole order. The
    ledger keeps every row (docs/decisions/0006-counting.md).
    """

    class Reason(models.TextChoices):
        BRUSHING = "brushing", _("刷单")
        TEST = "test", _("测试")
        INTERNAL = "internal", _("内部购买")
        GIFT = "gift", _("赠品")
        FOREIGN = "foreign", _("非黔东南产品")
        AUDIT = "audit", _("审计核减")
        DUPLICATE = "duplicate", _("同一笔销售重复")

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="exclusions",
        verbose_name=_("订单"),
    )
    line_key = models.CharField(_("行标识"), max_length=400, blank=True)
    reason = models.CharField(_("剔除原因"), max_length=20, choices=Reason)
    evidence = models.CharField(_("依据说明"), max_length=500)
    papers = models.ManyToManyField(
        "orders.EvidenceFile", blank=True, related_name="exclusions", verbose_name=_("佐证材料")
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("剔除决定")
        verbose_name_plural = _("剔除决定")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["order", "line_key"],
                condition=~Q(state__in=["returned", "revoked"]),
                name="exclusion_is_decided_once_for_a_line",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_reason_display()}"


# Why a ledger row is not counted, whoever said so: a person, the importer, the stage.
EXCLUSION_WORDS = {
    **dict(ExclusionDecision.Reason.choices),
    TOP_UP: _("补差价链接"),
    FREIGHT_LINK: _("运费链接"),
    INTERMEDIATE: _("进货，不计入"),
}


class LinkedOrders(Reviewed):
    """Two orders that may be the same sale in two channels (疑似同一笔销售).

    Listed by a rule as a draft, then decided by people: approved, the duplicate is excluded by
    `exclusion`; returned with its reason, both stand.
    """

    class Ground(models.TextChoices):
        SAME_NUMBER = "same_number", _("订单编号相同")
        SAME_CONTACT = "same_contact", _("收货电话、付款日期和金额相同")
        STATED = "stated", _("人工登记")

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="+", verbose_name=_("保留的订单")
    )
    duplicate = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="+", verbose_name=_("重复的订单")
    )
    ground = models.CharField(_("疑点依据"), max_length=20, choices=Ground)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    exclusion = models.OneToOneField(
        ExclusionDecision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="link",
        verbose_name=_("剔除决定"),
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("疑似同一笔销售")
        verbose_name_plural = _("疑似同一笔销售")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["order", "duplicate"], name="linkedorders_are_listed_once"
            ),
            models.CheckConstraint(
                condition=~Q(order=F("duplicate")), name="linkedorders_are_two_orders"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_ground_display()}"
