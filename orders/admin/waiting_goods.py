"""The queue of goods that wait for a match (待匹配商品): most money first, decided by one click."""

from __future__ import annotations

import json
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.admin.autocomplete import NUL, RelatedRowSelect
from accounts.admin.scoping import Scope, ScopedModelAdmin, standing
from accounts.models import User
from accounts.rules.roles import ROLE_ACTIONS
from accounts.selectors.scoping import rows_in_reach
from common.clock import business_day
from common.errors import DomainError
from common.money import yuan
from operations.models import Job
from operations.tasks import ring
from orders.models import GoodsMatch, SalesPoint
from orders.rules.matching import Goods
from orders.rules.suggestions import suggestions
from orders.selectors.matching import decided_skus, known_codes, waiting_goods
from orders.selectors.suggesting import candidates
from orders.services.matching import apply_new_codes, match_goods
from products.models import Sku

# Every role that works on orders decides, each at its own sales points; one person suffices.
MATCHING_ROLES = frozenset(
    role for role, actions in ROLE_ACTIONS.items() if ("orders", "change") in actions
)
GROUPS_PER_PAGE = 20
_POINTS = Scope.by(sales_point="code")


def own_sales_points(request: HttpRequest) -> QuerySet[SalesPoint]:
    """Return the sales points whose goods the user may match."""
    who = standing(request).preparing(MATCHING_ROLES, "orders")
    return rows_in_reach(SalesPoint.objects.all(), _POINTS, who, request.user)


class SkuForm(forms.Form):
    """Asks for a SKU, found by searching."""

    sku = forms.ModelChoiceField(label=_("规格（SKU）"), queryset=Sku.objects.all())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["sku"])
        widget = RelatedRowSelect(GoodsMatch._meta.get_field("sku"), admin.site)
        widget.is_required, widget.choices = True, field.choices
        field.widget = widget


class GoodsForm(SkuForm):
    """One click: these goods are this SKU. `goods` are the words as JSON, kept to the letter."""

    goods = forms.CharField(max_length=5000)

    def clean_goods(self) -> Goods:
        try:
            words = json.loads(self.cleaned_data["goods"])
            code, title, attributes = words
        except (ValueError, TypeError) as error:
            raise ValidationError("words") from error
        if not all(isinstance(word, str) and NUL not in word for word in words):
            raise ValidationError("words")
        return Goods(code, title, attributes)


