"""One piece of background work. The row is the work; a Celery message only rings for it."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

# Bounds of the counters: far above any real job, low enough for a 32-bit column.
MAX_COUNT = 2_000_000_000

# The error code of a job that used up its attempts and now waits for a person.
ATTEMPTS_EXHAUSTED = "attempts_exhausted"


def default_max_attempts() -> int:
    """Return how often a job may be tried before it waits for a person."""
    return int(settings.JOB_MAX_ATTEMPTS)


class JobState(models.TextChoices):
    """The five states; only `services.jobs` moves a job between them."""

    PENDING = "pending", _("等待中")
    RUNNING = "running", _("运行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")


class Job(models.Model):
    """A unit of work with progress, a lease on database time and a fencing token.

    `token` grows by one with every claim, so a worker that lost its lease can be told from
    the one that holds it. `group` ties the parts of one larger piece of work together
    ("attribution-run:12"), `ordinal` is the order of the parts.
    """

    kind = models.SlugField(_("种类"), max_length=60)
    task_name = models.CharField(_("任务名"), max_length=200)
    payload = models.JSONField(_("参数"), default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(
        _("状态"), max_length=10, choices=JobState.choices, default=JobState.PENDING
    )
    progress_done = models.PositiveIntegerField(_("已处理"), default=0)
    progress_total = models.PositiveIntegerField(_("总量"), default=0)
    note = models.CharField(_("进度说明"), max_length=200, blank=True, default="")
    result = models.JSONField(_("结果"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    error_code = models.CharField(_("错误代码"), max_length=60, blank=True, default="")
    error_message = models.TextField(_("错误说明"), blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("最多尝试次数"), default=default_max_attempts)
    lease_until = models.DateTimeField(_("租约到期时间"), null=True, blank=True)
    token = models.PositiveIntegerField(_("令牌号"), default=0)
    group = models.CharField(_("组"), max_length=100, blank=True, default="", db_index=True)
    ordinal = models.PositiveIntegerField(_("组内序号"), default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("创建人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    rung_at = models.DateTimeField(_("最近一次重新通知"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "lease_until"], name="job_by_state_and_lease"),
            models.Index(fields=["group", "state", "ordinal", "id"], name="job_next_of_group"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=JobState.values), name="job_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~models.Q(state=JobState.RUNNING) & models.Q(lease_until__isnull=True)),
                name="job_has_a_lease_exactly_while_running",
            ),
            models.CheckConstraint(
                condition=models.Q(progress_done__range=(0, MAX_COUNT))
                & models.Q(progress_total__range=(0, MAX_COUNT)),
                name="job_progress_is_within_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(attempts__range=(0, 1000))
                & models.Q(max_attempts__range=(1, 1000)),
                name="job_attempts_are_within_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(token__range=(0, MAX_COUNT))
                & models.Q(ordinal__range=(0, MAX_COUNT)),
                name="job_token_and_ordinal_are_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
