from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN


class Category(models.Model):
    """A product category (茶叶, 食用菌, 粮油 ...)."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        verbose_name = _("类目")
        verbose_name_plural = _("类目")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A farm specialty (农特产品) of one county. What is sold is one of its SKUs."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名"), max_length=160, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("类目")
    )
    county = models.ForeignKey(
        "products.County",
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("产地县"),
    )
    producer = models.ForeignKey(
        "products.Producer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("供货主体"),
    )
    storage = models.CharField(_("贮存方式"), max_length=20, blank=True)
    shelf_life_days = models.PositiveIntegerField(_("保质期（天）"), null=True, blank=True)
    is_fresh = models.BooleanField(_("鲜活易腐（不适用七天无理由退货）"), default=False)
    geographical_indication = models.CharField(_("地理标志情况"), max_length=80, blank=True)
    # What the storefront shows; counters and files sell whatever they sell.
    is_published = models.BooleanField(_("上架（商城可见）"), default=False)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("产品")
        verbose_name_plural = _("产品")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Sku(models.Model):
    """One sellable pack of a product. `net_grams` is empty where the pack states no weight."""

    code = models.CharField(_("SKU 编码"), max_length=40, unique=True)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="skus", verbose_name=_("产品")
    )
    name = models.CharField(_("名称"), max_length=160)
    unit = models.CharField(_("单位"), max_length=10)
    net_content = models.CharField(_("净含量"), max_length=60, blank=True)
    net_grams = models.PositiveIntegerField(_("净重（克）"), null=True, blank=True)
    price_fen = models.BigIntegerField(_("标价（分）"))
    # Sold by weight: `price_fen` is for so many grams (500 or 1000); empty: for one piece.
    price_basis_grams = models.PositiveIntegerField(
        _("计价重量（克）"),
        null=True,
        blank=True,
        choices=[(500, _("每500克")), (1000, _("每千克"))],
    )
    # A presale: what is bought now leaves by this day. Empty: it leaves as usual.
    ships_by = models.DateField(_("预售最晚发货日"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("规格（SKU）")
        verbose_name_plural = _("规格（SKU）")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_fen__gte=0, price_fen__lte=MAX_FEN),
                name="sku_price_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(price_basis_grams=None) | Q(price_basis_grams__in=[500, 1000]),
                name="sku_is_priced_per_piece_500g_or_kg",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SellerCode(models.Model):
    """A code (商家编码) under which shops list a SKU. Stored upper-case, without blanks.

    Only such a code, or a remembered mapping, matches an order line to a SKU; a title never
    does (docs/decisions/0005-import-accounting.md).
    """

    code = models.CharField(_("商家编码"), max_length=80, unique=True)
    sku = models.ForeignKey(
        Sku, on_delete=models.PROTECT, related_name="seller_codes", verbose_name=_("规格（SKU）")
    )

    class Meta:
        verbose_name = _("商家编码")
        verbose_name_plural = _("商家编码")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
