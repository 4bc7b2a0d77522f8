"""The page of a bridge: why a campaign's figure is another one than before (更正过桥)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.money import yuan
from marketplace.errors import ReportFilterNotValid
from marketplace.models import AttributionRun
from marketplace.pages.asking import asked_of, for_report_readers, number_of, query_of, start_of
from marketplace.rules import printing
from marketplace.rules.campaign_report import Asked
from marketplace.rules.causes import Step
from marketplace.selectors.attribution import ended_runs
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.reports.bridge import (
    Bridge,
    BridgeEnd,
    BridgeLine,
    bridge_lines,
    read_bridge,
    step_definition,
    step_name,
)
from marketplace.selectors.reports.definitions import model_names
from marketplace.selectors.reports.names import Names, read_names

# Entries on one page, and runs to choose from.
PAGE_LINES = 100
RUNS_OFFERED = 100


@require_safe
@for_report_readers
def bridge_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the bridge between two runs, and the lines behind one step or all of them."""
    campaign = find_campaign(code)
    asked, query = asked_of(code, request), request.GET
    bridge = read_bridge(asked, start=_number(query, "from"), end=_number(query, "to"))
    step = _step(query)
    listed = list(bridge_lines(bridge, step=step, after=start_of(query), most=PAGE_LINES + 1))
    names = read_names()
    same = _same(asked, bridge)
    context = {
        "language": get_language(),
        "title": _("%(name)s · 更正过桥") % {"name": campaign.name},
        "model": model_names()[asked.model],
        "asked": asked,
        "runs": [_run(run) for run in ended_runs()[:RUNS_OFFERED]],
        "start": _end(bridge.start),
        "end": _end(bridge.end),
        "difference": _signed(bridge.end.net_fen - bridge.start.net_fen),
        "steps": [
            {
                "name": step_name(each.step),
                "what": step_definition(each.step),
                "net": _signed(each.net_fen),
                "orders": printing.count(each.orders),
                "entries": printing.count(each.entries),
                "address": f"?{urlencode({**same, 'step': each.step.value})}#lines",
                "is_empty": not each.entries,
            }
            for each in bridge.steps
        ],
        "step": step_name(step) if step else _("全部"),
        "rows": [_line(line, names) for line in listed[:PAGE_LINES]],
        "next_url": _next(same, step, listed),
        "report_url": f"{reverse('reports:campaign', args=[code])}?{urlencode(query_of(asked))}",
        "all_url": f"?{urlencode(same)}#lines",
    }
    return render(request, "marketplace/campaign_bridge.html", context)


def _number(query: QueryDict, name: str) -> int | None:
    """Read the number of a run. Raises ReportFilterNotValid."""
    text = query.get(name, "")
    return number_of(text, _("计算批次须为数字。")) if text else None


def _step(query: QueryDict) -> Step | None:
    text = query.get("step", "")
    if not text:
        return None
    if text not in {step.value for step in Step}:
        raise ReportFilterNotValid(_("没有这一项过桥。"))
    return Step(text)


def _same(asked: Asked, bridge: Bridge) -> dict[str, str]:
    runs = {"from": str(bridge.start.run), "to": str(bridge.end.run)}
    return {**query_of(asked), **runs}


def _next(same: dict[str, str], step: Step | None, listed: list[BridgeLine]) -> str:
    if len(listed) <= PAGE_LINES:
        return ""
    chosen = {"step": step.value} if step else {}
    after = str(listed[PAGE_LINES - 1].entry)
    return f"?{urlencode({**same, **chosen, 'after': after})}#lines"


def _run(run: AttributionRun) -> dict[str, Any]:
    ended = timezone.localtime(run.finished_at) if run.finished_at else None
    said = f"{ended:%Y-%m-%d %H:%M}" if ended else ""
    return {"number": run.pk, "text": f"#{run.pk} · {run.get_kind_display()} · {said}"}


def _end(end: BridgeEnd) -> dict[str, Any]:
    ended = timezone.localtime(end.finished_at) if end.finished_at else None
    return {
        "run": end.run,
        "at": f"{ended:%Y-%m-%d %H:%M:%S}" if ended else "",
        "version": end.version or "",
        "digest": end.digest,
        "net": yuan(end.net_fen),
    }


def _signed(fen: int) -> str:
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def _line(line: BridgeLine, names: Names) -> dict[str, str]:
    return {
        "step": step_name(line.step),
        "run": f"#{line.run}",
        "order_number": line.order_number,
        "sales_point": names.sales_point(line.sales_point),
        "county": names.county(line.county_code),
        "product": names.product(line.sku_code),
        "order_date": line.order_date.isoformat(),
        "event_date": line.event_date.isoformat(),
        "evidence": names.evidence(str(line.level)),
        "net": _signed(line.net_fen),
    }
