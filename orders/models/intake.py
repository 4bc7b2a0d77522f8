from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OrderImport(models.Model):
    """One reading of a platform's export, one or two files together (导入).

    Counts follow docs/decisions/0005: rows = accepted + rejected + quarantined + duplicate,
    orders = created + updated + unchanged. Totals are what the files say, in fen; they and the
    counts stay 0 until writing begins at `started_at`. What a preview foresaw is `findings`
    (`orders.services.previewing`). `consumer_paid_fen` is what consumers paid for whole orders,
    freight in, net of refunds. `done_orders` is the resume point: orders are written in file
    order. The states and who moves them: docs/decisions/0018-life-of-an-import.md.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("已上传，读取中")
        PREVIEWED = "previewed", _("待确认")
        REFUSED = "refused", _("未被接受")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")
        WITHDRAWN = "withdrawn", _("已整体撤出")

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="imports",
        verbose_name=_("销售点"),
    )
    format = models.CharField(_("格式"), max_length=20)
    # Of a taught format, as the files were read; 0 for a built-in one.
    format_version = models.PositiveIntegerField(_("格式版本"), default=0)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("操作人"),
    )
    job = models.ForeignKey(
        "operations.Job",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("任务"),
    )
    is_simulated = models.BooleanField(_("模拟数据"), default=False)
    business_date = models.DateField(_("导入业务日"))
    expected_first_day = models.DateField(_("预计首个付款日"), null=True, blank=True)
    expected_last_day = models.DateField(_("预计最后付款日"), null=True, blank=True)
    findings = models.JSONField(
        _("预览结果"), null=True, blank=True, encoder=DjangoJSONEncoder, editable=False
    )
    refusal_code = models.CharField(_("未完成的代码"), max_length=60, blank=True)
    refusal_message = models.CharField(_("未完成的原因"), max_length=500, blank=True)
    received_at = models.DateTimeField(_("接收时间"), default=timezone.now)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    rows = models.BigIntegerField(_("数据行"), default=0)
    accepted = models.BigIntegerField(_("接受行"), default=0)
    rejected = models.BigIntegerField(_("拒绝行"), default=0)
    quarantined = models.BigIntegerField(_("待匹配行"), default=0)
    duplicate = models.BigIntegerField(_("重复行"), default=0)
    orders = models.BigIntegerField(_("订单"), default=0)
    lines = models.BigIntegerField(_("订单行"), default=0)
    created = models.BigIntegerField(_("新增"), default=0)
    updated = models.BigIntegerField(_("更新"), default=0)
    unchanged = models.BigIntegerField(_("未变"), default=0)
    stale = models.BigIntegerField(_("过期"), default=0)
    unmatched = models.BigIntegerField(_("未匹配行"), default=0)
    done_orders = models.BigIntegerField(_("已写订单"), default=0)
    gross_fen = models.BigIntegerField(_("成交（分）"), default=0)
    refund_fen = models.BigIntegerField(_("退款（分）"), default=0)
    freight_fen = models.BigIntegerField(_("运费净额（分）"), default=0)
    excluded_fen = models.BigIntegerField(_("不计入净额（分）"), default=0)
    consumer_paid_fen = models.BigIntegerField(_("消费者实付净额（分）"), default=0)
    compensation_fen = models.BigIntegerField(_("赔付（分）"), default=0, db_default=0)
    # Orders that got a refund on the import's business day for want of a date.
    refunds_date_assumed = models.BigIntegerField(
        _("退款日期为推定的订单"), default=0, db_default=0
    )
    platform_gross_fen = models.BigIntegerField(_("平台成交（分）"), default=0)
    platform_refund_fen = models.BigIntegerField(_("平台退款（分）"), default=0)

    class Meta:
        verbose_name = _("订单导入")
        verbose_name_plural = _("订单导入")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=F("accepted") + F("rejected") + F("quarantined") + F("duplicate")),
                name="import_accounts_for_every_row",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(orders=F("created") + F("updated") + F("unchanged")),
                name="import_accounts_for_every_order",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=False)
                | ~Q(state__in=["done", "withdrawn"]) & Q(done_orders=0, orders=0),
                name="import_writes_nothing_before_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(expected_first_day=None)
                | Q(expected_last_day=None)
                | Q(expected_last_day__gte=F("expected_first_day")),
                name="import_expected_period_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.sales_point} {self.business_date}"


class ImportPart(models.Model):
    """One file of an import. The upload itself lies encrypted under the media folder.

    `sha256` is indexed, not unique: a repeated file is a new import whose part points to the
    first one's raw rows (`same_as`). `table`, `encoding` and `rows` are known once writing has
    begun, `columns` (the headers of the raw rows, in order) once the file was read.
    """

    order_import = models.ForeignKey(
        OrderImport, on_delete=models.PROTECT, related_name="parts", verbose_name=_("订单导入")
    )
    ordinal = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("文件名"), max_length=200)
    table = models.CharField(_("表"), max_length=20, blank=True)
    sha256 = models.CharField(_("文件哈希"), max_length=64, db_index=True)
    size_bytes = models.BigIntegerField(_("大小（字节）"))
    encoding = models.CharField(_("编码"), max_length=20, blank=True)
    rows = models.BigIntegerField(_("数据行"), default=0)
    columns = models.JSONField(_("列"), default=list, editable=False)
    stored_as = models.CharField(_("存放位置"), max_length=200)
    same_as = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("与此前文件相同"),
    )

    class Meta:
        verbose_name = _("导入文件")
        verbose_name_plural = _("导入文件")
        ordering = ["order_import", "ordinal"]
        constraints = [
            models.UniqueConstraint(
                fields=["order_import", "ordinal"], name="importpart_ordinal_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RawBlock(models.Model):
    """Raw rows of one file, as they came, without contact columns (原始行).

    `body` is zlib-compressed JSON: a list of row objects by header, for data rows
    `first_row` to `first_row + rows - 1` (1 = the first row after the header). Blocks keep
    150,000 rows in a few hundred database rows. Of an import that was only previewed there are
    those blocks in which a row has an issue.
    """

    part = models.ForeignKey(
        ImportPart, on_delete=models.PROTECT, related_name="blocks", verbose_name=_("导入文件")
    )
    first_row = models.BigIntegerField(_("起始行"))
    rows = models.PositiveIntegerField(_("行数"))
    body = models.BinaryField(_("内容"))

    class Meta:
        verbose_name = _("原始行")
        verbose_name_plural = _("原始行")
        ordering = ["part", "first_row"]
        constraints = [
            models.UniqueConstraint(fields=["part", "first_row"], name="rawblock_starts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}:{self.first_row}"


class ImportIssue(models.Model):
    """A row that was not simply accepted, or was accepted with a doubt (导入问题行)."""

    class Verdict(models.TextChoices):
        REJECTED = "rejected", _("拒绝")
        QUARANTINED = "quarantined", _("待匹配")
        DUPLICATE = "duplicate", _("重复")
        FLAGGED = "flagged", _("存疑")

    order_import = models.ForeignKey(
        OrderImport, on_delete=models.PROTECT, related_name="issues", verbose_name=_("订单导入")
    )
    part_ordinal = models.PositiveSmallIntegerField(_("文件序号"))
    row = models.BigIntegerField(_("行号"))
    verdict = models.CharField(_("结论"), max_length=12, choices=Verdict)
    code = models.CharField(_("代码"), max_length=40)
    message = models.CharField(_("说明"), max_length=300)
    order_number = models.CharField(_("订单编号"), max_length=64, blank=True)
    # What the row says of its order's money, where it could be read that far: day of payment,
    # goods with freight, refund with returned subsidy.
    paid_on = models.DateField(_("付款日期"), null=True, blank=True)
    gross_fen = models.BigIntegerField(_("成交（分）"), null=True, blank=True)
    refund_fen = models.BigIntegerField(_("退款（分）"), null=True, blank=True)

    class Meta:
        verbose_name = _("导入问题行")
        verbose_name_plural = _("导入问题行")
        ordering = ["order_import", "part_ordinal", "row"]
        indexes = [models.Index(fields=["order_number"], name="importissue_by_order")]

    def __str__(self) -> str:
        return f"{self.part_ordinal}:{self.row} {self.code}"
