"""Look at what other systems reported of orders: the evidence that ledger rows lead to."""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from orders.models import ChannelReport
from products.admin.columns import shown


@admin.display(description=_("内容（不含买家和收货信息）"))
def content(report: ChannelReport) -> str:
    """Return the reported order as JSON, also where an earlier report holds it."""
    body = (report.same_as or report).body or b""
    stated = json.loads(zlib.decompress(bytes(body)))
    text = json.dumps(stated, ensure_ascii=False, indent=2)
    return format_html('<pre class="whitespace-pre-wrap">{}</pre>', text)


@admin.register(ChannelReport)
class ChannelReportAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point__code")
    list_display = ("id", "sales_point", "order_number", "result", "received_at")
    list_filter = ("result", "sales_point", "received_at")
    list_select_related = ("sales_point",)
    search_fields = ("=order_number", "=id", "=key__key_id", "=body_hash")
    search_help_text = _("按订单编号、上报编号或密钥编号查找")
    fields = readonly_fields = shown(
        *("sales_point", "order_number", "key", "result", "received_at"),
        *("same_as", "body_hash", content),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the compressed bodies in the database until one is looked at."""
        return super().get_queryset(request).defer("body")
