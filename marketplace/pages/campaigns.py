"""The pages of campaign reports: the list, one report, and the order lines behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.selectors.reach import standing_of
from common.clock import business_day
from common.money import yuan
from marketplace.errors import NotAttributed
from marketplace.pages.asking import (
    asked_of,
    for_report_readers,
    line_filter_of,
    query_of,
    start_of,
)
from marketplace.rules import printing
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.campaign_report import TRANSACTION, Asked
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.reports import (
    Headline,
    LineFilter,
    ReportLine,
    campaign_headlines,
    campaign_report,
    lines_of_page,
    money_of_lines,
)
from marketplace.selectors.reports.campaign import run_facts
from marketplace.selectors.reports.definitions import model_names
from marketplace.selectors.reports.names import Names, read_names
from marketplace.selectors.reports.readers import may_read_analysis
from marketplace.services.rendering.html_page import TEMPLATE, report_context

# Orders on one page of lines.
PAGE_ORDERS = 100


@require_safe
@for_report_readers
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Show every published campaign with what it earned."""
    try:
        run_facts()
        warning = ""
    except NotAttributed as refusal:
        warning = refusal.message
    context = {
        "language": get_language(),
        "rows": [_headline(headline) for headline in campaign_headlines()],
        "warning": warning,
    }
    return render(request, "marketplace/campaign_list.html", context)


@require_safe
@for_report_readers
def campaign_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the report of one campaign; `model`, `basis` and `view` choose which."""
    asked = asked_of(code, request)
    lines_url = reverse("reports:campaign-lines", args=[code])
    context = report_context(campaign_report(asked), lines_url=lines_url)
    context |= {
        "choices": _choices(asked, is_analyst=may_read_analysis(standing_of(request.user))),
        "same": urlencode(query_of(asked)),
        "bridge_url": reverse("reports:campaign-bridge", args=[code]),
    }
    return render(request, TEMPLATE, context)


@require_safe
@for_report_readers
def campaign_lines_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the order lines behind a figure, 100 orders a page, with the sum of all of them."""
    campaign = find_campaign(code)
    asked, wanted = asked_of(code, request), line_filter_of(request.GET)
    lines, more = lines_of_page(asked, wanted, after=start_of(request.GET), orders=PAGE_ORDERS)
    names = read_names()
    money = money_of_lines(asked, wanted)
    context = {
        "language": get_language(),
        "title": _("%(name)s · 订单行") % {"name": campaign.name},
        "filters": _said(wanted, asked, names),
        "gross": yuan(money.gross_fen),
        "refund": yuan(money.refund_fen),
        "net": yuan(money.net_fen),
        "rows": [_line(line, names) for line in lines],
        "report_url": f"{reverse('reports:campaign', args=[code])}?{urlencode(query_of(asked))}",
        "first_url": _page_address(request, None) if "after" in request.GET else "",
        "next_url": _page_address(request, more) if more else "",
    }
    return render(request, "marketplace/campaign_lines.html", context)


def _headline(headline: Headline) -> dict[str, str]:
    rules, money = headline.rules, headline.money
    last = business_day(rules.ends_at - timedelta(microseconds=1))
    return {
        "address": reverse("reports:campaign", args=[rules.code]),
        "name": rules.name,
        "period": printing.chinese_period(business_day(rules.starts_at), last),
        "orders": printing.count(headline.orders),
        "gross": yuan(money.gross_fen),
        "refund": yuan(money.refund_fen),
        "net": yuan(money.net_fen),
    }


def _choices(asked: Asked, *, is_analyst: bool) -> list[tuple[str, str, bool]]:
    """Return links to the same report on the other model, basis and view.

    Analysts find the path models behind one link, and each of them once they are there.
    """
    offered = [
        (_("不重复口径"), "model", "direct_rule"),
        (_("参与口径"), "model", "participation"),
        (_("成交额口径"), "basis", "transaction"),
        (_("买家实付口径"), "basis", "consumer_paid"),
        (_("按订单归属期"), "view", "cohort"),
        (_("按退款发生期"), "view", "cash"),
    ]
    now = query_of(asked)
    if asked.is_analysis:
        names = model_names()
        offered = [choice for choice in offered if choice[1] != "basis"]
        offered += [(names[model], "model", model) for model in PATH_MODELS]
    elif is_analyst:
        offered.append((_("分析口径"), "model", "linear"))
    return [
        (label, f"?{urlencode(_changed(now, name, value))}", now[name] == value)
        for label, name, value in offered
    ]


def _changed(now: dict[str, str], name: str, value: str) -> dict[str, str]:
    """Return what an address asks for after one choice; path models know one basis."""
    chosen = {**now, name: value}
    return chosen | {"basis": TRANSACTION} if chosen["model"] in PATH_MODELS else chosen


def _said(wanted: LineFilter, asked: Asked, names: Names) -> list[str]:
    """Say which lines are listed."""
    said = [model_names()[asked.model]]
    if wanted.day is not None:
        said.append(printing.chinese_day(wanted.day))
    if wanted.county is not None:
        said.append(names.county(wanted.county))
    if wanted.sales_point is not None:
        said.append(names.sales_point(wanted.sales_point))
    if wanted.channel is not None:
        said.append(names.channel(wanted.channel))
    if wanted.product is not None:
        said.append(names.product(wanted.product))
    if wanted.evidence is not None:
        said.append(names.evidence(str(wanted.evidence)))
    return said


def _line(line: ReportLine, names: Names) -> dict[str, Any]:
    return {
        "order_number": line.order_number,
        "paid_at": f"{line.paid_at:%Y-%m-%d %H:%M:%S}",
        "sales_point": names.sales_point(line.sales_point),
        "county": names.county(line.county_code),
        "product": names.product(line.sku_code),
        "evidence": names.evidence(str(line.level)),
        "gross": yuan(line.money.gross_fen),
        "refund": yuan(line.money.refund_fen),
        "net": yuan(line.money.net_fen),
    }


def _page_address(request: HttpRequest, after: int | None) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    if after is not None:
        query["after"] = str(after)
    return f"?{query.urlencode()}"
