"""Keys with which other systems sign their requests, and the nonces that they have spent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IntegrationKey(models.Model):
    """One key of another system (接口密钥): a public id, and a secret that only seals open.

    The key acts as its user: what it may write follows from the user's roles of the day. It is
    valid on the days [valid_from, valid_to) until it is revoked. `networks` lists the
    addresses that may use it, as networks; empty means any. Source: docs/decisions/0020.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("用户"),
        on_delete=models.PROTECT,
        related_name="integration_keys",
    )
    key_id = models.CharField(_("密钥编号"), max_length=40, unique=True)
    label = models.CharField(_("用途"), max_length=80)
    sealed_secret = models.BinaryField(_("密钥密文"))
    networks = models.JSONField(_("允许的地址"), default=list, blank=True)
    valid_from = models.DateField(_("生效日"))
    valid_to = models.DateField(
        _("失效日"), null=True, blank=True, help_text=_("从这一天起不再有效；留空表示长期有效。")
    )
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("创建人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now)

    class Meta:
        verbose_name = _("接口密钥")
        verbose_name_plural = _("接口密钥")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="integration_key_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.key_id}）"


class SpentNonce(models.Model):
    """A nonce that a key has used (已用随机数): a signed request counts once.

    Kept while its signature could still be valid, then swept.
    """

    key = models.ForeignKey(
        IntegrationKey,
        verbose_name=_("接口密钥"),
        on_delete=models.CASCADE,
        related_name="spent_nonces",
    )
    nonce = models.CharField(_("随机数"), max_length=64)
    spent_at = models.DateTimeField(_("使用时间"), db_index=True)

    class Meta:
        verbose_name = _("已用随机数")
        verbose_name_plural = _("已用随机数")
        constraints = [
            models.UniqueConstraint(fields=["key", "nonce"], name="nonce_is_spent_once_by_a_key"),
        ]

    def __str__(self) -> str:
        return self.nonce
