"""Who benefits at the origin: households by roster, and links that are only declared."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN


class Mechanism(models.TextChoices):
    """How a producer's sales reach a household (利益联结机制)."""

    WAGE = "wage", _("务工")
    DIVIDEND = "dividend", _("分红")
    LAND_LEASE = "land_lease", _("土地流转")
    CONTRACT = "contract", _("订单收购")
    GUIDANCE = "guidance", _("技术带动")
    OTHER = "other", _("其他")


class Household(models.Model):
    """A household of the roster (农户名册): no names, its number only as a keyed hash.

    `persons` is how many people live in it. Status and links have dates of their own.
    """

    county = models.ForeignKey(
        "products.County",
        on_delete=models.PROTECT,
        related_name="households",
        verbose_name=_("县（市）"),
    )
    village = models.CharField(_("村"), max_length=60)
    household_key = models.CharField(_("户编号（哈希）"), max_length=64, unique=True)
    persons = models.PositiveSmallIntegerField(_("人口"))
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("农户")
        verbose_name_plural = _("农户名册")
        ordering = ["county", "village", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(persons__gte=1, persons__lte=50), name="household_persons_within_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.village} #{self.pk}"


class HouseholdStatus(models.Model):
    """What a household is registered as, with dates, both days included (农户身份)."""

    class Status(models.TextChoices):
        REGISTERED_POOR = "registered_poor", _("建档立卡贫困户")
        LIFTED = "lifted", _("脱贫户")
        UNSTABLE = "unstable", _("脱贫不稳定户")
        MARGINAL = "marginal", _("边缘易致贫户")
        HARDSHIP = "hardship", _("突发严重困难户")

    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="statuses", verbose_name=_("农户")
    )
    status = models.CharField(_("身份"), max_length=20, choices=Status)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = _("农户身份")
        verbose_name_plural = _("农户身份")
        ordering = ["household", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "status", "valid_from"], name="householdstatus_starts_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="householdstatus_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.get_status_display()}"


class HouseholdLink(models.Model):
    """A household is linked to a producer by a mechanism, with dates (农户联结)."""

    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="links", verbose_name=_("农户")
    )
    producer = models.ForeignKey(
        "products.Producer",
        on_delete=models.PROTECT,
        related_name="household_links",
        verbose_name=_("供货主体"),
    )
    mechanism = models.CharField(_("联结机制"), max_length=20, choices=Mechanism)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = _("农户联结")
        verbose_name_plural = _("农户联结")
        ordering = ["household", "producer", "mechanism", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "producer", "mechanism", "valid_from"],
                name="householdlink_starts_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="householdlink_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.producer} {self.get_mechanism_display()}"


class DeclaredLink(models.Model):
    """How many households a producer declares to bring along, without a roster (申报联结).

    Sums of such links are no distinct figure: a report prints them as a range, from the
    largest single link to the sum. For a dividend, `principal_fen` and `rate_bp` (basis
    points a year) give what a person and a household receive.
    """

    producer = models.ForeignKey(
        "products.Producer",
        on_delete=models.PROTECT,
        related_name="declared_links",
        verbose_name=_("供货主体"),
    )
    mechanism = models.CharField(_("联结机制"), max_length=20, choices=Mechanism)
    households = models.PositiveIntegerField(_("户数"), null=True, blank=True)
    persons = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    principal_fen = models.BigIntegerField(_("分红本金（分）"), null=True, blank=True)
    rate_bp = models.PositiveIntegerField(_("年分红率（万分之一）"), null=True, blank=True)
    wording = models.CharField(_("原文"), max_length=300, blank=True)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    precision = models.CharField(_("日期精度"), max_length=5, default="day")
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("申报联结")
        verbose_name_plural = _("申报联结")
        ordering = ["producer", "mechanism", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["producer", "mechanism", "valid_from"], name="declaredlink_starts_once"
            ),
            models.CheckConstraint(
                condition=Q(principal_fen=None)
                | Q(principal_fen__gte=0, principal_fen__lte=MAX_FEN),
                name="declaredlink_principal_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(rate_bp=None) | Q(rate_bp__lte=10_000),
                name="declaredlink_rate_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="declaredlink_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producer} {self.get_mechanism_display()}"
