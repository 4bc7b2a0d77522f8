"""Hand in a monthly ledger (台账): a preview first, then every row as a declared sale."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import User
from common.errors import DomainError
from common.money import yuan
from common.sealing import decrypt_bytes, encrypt_bytes
from operations.admin.reviewing import ReviewedAdmin
from orders.admin.uploaded import laid_aside
from orders.errors import LedgerRowsRefused
from orders.intake.monthly.stating import hand_in_ledger
from orders.models import DeclaredSale, SalesPoint, Unit
from orders.selectors.ledger_names import LedgerNames
from orders.services.monthly_ledgers import HandedIn
from products.admin.columns import EMPTY

# A thousand rows; what is previewed comes back sealed in the form, whose size is bounded.
MOST_LEDGER_BYTES = 1024 * 1024
_ROWS_SHOWN = 200
_TITLES = (
    *(_("期间"), _("销售点"), _("单位"), _("帮扶区代码"), _("产地县"), _("类目"), _("渠道")),
    *(_("采购方式"), _("数量"), _("金额（元）")),
)


class LedgerForm(forms.Form):
    """Takes a ledger; after its preview the same file comes back sealed, as `kept`."""

    ledger = forms.FileField(
        label=_("台账文件"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text=_(
            "Excel 或 CSV，不超过 1 MB。表头须有月份（或期间起、期间止）和金额（元或万元），"
            "可以有销售点编码、单位、帮扶区、产地县、类目、渠道、采购方式、数量、计量单位。"
        ),
    )
    sales_point = forms.ChoiceField(
        label=_("销售点"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=_("台账中没有写明销售点的行，算作这个销售点的。"),
    )
    unit = forms.CharField(
        label=_("单位编码"),
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("台账由单位报送时填写。"),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, data: Any, files: Any, points: Any) -> None:
        super().__init__(data, files)
        chosen = cast(forms.ChoiceField, self.fields["sales_point"])
        chosen.choices = [("", EMPTY), *points]

    def clean(self) -> dict[str, Any]:
        """Give the file, uploaded now or kept from its preview, as `file`."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload, kept = cleaned.get("ledger"), cleaned.get("kept")
        cleaned["file"] = upload or (_opened(kept) if kept else None)
        if cleaned["file"] is None:
            raise ValidationError(gettext("请选择台账文件。"))
        if cleaned["file"].size > MOST_LEDGER_BYTES:
            raise ValidationError(gettext("台账文件超过 1 MB，请去掉图片和多余的工作表。"))
        return cleaned


class HandsInLedgers(ReviewedAdmin):
    """Adds the page for monthly ledgers to the list of declared sales."""

    is_abstract_base = True
    actions_list = ("monthly_ledger",)

    def has_ledger_permission(self, request: HttpRequest, *_: Any) -> bool:
        return self.has_add_permission(request)

    @action(  # type: ignore[untyped-decorator]
        description=_("登记月度台账"), url_path="monthly-ledger", permissions=["ledger"]
    )
    def monthly_ledger(self, request: HttpRequest) -> HttpResponse:
        """Show a ledger as it would be stated, and state it when asked to."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = LedgerForm(
            request.POST if posted else None, request.FILES or None, self._points(request)
        )
        parts: dict[str, Any] = {}
        if posted and form.is_valid():
            is_preview = "state" not in request.POST
            file: UploadedFile = form.cleaned_data["file"]
            try:
                with laid_aside(file) as (path,):
                    rows = hand_in_ledger(
                        path, self._handed_in(request, form.cleaned_data), is_preview=is_preview
                    )
                    if not is_preview:
                        return self._stated(request, rows)
                    parts = {**_preview(rows), "kept": _sealed(path), "name": path.name}
            except DomainError as refused:
                form.add_error(None, refused.message)
                if isinstance(refused, LedgerRowsRefused):
                    parts = {"issues": refused.details["rows"]}
        return self._page(request, form, parts)

    def _points(self, request: HttpRequest) -> list[tuple[str, str]]:
        rows = self.admin_site._registry[SalesPoint].get_queryset(request)
        return [(point.code, f"{point.name}（{point.code}）") for point in rows.order_by("code")]

    def _handed_in(self, request: HttpRequest, said: dict[str, Any]) -> HandedIn:
        """Say for whom a ledger comes in. Raises LedgerUnknownDeclarer."""
        names = LedgerNames()
        unit: Unit | None = names.unit(said["unit"])

        def may_state(rows: Any) -> bool:
            own = self.rows_to(request, check=False).filter(pk__in=[row.pk for row in rows])
            return own.count() == len(rows)

        return HandedIn(
            actor=cast(User, request.user),
            sales_point=names.sales_point(said["sales_point"]),
            unit=unit,
            may_state=may_state,
        )

    def _stated(self, request: HttpRequest, rows: list[DeclaredSale]) -> HttpResponse:
        told = {"count": len(rows), "amount": yuan(sum(row.amount_fen for row in rows))}
        text = gettext("已登记 %(count)s 行，合计 %(amount)s 元，等待审核。")
        self.message_user(request, text % told, messages.SUCCESS)
        return redirect(reverse("admin:orders_declaredsale_changelist"))

    def _page(
        self, request: HttpRequest, form: LedgerForm, parts: dict[str, Any]
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("登记月度台账"),
            "form": form,
            "list_page": reverse("admin:orders_declaredsale_changelist"),
            "titles": _TITLES,
            **parts,
        }
        return TemplateResponse(request, "orders/monthly_ledger.html", context)


def _preview(rows: list[DeclaredSale]) -> dict[str, Any]:
    return {
        "count": len(rows),
        "amount": yuan(sum(row.amount_fen for row in rows)),
        "rows": [_cells(row) for row in rows[:_ROWS_SHOWN]],
    }


def _cells(row: DeclaredSale) -> tuple[Any, ...]:
    quantity = EMPTY if row.quantity is None else f"{row.quantity} {row.quantity_unit}"
    return (
        f"{row.period_start} — {row.period_end}",
        *(row.sales_point or EMPTY, row.unit or EMPTY, row.helper_district_code or EMPTY),
        *(row.county_code or gettext("全州"), row.category_code or EMPTY),
        *(row.get_channel_class_display() or EMPTY, row.get_purchase_mode_display() or EMPTY),
        *(quantity, yuan(row.amount_fen)),
    )


def _sealed(path: Path) -> str:
    """Seal a file with its name, for the form that comes back."""
    return base64.b64encode(encrypt_bytes(path.name.encode() + b"\0" + path.read_bytes())).decode()


def _opened(kept: str) -> SimpleUploadedFile | None:
    """Open what `_sealed` made; None for anything else."""
    try:
        name, _nul, content = decrypt_bytes(base64.b64decode(kept, validate=True)).partition(b"\0")
    except (DomainError, binascii.Error, ValueError):
        return None
    return SimpleUploadedFile(name.decode(), content)
