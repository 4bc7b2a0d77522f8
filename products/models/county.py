from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class County(models.Model):
    """One of the 16 counties (cities) of Qiandongnan: where goods come from (产地县).

    `code` is the national division code (GB/T 2260). Source of each row: `source`.
    """

    code = models.CharField(_("行政区划代码"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    name_pinyin = models.CharField(_("拼音"), max_length=60, blank=True)
    name_en = models.CharField(_("英文名"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=30)
    was_poverty_county = models.BooleanField(_("曾为国家级贫困县"), default=True)
    delisted_on = models.DateField(_("脱贫摘帽日期"), null=True, blank=True)
    delisted_precision = models.CharField(_("日期精度"), max_length=5, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("县（市）")
        verbose_name_plural = _("县（市）")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
