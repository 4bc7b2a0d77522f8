"""Who did what to which object, and why."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One recorded act. Append-only; personal data in `changes` is masked by the writer."""

    # Read by operations.models.append_only, which lies above this app.
    is_append_only = True

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("操作人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    role = models.CharField(_("角色"), max_length=20, blank=True, default="")
    scope = models.CharField(_("范围"), max_length=80, blank=True, default="")
    action = models.CharField(_("动作"), max_length=60)
    object_kind = models.CharField(_("对象类型"), max_length=80)
    object_key = models.CharField(_("对象编号"), max_length=120)
    changes = models.JSONField(_("变更内容"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("理由"), blank=True, default="")
    address = models.GenericIPAddressField(_("来源地址"), null=True, blank=True)
    occurred_at = models.DateTimeField(_("发生时间"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_kind", "object_key"], name="audit_event_by_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_kind} {self.object_key}"
