"""What lies where. Written only by `products.services.stock`; not re-exported by the package.

`reserved` never exceeds `on_hand`: the database holds it, whatever two requests do at once.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from operations.models.append_only import append_only

MOST_PIECES = 10**9


class StockPlace(models.Model):
    """Where goods lie (库存地点): a warehouse, or a sales point with shelves of its own.

    `sales_point_code` is plain text: sales points live upstairs, in orders.
    """

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    sales_point_code = models.CharField(_("销售点编码"), max_length=40, blank=True, db_index=True)
    serves_storefront = models.BooleanField(_("供商城发货"), default=False)

    class Meta:
        verbose_name = _("库存地点")
        verbose_name_plural = _("库存地点")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["serves_storefront"],
                condition=Q(serves_storefront=True),
                name="stockplace_one_serves_the_storefront",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StockItem(models.Model):
    """How many packs of a SKU lie at a place (库存), and how many of them are promised."""

    place = models.ForeignKey(
        StockPlace, on_delete=models.PROTECT, related_name="items", verbose_name=_("库存地点")
    )
    sku = models.ForeignKey(
        "products.Sku",
        on_delete=models.PROTECT,
        related_name="stock_items",
        verbose_name=_("规格（SKU）"),
    )
    on_hand = models.BigIntegerField(_("现有"), default=0)
    reserved = models.BigIntegerField(_("已占用"), default=0)

    class Meta:
        verbose_name = _("库存")
        verbose_name_plural = _("库存")
        ordering = ["place", "sku"]
        constraints = [
            models.UniqueConstraint(fields=["sku", "place"], name="stockitem_one_per_place"),
            models.CheckConstraint(
                condition=Q(
                    on_hand__gte=0,
                    on_hand__lte=MOST_PIECES,
                    reserved__gte=0,
                    reserved__lte=F("on_hand"),
                ),
                name="stockitem_reserved_within_on_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.sku}"


@append_only
class StockMovement(models.Model):
    """Why `on_hand` is what it is (库存流水): the movements of an item add up to it.

    `quantity` is signed. `reference` names what caused it: an order, a transfer, a paper.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("入库")
        SALE = "sale", _("销售出库")
        RETURN = "return", _("退货入库")
        TRANSFER_OUT = "transfer_out", _("调出")
        TRANSFER_IN = "transfer_in", _("调入")
        COUNT = "count", _("盘点")
        LOSS = "loss", _("报损")
        TASTING = "tasting", _("试吃")
        GIFT = "gift", _("赠品")

    item = models.ForeignKey(
        StockItem, on_delete=models.PROTECT, related_name="movements", verbose_name=_("库存")
    )
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    quantity = models.BigIntegerField(_("数量"))
    reference = models.CharField(_("凭据"), max_length=80, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    occurred_at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("库存流水")
        verbose_name_plural = _("库存流水")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(quantity=0) & Q(quantity__gte=-MOST_PIECES, quantity__lte=MOST_PIECES),
                name="stockmovement_moves_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity:+d}"


class StockReservation(models.Model):
    """Packs promised to an order (库存占用) until it ships or falls through.

    `reserved` of an item is the sum of its open reservations.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("占用中")
        SHIPPED = "shipped", _("已发货")
        RELEASED = "released", _("已释放")

    item = models.ForeignKey(
        StockItem, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("库存")
    )
    reference = models.CharField(_("凭据"), max_length=80, db_index=True)
    quantity = models.BigIntegerField(_("数量"))
    reserved_at = models.DateTimeField(_("占用时间"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("库存占用")
        verbose_name_plural = _("库存占用")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "reference"], name="stockreservation_once_for_a_reference"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_PIECES),
                name="stockreservation_holds_something",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & ~Q(ended_at=None)),
                name="stockreservation_ends_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ×{self.quantity}"
