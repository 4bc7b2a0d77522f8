"""Shoppers, how they sign in, and where they want things sent. Personal data is sealed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Shopper(models.Model):
    """Someone who buys in the storefront (顾客). Not a user of the admin.

    `phone_key` is a keyed hash, empty once the shopper was erased; `sealed_phone` opens with
    the field keys alone. `public_id` is what other systems and the ledger's buyer key know.
    """

    public_id = models.UUIDField(_("顾客编号"), default=uuid.uuid4, unique=True, editable=False)
    phone_key = models.CharField(_("电话索引"), max_length=64, unique=True, null=True, blank=True)
    sealed_phone = models.BinaryField(_("电话密文"))
    display_name = models.CharField(_("昵称"), max_length=40, blank=True)
    consent_version = models.CharField(_("同意的隐私政策版本"), max_length=40, blank=True)
    consented_at = models.DateTimeField(_("同意时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("注册时间"))
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    # What Django and DRF ask of who sends a request.
    is_authenticated = True
    is_anonymous = False
    is_staff = False
    is_active = True

    class Meta:
        verbose_name = _("顾客")
        verbose_name_plural = _("顾客")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(phone_key=None, display_name=""),
                name="shopper_erased_keeps_nothing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)[:8]


class LoginCode(models.Model):
    """A code that was sent to a phone (登录验证码). It counts once, and only the newest."""

    phone_key = models.CharField(_("电话索引"), max_length=64, db_index=True)
    code_key = models.CharField(_("验证码哈希"), max_length=64)
    address_key = models.CharField(_("来源地址哈希"), max_length=64, db_index=True)
    sent_at = models.DateTimeField(_("发送时间"), db_index=True)
    expires_at = models.DateTimeField(_("失效时间"))
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("登录验证码")
        verbose_name_plural = _("登录验证码")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ShopperToken(models.Model):
    """A pair of tokens (登录令牌), kept as hashes: one to ask with, one for the next pair.

    A refresh ends its pair and begins the next of the same `family`. A refresh token that comes
    twice was stolen: its whole family ends.
    """

    shopper = models.ForeignKey(
        Shopper, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("顾客")
    )
    family = models.UUIDField(_("令牌族"), db_index=True)
    access_key = models.CharField(_("访问令牌哈希"), max_length=64, unique=True)
    refresh_key = models.CharField(_("刷新令牌哈希"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("创建时间"))
    access_expires_at = models.DateTimeField(_("访问令牌失效时间"))
    refresh_expires_at = models.DateTimeField(_("刷新令牌失效时间"), db_index=True)
    refreshed_at = models.DateTimeField(_("换新时间"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("登录令牌")
        verbose_name_plural = _("登录令牌")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(refresh_expires_at__gte=F("access_expires_at")),
                name="shoppertoken_refreshes_at_least_as_long",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Address(models.Model):
    """Where a shopper wants things sent (收货地址): sealed, erased with the shopper.

    `region_code` is a division code (GB/T 2260): freight and delivery ask for nothing finer.
    """

    shopper = models.ForeignKey(
        Shopper, on_delete=models.CASCADE, related_name="addresses", verbose_name=_("顾客")
    )
    public_id = models.UUIDField(_("地址编号"), default=uuid.uuid4, unique=True, editable=False)
    sealed = models.BinaryField(_("密文"))
    region_code = models.CharField(_("行政区划代码"), max_length=6)
    is_default = models.BooleanField(_("默认地址"), default=False)
    created_at = models.DateTimeField(_("创建时间"))

    class Meta:
        verbose_name = _("收货地址")
        verbose_name_plural = _("收货地址")
        ordering = ["-is_default", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shopper"],
                condition=Q(is_default=True),
                name="address_default_is_one_for_a_shopper",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
