"""Make campaign links (推广码), look at their touches, and take their QR codes to the printer."""

from __future__ import annotations

import io
from typing import Any, cast

import segno
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope, ScopedModelAdmin
from accounts.models import User
from common.errors import DomainError
from marketplace.models import CampaignLink, Touchpoint
from marketplace.services.campaign_links import check_link, create_link, set_link_active

# Modules of the printed code are this many pixels wide in the PNG: 10 cm at 300 dpi and more.
_PNG_SCALE = 32
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


class CampaignLinkForm(forms.ModelForm):
    """Asks what a link is for and where it leads; the code is made."""

    class Meta:
        help_texts = {
            "label": _("如“凤凰山上展厅门口海报”。"),
            "target": _("本站路径（以 / 开头），或允许的网站的 https 地址。"),
            "sales_point": _("到店码必填：贴在哪个销售点。"),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what the service would refuse."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_link(said["label"], said["kind"], said["sales_point"], said["target"])
            except DomainError as refusal:
                raise ValidationError(refusal.message, code=refusal.code) from refusal
        return said


@admin.register(CampaignLink)
class CampaignLinkAdmin(ScopedModelAdmin):
    scope = Scope.public()
    writable_by = frozenset({"prefecture", "city", "district", "analyst"})
    form = CampaignLinkForm
    asked = ("campaign", "label", "kind", "sales_point", "target")
    page = (
        *("code", "campaign", "label", "kind", "sales_point", "target", "is_active"),
        *("address", "scene", "qr_code", "touches", "created_at", "created_by"),
    )
    list_display = ("code", "campaign", "label", "kind", "sales_point", "is_active", "created_at")
    list_filter = ("is_active", "kind", "campaign")
    list_select_related = ("campaign", "sales_point")
    search_fields = ("code", "label", "campaign__code", "campaign__name")
    autocomplete_fields = ("campaign", "sales_point")
    actions = ("retire", "revive")

    def get_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.page if obj else self.asked

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.page if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the link through the service; one that is made is only retired."""
        if not change:
            made = create_link(**form.cleaned_data, actor=cast(User, request.user))
            obj.pk, obj.code = made.pk, made.code

    def get_urls(self) -> list[Any]:
        """Add the download of a link's QR code."""
        view = self.admin_site.admin_view(self.download_qr)
        name = "marketplace_campaignlink_qr"
        return [path("<int:pk>/qr.<slug:form>", view, name=name), *super().get_urls()]

    def download_qr(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        """Answer with the QR code of a link as a file for print."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        link = self.get_queryset(request).filter(pk=pk).first()
        if link is None or form not in _TYPES:
            raise Http404
        answer = HttpResponse(_qr(_address(request, link), form), content_type=_TYPES[form])
        answer.headers["Content-Disposition"] = f'attachment; filename="{link.code}.{form}"'
        return answer

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Keep the request with the row: its address holds the site's own name."""
        row = super().get_object(request, *args, **kwargs)
        if row is not None:
            row.site_address = _address(request, row)
        return row

    @admin.display(description=_("链接"))
    def address(self, row: CampaignLink) -> str:
        return format_html('<a href="{0}">{0}</a>', row.site_address)  # type: ignore[attr-defined]

    @admin.display(description=_("小程序 scene"))
    def scene(self, row: CampaignLink) -> str:
        return row.code

    @admin.display(description=_("二维码"))
    def qr_code(self, row: CampaignLink) -> str:
        """Show the code, and lead to the files for print."""
        name = "admin:marketplace_campaignlink_qr"
        return format_html(
            '<img src="{}" alt="{}" width="180" height="180" style="background:#fff"><br>'
            '<a href="{}">SVG</a> · <a href="{}">PNG</a>',
            segno.make(row.site_address, error="m").svg_data_uri(),  # type: ignore[attr-defined]
            row.code,
            reverse(name, args=[row.pk, "svg"]),
            reverse(name, args=[row.pk, "png"]),
        )

    @admin.display(description=_("带来的触点"))
    def touches(self, row: CampaignLink) -> int:
        return Touchpoint.objects.filter(
            link_code=row.code, campaign_code=row.campaign.code
        ).count()

    @admin.action(description=_("停用所选推广码"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: QuerySet[CampaignLink]) -> None:
        self._set_active(request, rows, is_active=False)

    @admin.action(description=_("启用所选推广码"), permissions=["change"])
    def revive(self, request: HttpRequest, rows: QuerySet[CampaignLink]) -> None:
        self._set_active(request, rows, is_active=True)

    def _set_active(
        self, request: HttpRequest, rows: QuerySet[CampaignLink], *, is_active: bool
    ) -> None:
        for link in rows:
            set_link_active(link, is_active=is_active, actor=cast(User, request.user))
        self.message_user(request, _("已处理 %(count)d 个推广码。") % {"count": len(rows)})


def _address(request: HttpRequest, link: CampaignLink) -> str:
    return request.build_absolute_uri(reverse("open-link", args=[link.code]))


def _qr(text: str, form: str) -> bytes:
    written = io.BytesIO()
    # Printed codes get dirty: a quarter of the code may be lost.
    segno.make(text, error="q").save(written, kind=form, scale=_PNG_SCALE if form == "png" else 8)
    return written.getvalue()
