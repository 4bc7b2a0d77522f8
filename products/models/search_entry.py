"""What search and synchronisation know of a product. Derived: it can be made anew any time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """What was last seen of a product's public document (检索条目).

    Written by `products.services.search_entries` alone. `digest` is over everything that the
    catalogue API shows of the product; `modified_at` is when that was first seen different.
    """

    product = models.OneToOneField(
        "products.Product",
        on_delete=models.CASCADE,
        related_name="search_entry",
        verbose_name=_("产品"),
    )
    digest = models.CharField(_("摘要"), max_length=64)
    modified_at = models.DateTimeField(_("内容变更时间"), db_index=True)

    class Meta:
        verbose_name = _("检索条目")
        verbose_name_plural = _("检索条目")
        ordering = ["product"]

    def __str__(self) -> str:
        return str(self.product)


class SearchToken(models.Model):
    """One token under which a product is found, with the weight of the best place it stands."""

    product = models.ForeignKey(
        "products.Product",
        on_delete=models.CASCADE,
        related_name="search_tokens",
        verbose_name=_("产品"),
    )
    token = models.CharField(_("词元"), max_length=40)
    weight = models.PositiveSmallIntegerField(_("权重"))

    class Meta:
        verbose_name = _("检索词元")
        verbose_name_plural = _("检索词元")
        ordering = ["product", "token"]
        constraints = [
            models.UniqueConstraint(
                fields=["token", "product"], name="searchtoken_once_for_a_product"
            ),
        ]

    def __str__(self) -> str:
        return self.token
