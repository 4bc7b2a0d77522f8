"""The page on which an operator drops a platform's export files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from accounts.models import User
from orders.admin.papers import ManyFilesField
from orders.admin.uploaded import laid_aside
from orders.intake.import_jobs import receive_upload
from orders.intake.reading import FORMATS
from orders.models import OrderImport, SalesPoint
from orders.selectors.taught_formats import formats_in_use
from orders.services.receiving import AUTOMATIC, UploadTerms

# One import is one export: a pair of tables, or an archive; a few more are let in to be told so.
MOST_FILES = 10
# Formats by their codes, as people call them.
FORMAT_WORDS = {
    AUTOMATIC: _("自动识别"),
    "generic": _("通用格式"),
    "taobao": _("淘宝"),
    "1688": "1688",
    "pdd": _("拼多多"),
    "jd": _("京东"),
    "youzan": _("有赞"),
    "douyin": _("抖音"),
}


class ExportFilesField(ManyFilesField):
    """Takes the files of one export."""

    most_files = MOST_FILES


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": " ".join(INPUT_CLASSES)})
    return forms.DateField(label=label, help_text=help_text, widget=widget, required=False)


class UploadForm(forms.Form):
    """Asks where the files belong, and what the operator expects of them."""

    sales_point = forms.ModelChoiceField(
        SalesPoint.objects.none(),
        label=_("销售点"),
        empty_label=_("请选择"),
        widget=UnfoldAdminSelectWidget,
    )
    uploads = ExportFilesField(
        label=_("文件"),
        required=True,
        help_text=_(
            "平台直接导出的 CSV、Excel 或压缩包；订单表与明细表请一起选择。文件加密保存，"
            "确认之前不写入订单。"
        ),
    )
    format = forms.ChoiceField(label=_("格式"), widget=UnfoldAdminSelectWidget, required=False)
    expected_first_day = _day(_("预计首个付款日"))
    expected_last_day = _day(
        _("预计最后付款日"), _("可不填。填写后，付款日在此期间之外的订单须另行确认。")
    )

    def __init__(self, *args: Any, points: QuerySet[SalesPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sales_point"].queryset = points  # type: ignore[attr-defined]
        self.fields["format"].choices = format_choices()  # type: ignore[attr-defined]
        if len(points) == 1:
            self.fields["sales_point"].initial = points[0].pk

    @property
    def most_mb(self) -> int:
        """Return the size limit of one file."""
        return int(settings.IMPORT_MOST_MB)


def format_choices() -> list[tuple[str, Any]]:
    """Return the formats that may be chosen: the automatic one, built-in ones, taught ones."""
    taught = [(one.code, f"{one.name}（{one.code}）") for one in formats_in_use()]
    named = [(form.code, FORMAT_WORDS[form.code]) for form in FORMATS]
    return [(AUTOMATIC, FORMAT_WORDS[AUTOMATIC]), *named, *taught]


def take_in(form: UploadForm, actor: User) -> OrderImport:
    """Hand what a valid form holds to intake. Raises what that refuses."""
    values = form.cleaned_data
    terms = UploadTerms(
        format=values["format"] or AUTOMATIC,
        expected_first_day=values["expected_first_day"],
        expected_last_day=values["expected_last_day"],
    )
    with laid_aside(*values["uploads"]) as paths:
        return receive_upload(
            sales_point=values["sales_point"], paths=paths, terms=terms, actor=actor
        )
