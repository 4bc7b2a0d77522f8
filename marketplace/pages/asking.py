"""Who may read report pages, and what their addresses ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.selectors.reach import standing_of
from common.errors import DomainError
from marketplace.errors import ReportFilterNotValid
from marketplace.rules.campaign_report import BASES, MODEL_COLUMNS, REPORT_VIEWS, Asked
from marketplace.rules.evidence import Level
from marketplace.selectors.reports import LineFilter
from marketplace.selectors.reports.readers import check_model, check_reader

Arguments = ParamSpec("Arguments")
_LONGEST_CODE = 60


def for_report_readers(
    view: Callable[Concatenate[HttpRequest, Arguments], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    """Let staff in whose roles reach everything; refusals become a page with one sentence.

    Everyone else who is not signed in as staff is led to the sign-in of the admin.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if not (request.user.is_active and getattr(request.user, "is_staff", False)):
            return redirect_to_login(request.get_full_path(), resolve_url("admin:login"))
        try:
            check_reader(request.user)
            return view(request, *args, **kwargs)
        except DomainError as refusal:
            return _refusal(request, refusal)

    return guarded


def asked_of(campaign: str, request: HttpRequest) -> Asked:
    """Read which report an address asks for.

    Raises ReportFilterNotValid, and ModelForAnalysts where the reader is none.
    """
    query = request.GET
    model = query.get("model", "direct_rule")
    basis = query.get("basis", "transaction")
    view = query.get("view", "cohort")
    if model not in MODEL_COLUMNS or basis not in BASES or view not in REPORT_VIEWS:
        raise ReportFilterNotValid(
            _("没有这种统计口径：%(what)s") % {"what": f"{model} {basis} {view}"}
        )
    asked = Asked(campaign, model, basis, view)
    check_model(asked, standing_of(request.user))
    return asked


def query_of(asked: Asked) -> dict[str, str]:
    """Return what an address says to ask for the same report."""
    return {"model": asked.model, "basis": asked.basis, "view": asked.view}


def line_filter_of(query: QueryDict) -> LineFilter:
    """Read which order lines an address asks for. Raises ReportFilterNotValid."""
    codes = {name: query.get(name) for name in ("county", "sales_point", "channel", "product")}
    for name, code in codes.items():
        if code is not None and (len(code) > _LONGEST_CODE or "\x00" in code):
            raise ReportFilterNotValid(_("筛选条件 %(name)s 不可用。") % {"name": name})
    try:
        day = date.fromisoformat(query.get("day", "")) if "day" in query else None
        evidence = Level(int(query.get("evidence", ""))).value if "evidence" in query else None
    except ValueError as error:
        raise ReportFilterNotValid(_("筛选的日期或归因依据不可用。")) from error
    return LineFilter(day=day, evidence=evidence, **codes)


def start_of(query: QueryDict) -> int:
    """Read after which order a page of lines starts. Raises ReportFilterNotValid."""
    return number_of(query.get("after", "0"), _("页码不可用。"))


def number_of(text: str, otherwise: str) -> int:
    """Read a whole number of an address; `otherwise` is said of anything else.

    Raises ReportFilterNotValid.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ReportFilterNotValid(otherwise)
    return int(text)


def _refusal(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    context = {
        "language": get_language(),
        "title": _("无法显示报告"),
        "message": refusal.message,
        "code": refusal.code,
    }
    return render(request, "marketplace/report_refused.html", context, status=refusal.status)
