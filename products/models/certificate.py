from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Certificate(models.Model):
    """An official recognition of a product with validity (产品认定), both days included.

    A sale counts as certified when a certificate of its product is valid on the day of
    payment (docs/decisions/0006-counting.md).
    """

    product = models.ForeignKey(
        "products.Product",
        on_delete=models.PROTECT,
        related_name="certificates",
        verbose_name=_("产品"),
    )
    kind = models.CharField(_("认定类型"), max_length=40)
    number = models.CharField(_("证书编号"), max_length=80)
    issuer = models.CharField(_("认定机关"), max_length=120, blank=True)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("产品认定")
        verbose_name_plural = _("产品认定")
        ordering = ["product", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="certificate_number_is_unique"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="certificate_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
