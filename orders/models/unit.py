from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """An organisation that buys or that a sale counts for (单位).

    As payer it makes a sale a direct purchase (直接采购); as 计入单位 it is what the sale
    counts for, whoever pays. `is_reseller`: it buys to sell on, so that its purchases are the
    intermediate stage and do not count, unless `CountedStage` says so for `resells_at`
    (docs/decisions/0006-counting.md).
    """

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("机关")
        INSTITUTION = "institution", _("事业单位")
        UNION = "union", _("工会")
        ENTERPRISE = "enterprise", _("企业")
        SCHOOL = "school", _("学校")
        HOSPITAL = "hospital", _("医院")
        SUPERMARKET = "supermarket", _("商超")
        CENTRE = "centre", _("展销中心运营单位")
        TRADER = "trader", _("经销商")
        OTHER = "other", _("其他单位")

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120, unique=True)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级单位"),
    )
    is_reseller = models.BooleanField(_("转售单位"), default=False)
    resells_at = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reselling_units",
        verbose_name=_("转售的销售点"),
    )
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resells_at=None) | Q(is_reseller=True),
                name="unit_that_resells_somewhere_is_a_reseller",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="unit_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitDistrict(models.Model):
    """The Hangzhou district that a unit belongs to, with dates (both days included).

    A unit without a row of its own has its parent's district. Plain code: districts live
    upstairs.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="districts", verbose_name=_("单位")
    )
    district_code = models.CharField(_("区、县（市）代码"), max_length=6)
    valid_from = models.DateField(_("起"), null=True, blank=True)
    valid_to = models.DateField(_("止"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("单位所属区")
        verbose_name_plural = _("单位所属区")
        ordering = ["unit", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"], name="unit_district_starts_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="unit_district_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.district_code}"


class SponsorshipAgreement(models.Model):
    """A district stands behind a sales point that is in no district (帮扶协议), with dates.

    The weakest evidence of the helper district: a purchasing unit's district and the sales
    point's own come first (docs/decisions/0006-counting.md). Both days are included.
    """

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.CASCADE,
        related_name="agreements",
        verbose_name=_("销售点"),
    )
    district_code = models.CharField(_("区、县（市）代码"), max_length=6)
    document = models.CharField(_("文号"), max_length=120)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("帮扶协议")
        verbose_name_plural = _("帮扶协议")
        ordering = ["sales_point", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["sales_point", "valid_from"], name="agreement_starts_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="agreement_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sales_point} {self.district_code} {self.document}"


class CountedStage(models.Model):
    """Which stage counts at a reselling sales point on which days (计入环节).

    `sales` (the default where no row holds): what is sold here is final, what its unit buys is
    intermediate. `purchases`: the purchases of its unit are final and what it reports as sold
    is not counted. So the two stages of one sales point never count on the same day. Both
    days are included.
    """

    class Counted(models.TextChoices):
        SALES = "sales", _("计销售")
        PURCHASES = "purchases", _("计进货")

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.CASCADE,
        related_name="counted_stages",
        verbose_name=_("销售点"),
    )
    counted = models.CharField(_("计入环节"), max_length=10, choices=Counted)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("计入环节")
        verbose_name_plural = _("计入环节")
        ordering = ["sales_point", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["sales_point", "valid_from"], name="countedstage_starts_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="countedstage_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sales_point} {self.get_counted_display()}"
