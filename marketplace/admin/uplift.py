"""What campaigns are compared with, imported series, and the estimates that were made."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedModelAdmin, ScopedTabularInline
from accounts.models import User
from common.errors import DomainError
from common.money import yuan
from marketplace.admin.places import WHOLE_OFFICES
from marketplace.intake.control_series_files import read_series
from marketplace.models import (
    Campaign,
    ControlSeries,
    ControlSeriesPoint,
    UpliftControl,
    UpliftEstimate,
)
from marketplace.selectors.uplift.words import refusal_words
from marketplace.services.uplift.controls import DisturbedDays, declare_control, submit_control
from marketplace.services.uplift.estimating import request_estimate
from marketplace.services.uplift.series import import_series
from operations.admin.reviewing import REVIEW_COLUMNS, ReviewedAdmin
from operations.admin.steps import StatedByService
from operations.tasks import ring
from orders.admin.uploaded import laid_aside
from products.admin.columns import EMPTY, shown

# Who declares, imports and asks; only who reaches everything sees what is internal.
ESTIMATING_ROLES = frozenset({"prefecture", "city", "analyst"})
_SEPARATORS = re.compile(r"[\s,，、;；]+")
_DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:/([0-9]{4}-[0-9]{2}-[0-9]{2}))?\s+(\S.*)")


class SeriesForm(forms.ModelForm):
    """Takes the file of a series."""

    upload = forms.FileField(
        label=_("文件"),
        widget=UnfoldAdminFileFieldWidget(),
        help_text=_(
            "CSV，列为 period,value,source,unit；period 为一日或“首日/末日”。"
            "同一编码再次导入为新版本。"
        ),
    )


class PointInline(ScopedTabularInline):
    scope = Scope.central()
    model = ControlSeriesPoint
    fields = readonly_fields = ("first_day", "last_day", "value", "unit", "source")
    show_change_link = False


@admin.register(ControlSeries)
class ControlSeriesAdmin(StatedByService):
    scope = Scope.central()
    writable_by = ESTIMATING_ROLES
    add_form = SeriesForm
    asked = ("code", "name", "upload")
    list_display = (
        "code",
        "number",
        "name",
        "points_count",
        "first_day",
        "last_day",
        "imported_at",
    )
    search_fields = ("code", "name", "=sha256")
    fields = readonly_fields = shown(
        *("code", "number", "name", "file_name", "points_count", "first_day", "last_day"),
        *("sha256", "imported_at", "imported_by"),
    )

    def get_inlines(self, _request: HttpRequest, obj: Any) -> list[Any]:
        return [PointInline] if obj else []

    def state(self, actor: User, values: dict[str, Any]) -> ControlSeries:
        with laid_aside(values["upload"]) as (path,):
            return import_series(
                code=values["code"],
                name=values["name"],
                points=read_series(path),
                file_name=path.name,
                actor=actor,
            )

    def is_own(self, _request: HttpRequest, _row: Any) -> bool:
        return True


@admin.register(ControlSeriesPoint)
class ControlSeriesPointAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    list_display = ("series", "first_day", "last_day", "value", "unit", "source")
    list_filter = ("series",)
    list_select_related = ("series",)
    search_fields = ("=series__code", "source")
    fields = readonly_fields = shown(*list_display)


class ControlForm(forms.ModelForm):
    """Takes codes and disturbed days as text."""

    codes = forms.CharField(
        label=_("对照编码"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("销售点、区、产品或产地县的编码，用逗号分隔；导入的序列和没有对照时留空。"),
    )
    disturbances = forms.CharField(
        label=_("干扰时段"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("每行一段，如“2020-02-01/2020-02-20 封闭管理”；这些日子不作基期。"),
    )

    def clean_codes(self) -> list[str]:
        return [code for code in _SEPARATORS.split(self.cleaned_data["codes"]) if code]

    def clean_disturbances(self) -> str:
        text: str = self.cleaned_data["disturbances"]
        days_of(text)
        return text


def days_of(text: str) -> list[DisturbedDays]:
    """Read disturbed days, one period a line. Raises ValidationError."""
    return [_disturbed(line.strip()) for line in text.splitlines() if line.strip()]


def _disturbed(line: str) -> DisturbedDays:
    """Read a day or days and why. Raises ValidationError."""
    if found := _DAYS.fullmatch(line):
        try:
            first = date.fromisoformat(found[1])
            return DisturbedDays(first, date.fromisoformat(found[2] or found[1]), found[3])
        except ValueError:  # a day that does not exist
            pass
    raise ValidationError(gettext("干扰时段读不懂：%(line)s") % {"line": line[:80]})


@admin.register(UpliftControl)
class UpliftControlAdmin(ReviewedAdmin):
    scope = Scope.central()
    writable_by = ESTIMATING_ROLES
    checked_by_roles = WHOLE_OFFICES
    add_form = ControlForm
    asked = ("campaign", "kind", "codes", "series", "design", "disturbances", "reason")
    page = ("campaign", "kind", "codes_listed", "series", "design", "days_listed", "reason")
    list_display = ("id", "campaign", "kind", "design", "reason", *REVIEW_COLUMNS)
    list_filter = ("kind", "design")
    list_select_related = ("campaign", "series")
    search_fields = ("=id", "=campaign__code", "campaign__name", "reason")
    autocomplete_fields = ("campaign", "series")

    def state(self, actor: User, values: dict[str, Any]) -> UpliftControl:
        days = days_of(values["disturbances"])
        return declare_control(**{**values, "disturbances": days}, actor=actor)

    def submit(self, row: UpliftControl, actor: User) -> UpliftControl:
        return submit_control(row, actor)

    @admin.display(description=_("对照编码"))
    def codes_listed(self, row: UpliftControl) -> str:
        return "、".join(row.codes) or EMPTY

    @admin.display(description=_("干扰时段"))
    def days_listed(self, row: UpliftControl) -> str:
        said = [f"{one['first_day']}/{one['last_day']} {one['reason']}" for one in row.disturbances]
        return "；".join(said) or EMPTY


@admin.register(UpliftEstimate)
class UpliftEstimateAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    list_display = ("id", "version", "grade", "said", "run", "estimated_at", "requested_by")
    list_select_related = ("version__campaign", "run", "requested_by")
    search_fields = ("=version__campaign__code", "=sha256")
    fields = readonly_fields = shown(
        *("version", "run", "control", "grade", "said", "result", "parameters", "inputs"),
        *("sha256", "estimated_at", "requested_by"),
    )

    @admin.display(description=_("证据等级"))
    def grade(self, row: UpliftEstimate) -> str:
        return row.result["grade"] or EMPTY

    @admin.display(description=_("活动期新增销售：估计 / 下限 / 上限（元）"))
    def said(self, row: UpliftEstimate) -> str:
        """Print the estimate with its interval, or why there is none."""
        part = row.result["main"]
        if part["refusal"]:
            return refusal_words(part["refusal"])
        figures = [part[name] for name in ("estimate_fen", "low_fen", "high_fen")]
        return " / ".join(EMPTY if fen is None else yuan(fen) for fen in figures)


class RequestsEstimates(ScopedModelAdmin):
    """For the admin of campaigns: an action that hands estimates to the workers."""

    is_abstract_base = True

    @admin.action(description=_("估计所选活动的新增销售"), permissions=["change"])
    def request_estimates(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        for campaign in queryset:
            try:
                job = request_estimate(campaign, actor=cast(User, request.user))
            except DomainError as refusal:
                self.message_user(request, f"{campaign}：{refusal.message}", messages.ERROR)
            else:
                ring(job)
                said = gettext("%(campaign)s：已交后台估计，任务 #%(job)s。")
                said %= {"campaign": campaign, "job": job.pk}
                self.message_user(request, said, messages.SUCCESS)
