from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from operations.models import append_only


@append_only
class EvidenceFile(models.Model):
    """A paper that a declaration or decision rests on (佐证材料).

    The file lies encrypted under the media folder; the row is written once. `sha256` is of
    the file as it came, so that a paper shown later can be told from another.
    """

    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("文件哈希"), max_length=64, db_index=True)
    size_bytes = models.BigIntegerField(_("大小（字节）"))
    stored_as = models.CharField(_("存放位置"), max_length=200)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("上传人"),
    )
    added_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
