"""What goods without a known seller code were matched to (商品匹配), and taking it back."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin.columns import person
from accounts.admin.scoping import ReadOnlyAdmin, Scope
from accounts.models import User
from operations.admin.reviewing import WhyForm
from operations.admin.steps import Step, SteppedAdmin, page_of
from operations.models import Job
from operations.tasks import ring
from orders.admin.waiting_goods import SkuForm, WaitingGoodsPages, own_sales_points
from orders.models import GoodsMatch
from orders.services.matching import replace_match, revoke_match
from products.admin.columns import shown

DECIDED_BY = person("decided_by", _("决定人"))
ENDED_BY = person("ended_by", _("终止人"))


REPLACE = Step("replace", _("改为其他规格"), _("已改为其他规格，正在更新订单。"), SkuForm)
REVOKE = Step("revoke", _("撤销匹配"), _("已撤销匹配，正在更新订单。"), WhyForm, "danger")


@admin.register(GoodsMatch)
class GoodsMatchAdmin(WaitingGoodsPages, SteppedAdmin, ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point__code")
    steps = (REPLACE, REVOKE)
    list_display = (
        *("title", "attributes", "seller_code", "sku", "sales_point"),
        *(DECIDED_BY, "decided_at", ENDED_BY, "ended_at"),
    )
    list_filter = ("sales_point", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("sku", "sales_point", "decided_by", "ended_by")
    search_fields = ("title", "=seller_code", "=sku__code", "sku__name")
    search_help_text = _("按标题、商家编码或规格查找")
    fields = readonly_fields = shown(
        *("sales_point", "title", "attributes", "seller_code", "sku"),
        *(DECIDED_BY, "decided_at", ENDED_BY, "ended_at"),
    )

    def may_take(self, request: HttpRequest, row: GoodsMatch, _step: Step) -> bool:
        return own_sales_points(request).filter(pk=row.sales_point_id).exists()

    def offers(self, request: HttpRequest, row: GoodsMatch, step: Step) -> bool:
        return row.ended_at is None and self.may_take(request, row, step)

    def take(
        self, request: HttpRequest, row: GoodsMatch, step: Step, values: dict[str, Any]
    ) -> HttpResponse | None:
        actor = cast(User, request.user)
        if step is REPLACE:
            changed = replace_match(row, sku=values["sku"], actor=actor)
        else:
            changed = revoke_match(row, reason=values["reason"], actor=actor)
        ring(cast(Job, changed.job))
        return None

    def page_parts(self, request: HttpRequest, row: GoodsMatch) -> dict[str, Any]:
        """Show how far the newest act on the row is."""
        may_look = self.admin_site._registry[Job].has_view_permission(request)
        job = row.job
        return {
            **super().page_parts(request, row),
            "page_part": "orders/worked_by_job.html",
            "job": job,
            "job_page": page_of(job) if job is not None and may_look else "",
        }
