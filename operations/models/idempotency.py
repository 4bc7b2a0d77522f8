from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """A request that took effect, and its answer (幂等键): the same key gets it again.

    Written in the transaction of the effect, so either both are there or neither. `actor` and
    `route` are plain text; `request_hash` tells another body under the same key. The answer may
    name people, so it is sealed.
    """

    actor = models.CharField(_("请求方"), max_length=60)
    route = models.CharField(_("接口"), max_length=80)
    key = models.CharField(_("幂等键"), max_length=64)
    request_hash = models.CharField(_("请求摘要"), max_length=64)
    status = models.PositiveSmallIntegerField(_("应答状态"))
    sealed_answer = models.BinaryField(_("应答密文"))
    created_at = models.DateTimeField(_("创建时间"), db_index=True)

    class Meta:
        verbose_name = _("幂等键")
        verbose_name_plural = _("幂等键")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "route", "key"], name="idempotencykey_once_for_actor_and_route"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
