from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN, yuan
from operations.models import Reviewed
from orders.models.sales_point import SalesPoint


class DeclaredSale(Reviewed):
    """Sales that are known as a sum, not as orders (申报销售).

    `monthly` (台账申报): what a sales point or a unit declares for a period, with papers.
    Order lines of the same sales point (or unit) and period supersede it, never add to it.
    `opening` (期初累计): a published figure up to `period_end` (its cut-off), with its source;
    nothing dated up to the cut-off is added to it. Both days of the period are included.
    Codes are plain text as in the ledger; '' of district and county together is the whole
    prefecture. `bound` says how the printed figure stands to the true one.
    """

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("台账申报")
        OPENING = "opening", _("期初累计")

    class Bound(models.TextChoices):
        EXACT = "exact", _("等于")
        OVER = "over", _("多于")
        ABOUT = "about", _("约")

    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="declared_sales",
        verbose_name=_("销售点"),
    )
    unit = models.ForeignKey(
        "orders.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="declared_sales",
        verbose_name=_("单位"),
    )
    period_start = models.DateField(_("期间起"), null=True, blank=True)
    period_end = models.DateField(_("期间止（截止日）"))
    helper_district_code = models.CharField(_("帮扶区代码"), max_length=6, blank=True)
    county_code = models.CharField(_("产地县代码"), max_length=6, blank=True)
    category_code = models.CharField(_("类目"), max_length=40, blank=True)
    channel_class = models.CharField(
        _("渠道"), max_length=20, choices=SalesPoint.ChannelClass, blank=True
    )
    purchase_mode = models.CharField(
        _("采购方式"),
        max_length=20,
        choices=[("assisted_sale", _("帮助销售")), ("direct_purchase", _("直接采购"))],
        blank=True,
    )
    quantity = models.BigIntegerField(_("数量"), null=True, blank=True)
    quantity_unit = models.CharField(_("数量单位"), max_length=10, blank=True)
    amount_fen = models.BigIntegerField(_("金额（分）"))
    bound = models.CharField(_("界限"), max_length=5, choices=Bound, default=Bound.EXACT)
    wording = models.CharField(_("原文数字"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=300)
    papers = models.ManyToManyField(
        "orders.EvidenceFile",
        blank=True,
        related_name="declared_sales",
        verbose_name=_("佐证材料"),
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("更正的申报"),
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("申报销售")
        verbose_name_plural = _("申报销售")
        ordering = ["-period_end", "-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN),
                name="declaredsale_amount_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(kind="opening", sales_point=None, unit=None)
                | (
                    Q(kind="monthly", period_start__isnull=False)
                    & (Q(sales_point__isnull=False) | Q(unit__isnull=False))
                ),
                name="declaredsale_states_what_its_kind_needs",
            ),
            models.CheckConstraint(
                condition=Q(period_start=None) | Q(period_end__gte=F("period_start")),
                name="declaredsale_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0, quantity__lte=10**12),
                name="declaredsale_quantity_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_end} {yuan(self.amount_fen)}"
