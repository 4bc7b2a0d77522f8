"""Bring a platform's files in: upload, look at the preview, confirm, follow, fetch the errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldBooleanWidget

from accounts.admin.columns import person
from accounts.admin.scoping import ReadOnlyAdmin, Scope, standing
from accounts.models import User
from accounts.selectors.scoping import rows_in_reach
from common.csv_text import BYTE_ORDER_MARK, written
from common.errors import DomainError
from operations.admin.steps import Step, SteppedAdmin, page_of
from operations.tasks import ring
from orders.admin.import_pages import COLOURS, life_of, progress_of
from orders.admin.import_rows import PartInline
from orders.admin.offices import IMPORTING_ROLES
from orders.admin.uploading import FORMAT_WORDS, UploadForm, take_in
from orders.errors import ImportCannotChange
from orders.models import ImportWithdrawal, OrderImport, SalesPoint
from orders.selectors.error_files import error_rows, parts_with_issues
from orders.selectors.imports import can_be_resumed, outside_orders
from orders.services.steering import cancel_import, confirm_import, resume_import
from orders.services.withdrawing import may_be_withdrawn
from products.admin.columns import in_words, in_yuan, shown

State = OrderImport.State
GROSS = in_yuan("gross_fen", _("成交（元）"))
REFUND = in_yuan("refund_fen", _("退款（元）"))
FREIGHT = in_yuan("freight_fen", _("运费净额（元）"))
EXCLUDED = in_yuan("excluded_fen", _("不计入净额（元）"))
CONSUMER_PAID = in_yuan("consumer_paid_fen", _("消费者实付净额（元）"))
COMPENSATION = in_yuan("compensation_fen", _("赔付（元）"))
PLATFORM_GROSS = in_yuan("platform_gross_fen", _("平台成交（元）"))
PLATFORM_REFUND = in_yuan("platform_refund_fen", _("平台退款（元）"))
FORMAT = in_words("format", _("格式"), FORMAT_WORDS)
CREATED_BY = person("created_by", _("操作人"))

HEAD = shown(
    *("sales_point", FORMAT, "format_version", "state", CREATED_BY, "job", "business_date"),
    *("expected_first_day", "expected_last_day", "received_at", "started_at", "finished_at"),
)
# What was written; before that the page shows what the preview foresees.
FIGURES = shown(
    *("rows", "accepted", "rejected", "quarantined", "duplicate", "orders", "lines", "created"),
    *("updated", "unchanged", "stale", "unmatched", GROSS, REFUND, FREIGHT, EXCLUDED),
    *(CONSUMER_PAID, PLATFORM_GROSS, PLATFORM_REFUND, COMPENSATION, "refunds_date_assumed"),
)


class ConfirmForm(forms.Form):
    """Asks for nothing, or whether payments outside the expected period are right."""

    dates_confirmed = forms.BooleanField(
        label=_("我已核对：预计期间之外的付款日无误"), widget=UnfoldBooleanWidget
    )

    def __init__(self, *args: Any, outside_orders: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not outside_orders:
            del self.fields["dates_confirmed"]


CONFIRM = Step("confirm", _("确认导入"), _("已确认，开始写入。"), ConfirmForm)
RESUME = Step("resume", _("继续"), _("已继续。"))
CANCEL = Step("cancel", _("取消导入"), _("已取消。"), None, "default")


@admin.register(OrderImport)
class OrderImportAdmin(SteppedAdmin, ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point__code")
    steps = (CONFIRM, RESUME, CANCEL)
    list_before_template = "orders/upload_link.html"
    change_form_outer_before_template = "orders/import_life.html"
    list_display = (
        *("id", "sales_point", FORMAT, "shown_state", "received_at", "rows", "orders"),
        *("created", "updated", "unchanged", "rejected", "quarantined", GROSS, REFUND),
    )
    list_filter = ("state", "format", "sales_point", "business_date")
    list_select_related = ("sales_point",)
    search_fields = ("=id", "parts__name", "=parts__sha256")
    search_help_text = _("按导入编号、文件名或文件哈希查找")
    fields = readonly_fields = (*HEAD, *FIGURES)
    inlines = (PartInline,)

    class Media:
        js: ClassVar[tuple[str, ...]] = ("orders/import.js",)

    @display(description=_("状态"), ordering="state", label=COLOURS)  # type: ignore[untyped-decorator]
    def shown_state(self, row: OrderImport) -> tuple[str, str]:
        return row.state, str(row.get_state_display())

    def get_fields(self, _request: HttpRequest, obj: Any = None) -> Any:
        return HEAD if obj is not None and obj.started_at is None else self.fields

    def has_add_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        """Let those upload who may write for some sales point."""
        return standing(request).may_as(IMPORTING_ROLES, self.opts.app_label)

    def get_urls(self) -> list[Any]:
        def named(view: Any, name: str) -> dict[str, Any]:
            return {"view": self.admin_site.admin_view(view), "name": f"orders_orderimport_{name}"}

        return [
            path("<int:pk>/progress/", **named(self.progress_view, "progress")),
            path("<int:pk>/errors/<int:ordinal>/", **named(self.error_file_view, "errors")),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Ask for the files of one export and hand them on to be read."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = UploadForm(*posted, points=self.points_to(request))
        if request.method == "POST" and form.is_valid():
            try:
                row = take_in(form, cast(User, request.user))
            except DomainError as refusal:
                form.add_error(None, refusal.message)
            else:
                return self._rung(request, row, gettext("已收到文件，正在读取。"))
        return TemplateResponse(
            request,
            "orders/upload.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("上传平台导出文件"),
                "list_page": reverse("admin:orders_orderimport_changelist"),
                "form": form,
                "media": self.media + form.media,
            },
        )

    def points_to(self, request: HttpRequest) -> Any:
        """Return the sales points for which the user may import."""
        who = standing(request).preparing(IMPORTING_ROLES, self.opts.app_label)
        own = Scope.by(sales_point="code")
        return rows_in_reach(SalesPoint.objects.order_by("name"), own, who, request.user)

    def may_take(self, request: HttpRequest, row: Any, _step: Step) -> bool:
        return self.points_to(request).filter(pk=row.sales_point_id).exists()

    def offers(self, request: HttpRequest, row: OrderImport, step: Step) -> bool:
        """Show the steps that the state allows."""
        allowed = {
            CONFIRM.name: row.state == State.PREVIEWED,
            RESUME.name: can_be_resumed(row),
            CANCEL.name: row.state in {State.UPLOADED, State.PREVIEWED, State.RUNNING},
        }
        return allowed[step.name] and self.may_take(request, row, step)

    def step_form(self, row: OrderImport, _step: Step, data: Any = None) -> forms.Form:
        return ConfirmForm(data, outside_orders=outside_orders(row))

    def take(
        self, request: HttpRequest, row: OrderImport, step: Step, values: dict[str, Any]
    ) -> HttpResponse | None:
        actor = cast(User, request.user)
        try:
            if step == CANCEL:
                cancel_import(row, actor)
                return None
            if step == CONFIRM:
                confirmed = bool(values.get("dates_confirmed"))
                moved = confirm_import(row, actor, dates_confirmed=confirmed)
            else:
                moved = resume_import(row, actor)
        except ImportCannotChange as refusal:
            # Somebody else was first: their outcome stands on the page, not on a form.
            self.message_user(request, refusal.message, messages.ERROR)
            return redirect(page_of(row))
        return self._rung(request, moved, str(step.done))

    def page_parts(self, request: HttpRequest, row: OrderImport) -> dict[str, Any]:
        withdrawals = self.admin_site._registry[ImportWithdrawal]
        may_ask = may_be_withdrawn(row) and withdrawals.has_add_permission(request)
        asking = reverse("admin:orders_importwithdrawal_add") + f"?order_import={row.pk}"
        may_again = row.state == State.REFUSED and self.has_add_permission(request)
        is_asked = row.withdrawals.exclude(state__in=["returned", "revoked"]).first()
        return {
            **life_of(row),
            "life_upload": reverse("admin:orders_orderimport_add") if may_again else "",
            "life_confirm": self.step_form(row, CONFIRM),
            "life_progress_address": reverse("admin:orders_orderimport_progress", args=[row.pk]),
            "life_withdraw": page_of(is_asked) if is_asked else asking if may_ask else "",
        }

    def progress_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Say how far an import is; asked every second while a page waits."""
        return JsonResponse(progress_of(self._row(request, pk)))

    def error_file_view(self, request: HttpRequest, pk: int, ordinal: int) -> HttpResponse:
        """Send the rows of one file that need a look, as csv."""
        row = self._row(request, pk)
        part = next((one for one in parts_with_issues(row.pk) if one.ordinal == ordinal), None)
        if part is None:
            raise Http404
        name = gettext("导入%(id)s 问题行 %(file)s.csv") % {
            "id": row.pk,
            "file": Path(part.name).stem,
        }

        def content() -> Any:
            yield BYTE_ORDER_MARK
            yield from written(error_rows(part))

        answer = StreamingHttpResponse(content(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(True, name)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "no-store"
        return answer  # type: ignore[return-value]

    def _row(self, request: HttpRequest, pk: int) -> OrderImport:
        """Return an import in the user's reach. Raises Http404."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        return cast(OrderImport, row)

    def _get_obj_does_not_exist_redirect(self, *_: Any) -> HttpResponse:
        """Another shop's import is not there."""
        raise Http404

    def _rung(self, request: HttpRequest, row: OrderImport, text: str) -> HttpResponse:
        """Ring for the import's job and show its page."""
        assert row.job is not None
        ring(row.job)
        self.message_user(request, text, messages.SUCCESS)
        return redirect(page_of(row))
