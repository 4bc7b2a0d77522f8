from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TaughtFormat(models.Model):
    """One version of a file format that an operator taught (自定义格式).

    A draft may change; a published version never does, an edit is the next version. An import
    names code and version, so it can always be read again as it was read. `platform` is that
    of the sales points that take it unasked ('' = those without a platform, everybody else
    by its code). `columns` lead from our columns of generic files to headers, `status_words`
    from the words of the files to our statuses, `fixed` says what no file says, `per_piece`
    names the amounts that are prices of one piece (orders/rules/taught.py).

    `headers` are those of the sample on which it was tried. The sample itself lies encrypted
    under the media folder while the version is a draft, as `sample`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        RETIRED = "retired", _("已停用")

    code = models.CharField(_("格式编码"), max_length=20)
    version = models.PositiveIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=40)
    platform = models.CharField(_("平台"), max_length=20, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    columns = models.JSONField(_("列对应"), default=dict)
    is_in_fen = models.BooleanField(_("金额以分为单位"), default=False)
    per_piece = models.JSONField(_("单价列"), default=list)
    status_words = models.JSONField(_("状态用语"), default=dict)
    fixed = models.JSONField(_("固定值"), default=dict)
    fills_down = models.BooleanField(_("只有首行写订单信息"), default=False)
    headers = models.JSONField(_("样例表头"), default=list)
    sample = models.CharField(_("样例存放位置"), max_length=200, blank=True)
    sample_name = models.CharField(_("样例文件名"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登记人"),
    )
    made_at = models.DateTimeField(_("登记时间"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("发布人"),
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("自定义格式")
        verbose_name_plural = _("自定义格式")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="taughtformat_version_is_unique"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state="draft"),
                name="taughtformat_has_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | (~Q(state="draft") & Q(published_at__isnull=False, sample="")),
                name="taughtformat_is_published_without_sample",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
