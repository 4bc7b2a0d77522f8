"""Bring in a log of touches on screen: check it, then record it; see what came in."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from accounts.admin.columns import person
from accounts.admin.scoping import ReadOnlyAdmin, Scope
from accounts.models import User
from common.errors import DomainError
from marketplace.intake.touch_logs import import_touches, preview_touches
from marketplace.models import TouchImport
from orders.admin.uploaded import laid_aside
from orders.models import SalesPoint
from products.admin.columns import EMPTY, shown

# Some ten thousand rows, read while the person waits; more are a matter of the command.
MOST_MB = 5
_MOST_BYTES = MOST_MB * 1024 * 1024
CREATED_BY = person("created_by", _("操作人"))


class TouchFileForm(forms.Form):
    """Asks for a file, and where its buyers belong."""

    upload = forms.FileField(
        label=_("触点文件"),
        widget=UnfoldAdminFileFieldWidget(),
        help_text=_(
            "CSV 或 Excel，不超过 5 MB。须有发生时间、活动编码或推广码、触点类型（有推广码可省）、"
            "买家或访客标识；可以有事件编号、销售点编码。活动编码和推广码都为空的行是直接触点。"
        ),
    )
    sales_point = forms.ModelChoiceField(
        SalesPoint.objects.order_by("name"),
        label=_("销售点"),
        required=False,
        empty_label=EMPTY,
        widget=UnfoldAdminSelectWidget,
        help_text=_("没有写明销售点的行，算作这个销售点的。买家按销售点所在平台识别。"),
    )

    def clean_upload(self) -> UploadedFile:
        """Refuse a file that would keep the person waiting."""
        upload: UploadedFile = self.cleaned_data["upload"]
        if (upload.size or 0) > _MOST_BYTES:
            raise ValidationError(
                gettext("文件超过 5 MB，请分开上传，或用 import_touchpoints 命令导入。")
            )
        return upload


@admin.register(TouchImport)
class TouchImportAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    writable_by = frozenset({"prefecture", "city", "analyst"})
    list_display = (
        *("id", "name", "sales_point", "received_at", CREATED_BY, "rows", "accepted"),
        *("duplicate", "rejected", "is_finished"),
    )
    list_filter = ("sales_point",)
    list_select_related = ("sales_point", "created_by")
    search_fields = ("=id", "name", "=sha256")
    search_help_text = _("按导入编号、文件名或文件哈希查找")
    fields = readonly_fields = shown(
        *("name", "sha256", "sales_point", CREATED_BY, "received_at", "finished_at", "rows"),
        *("accepted", "duplicate", "rejected", "why_rejected"),
    )

    @admin.display(description=_("已读完"), boolean=True)
    def is_finished(self, row: TouchImport) -> bool:
        return row.finished_at is not None

    @admin.display(description=_("拒绝原因（前 200 行）"))
    def why_rejected(self, row: TouchImport) -> str:
        return format_html_join("", "<div>{}</div>", ((line,) for line in _told(row))) or EMPTY

    def has_add_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return self._may_write(request)

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Ask for a file; say what would come of it, or record it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = TouchFileForm(*posted)
        checked: TouchImport | None = None
        if request.method == "POST" and form.is_valid():
            point: SalesPoint | None = form.cleaned_data["sales_point"]
            try:
                with laid_aside(form.cleaned_data["upload"]) as (path,):
                    if "check" not in request.POST:
                        actor = cast(User, request.user)
                        return self._done(
                            request, import_touches(path, sales_point=point, actor=actor)
                        )
                    checked = preview_touches(path, sales_point=point)
            except DomainError as refusal:
                form.add_error(None, refusal.message)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("导入触点"),
            "list_page": reverse("admin:marketplace_touchimport_changelist"),
            "form": form,
            "checked": checked,
            "issues": _told(checked) if checked else [],
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "marketplace/touch_upload.html", context)

    def _done(self, request: HttpRequest, row: TouchImport) -> HttpResponse:
        told = {
            "rows": row.rows,
            "accepted": row.accepted,
            "duplicate": row.duplicate,
            "rejected": row.rejected,
        }
        text = gettext("%(rows)d 行 = 接受 %(accepted)d + 重复 %(duplicate)d + 拒绝 %(rejected)d。")
        level = messages.WARNING if row.rejected else messages.SUCCESS
        self.message_user(request, text % told, level)
        return redirect(reverse("admin:marketplace_touchimport_change", args=[row.pk]))


def _told(row: TouchImport) -> list[str]:
    """Return a sentence for each rejected row that is kept."""
    return [
        gettext("第 %(row)s 行 %(column)s：%(message)s（%(code)s）") % issue for issue in row.issues
    ]