class WaitingGoodsPages(ScopedModelAdmin):
    """The pages of the queue, beside the list of what was matched."""

    is_abstract_base = True

    def get_urls(self) -> list[Any]:
        def page(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=name)

        return [
            page("waiting/", require_safe(self.waiting_view), "orders_goodsmatch_waiting"),
            page(
                "waiting/<int:point_id>/match/",
                require_POST(self.match_view),
                "orders_goodsmatch_match",
            ),
            page(
                "waiting/<int:point_id>/codes/",
                require_POST(self.codes_view),
                "orders_goodsmatch_codes",
            ),
            *super().get_urls(),
        ]

    def seen_sales_points(self, request: HttpRequest) -> QuerySet[SalesPoint]:
        """Return the sales points whose goods the user may look at."""
        return rows_in_reach(
            SalesPoint.objects.all(), _POINTS, standing(request), request.user, self.viewable_by
        )

    def waiting_view(self, request: HttpRequest) -> HttpResponse:
        """Show what waits at the user's sales points, or at one of them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        points = {point.pk: point for point in self.seen_sales_points(request)}
        chosen = points
        if wanted := request.GET.get("sales_point", ""):
            if not wanted.isdecimal() or int(wanted) not in points:
                raise Http404
            chosen = {int(wanted): points[int(wanted)]}
        one = next(iter(chosen.values())) if len(chosen) == 1 else None
        page = Paginator(waiting_goods(list(chosen)), GROUPS_PER_PAGE).get_page(
            request.GET.get("page")
        )
        own = set(own_sales_points(request).values_list("pk", flat=True))
        return TemplateResponse(
            request,
            "orders/waiting_goods.html",
            {
                **self.admin_site.each_context(request),
                "model_admin": self,
                "title": gettext("待匹配商品"),
                "content_title": gettext("待匹配商品"),
                "points": points.values(),
                "chosen": one,
                "owns_chosen": one is not None and one.pk in own,
                "page": page,
                "groups": _groups(page.object_list, points, own),
                "query": request.GET.urlencode(),
                "media": self.media + SkuForm().media,
            },
        )

    def match_view(self, request: HttpRequest, point_id: int) -> HttpResponse:
        """Take one decision."""
        point = self._own_point(request, point_id)
        form = GoodsForm(request.POST)
        if not form.is_valid():
            self.message_user(request, gettext("请先选择规格，再点“匹配”。"), messages.ERROR)
            return self._back(request)
        goods, sku = form.cleaned_data["goods"], form.cleaned_data["sku"]
        try:
            row = match_goods(
                sales_point=point, goods=goods, sku=sku, actor=cast(User, request.user)
            )
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return self._back(request)
        ring(cast(Job, row.job))
        self.message_user(
            request,
            gettext("“%(goods)s”已匹配为“%(sku)s”，正在更新订单。")
            % {"goods": goods.title or goods.seller_code, "sku": sku},
            messages.SUCCESS,
        )
        return self._back(request)

    def codes_view(self, request: HttpRequest, point_id: int) -> HttpResponse:
        """Match again what has a seller code that became known."""
        point = self._own_point(request, point_id)
        ring(apply_new_codes(point, cast(User, request.user)))
        self.message_user(request, gettext("正在按已登记的商家编码重新匹配。"), messages.SUCCESS)
        return self._back(request)

    def _own_point(self, request: HttpRequest, point_id: int) -> SalesPoint:
        """Return a sales point that the user may decide for; a foreign one is not there."""
        point = self.seen_sales_points(request).filter(pk=point_id).first()
        if point is None:
            raise Http404
        if not own_sales_points(request).filter(pk=point_id).exists():
            raise PermissionDenied
        return point

    def _back(self, request: HttpRequest) -> HttpResponse:
        """Return to the page of the queue that the click came from."""
        query = request.GET.urlencode()
        address = reverse("admin:orders_goodsmatch_waiting")
        return redirect(f"{address}?{query}" if query else address)


def _groups(rows: Any, points: dict[int, SalesPoint], own: set[int]) -> list[dict[str, Any]]:
    """Return what the page says of each group, in a number of queries that does not grow."""
    found = list(rows)
    words = [(row["point"], Goods(*(row[word] for word in Goods._fields))) for row in found]
    decided = decided_skus(words)
    codes = known_codes([row["seller_code"] for row in found])
    open_rows = [row for row in found if row["point"] in own]
    prepared = candidates() if open_rows else []
    names = {sku.pk: f"{sku} {sku.net_content}" for sku in Sku.objects.all()} if open_rows else {}
    groups = []
    for position, (row, (point_id, goods)) in enumerate(zip(found, words, strict=True)):
        is_open = point_id in own and goods.seller_code not in codes
        likely = suggestions(goods.title, goods.attributes, row["price_fen"], prepared)
        groups.append(
            {
                **row,
                "sales_point": points[point_id],
                "money": yuan(row["money_fen"]),
                "first_day": business_day(row["first_paid_at"]),
                "last_day": business_day(row["last_paid_at"]),
                "goods": json.dumps(goods, ensure_ascii=False),
                "decided": decided.get((point_id, goods), ""),
                "is_code_known": goods.seller_code in codes,
                "suggestions": [(one.sku_id, names[one.sku_id], one.score) for one in likely],
                "choice": SkuForm(auto_id=f"id_{position}_%s") if is_open else None,
            }
        )
    return groups
