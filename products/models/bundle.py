from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN


class BundleComponent(models.Model):
    """A part of a gift box (大礼包): so many packs of a SKU, with dates (both days included).

    A SKU with components on the day of payment is a bundle. Each sale is split to its
    components by quantity times reference price and frozen in the ledger, so that counties,
    producers and benefit see the parts (docs/decisions/0006-counting.md). `ordinal` is the
    component's number in the ledger, from 1.
    """

    bundle = models.ForeignKey(
        "products.Sku", on_delete=models.PROTECT, related_name="components", verbose_name=_("礼盒")
    )
    ordinal = models.PositiveSmallIntegerField(_("组合内序号"))
    component = models.ForeignKey(
        "products.Sku",
        on_delete=models.PROTECT,
        related_name="bundles",
        verbose_name=_("组成规格（SKU）"),
    )
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    reference_price_fen = models.BigIntegerField(_("参考价（分）"))
    valid_from = models.DateField(_("起"), null=True, blank=True)
    valid_to = models.DateField(_("止"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("礼盒组成")
        verbose_name_plural = _("礼盒组成")
        ordering = ["bundle", "ordinal", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "ordinal", "valid_from"],
                name="bundlecomponent_starts_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1, quantity__gte=1),
                name="bundlecomponent_counts_from_one",
            ),
            models.CheckConstraint(
                condition=Q(reference_price_fen__gte=0, reference_price_fen__lte=MAX_FEN),
                name="bundlecomponent_price_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="bundlecomponent_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(bundle=F("component")), name="bundlecomponent_is_not_its_bundle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bundle.name} #{self.ordinal} {self.component.name}"
