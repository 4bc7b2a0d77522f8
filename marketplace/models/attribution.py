from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.rules.causes import Cause
from operations.models.append_only import append_only


class AttributionRun(models.Model):
    """One computation of attribution (计算批次). At most one is open at a time.

    Its partitions are jobs of the group `attribution-run:<id>`; `digest` is the state digest
    (校验码) after the run, `watermark` the newest ledger row it could see (information only).
    """

    class Kind(models.TextChoices):
        FULL = "full", _("全量")
        CHANGED = "changed", _("增量")
        CAMPAIGN = "campaign", _("单个活动")

    class Status(models.TextChoices):
        OPEN = "open", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.OPEN)
    campaign_code = models.CharField(_("活动"), max_length=60, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("操作人"),
    )
    rules_hash = models.CharField(_("规则校验码"), max_length=64)
    # {campaign code: version number}; empty where the rules changed while the run worked.
    versions = models.JSONField(_("所用规则版本"), default=dict)
    engine_version = models.PositiveSmallIntegerField(_("计算方法版本"), default=1, db_default=1)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    watermark = models.BigIntegerField(_("数据截止记录"), default=0)
    orders = models.BigIntegerField(_("订单"), default=0)
    candidates = models.BigIntegerField(_("候选"), default=0)
    entries_written = models.BigIntegerField(_("写入记录"), default=0)
    digest = models.CharField(_("校验码"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("计算批次")
        verbose_name_plural = _("计算批次")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status="open"),
                name="attributionrun_one_is_open_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


@append_only
class AttributionEntry(models.Model):
    """A signed credit of one ledger row to one campaign (归因记录): append-only, wide.

    One integer column per model and basis. `campaign_code` '' is the row of what no campaign
    earned, under whichever model. The state is the sum per (entry, campaign, level, reason); a
    run writes only the difference. Losing candidates are kept too: direct 0, participation
    whole, with a reason. `cause` says why the row was written (marketplace.rules.causes).
    """

    run = models.ForeignKey(
        AttributionRun,
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
        verbose_name=_("计算批次"),
    )
    sales_point_code = models.CharField(_("销售点"), max_length=40)
    order_number = models.CharField(_("订单编号"), max_length=64)
    entry = models.ForeignKey(
        "orders.SalesEntry",
        on_delete=models.PROTECT,
        related_name="attributions",
        verbose_name=_("台账记录"),
    )
    campaign_code = models.CharField(_("活动"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(_("归因依据"))
    reason = models.CharField(_("落选原因"), max_length=20, blank=True)
    cause = models.CharField(
        _("变动原因"),
        max_length=10,
        choices=[
            (Cause.LEDGER.value, _("台账变动")),
            (Cause.DECISION.value, _("归属认定")),
            (Cause.RULES.value, _("活动规则")),
            (Cause.EVIDENCE.value, _("依据变化")),
        ],
        blank=True,
        default="",
        db_default="",
    )
    direct_fen = models.BigIntegerField(_("不重复口径（分）"))
    participation_fen = models.BigIntegerField(_("参与口径（分）"))
    direct_consumer_fen = models.BigIntegerField(_("不重复口径·买家实付（分）"))
    participation_consumer_fen = models.BigIntegerField(_("参与口径·买家实付（分）"))
    # The models of a path (marketplace.rules.attribution_models), on the transaction basis.
    first_fen = models.BigIntegerField(_("首次触点（分）"), default=0, db_default=0)
    last_fen = models.BigIntegerField(_("末次触点（分）"), default=0, db_default=0)
    last_non_direct_fen = models.BigIntegerField(_("末次非直接触点（分）"), default=0, db_default=0)
    linear_fen = models.BigIntegerField(_("平均分配（分）"), default=0, db_default=0)
    linear_distinct_fen = models.BigIntegerField(_("按活动平均（分）"), default=0, db_default=0)
    position_fen = models.BigIntegerField(_("位置加权（分）"), default=0, db_default=0)
    time_decay_fen = models.BigIntegerField(_("时间衰减（分）"), default=0, db_default=0)

    class Meta:
        verbose_name = _("归因记录")
        verbose_name_plural = _("归因记录")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["campaign_code"], name="attributionentry_by_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.order_number} → {self.campaign_code or '—'}"
