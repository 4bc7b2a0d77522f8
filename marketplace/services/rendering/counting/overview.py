"""The document of the prefecture overview (全州总览)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from common.money import yuan
from marketplace.rules import printing
from marketplace.rules.counting import PREFECTURE, Figure, Kinds, Row, Scope
from marketplace.rules.overview_report import Overview
from marketplace.services.rendering.counting.tables import (
    beside_tables,
    breakdown_table,
    facts_table,
    shared_definitions,
)
from marketplace.services.rendering.counting.wording import (
    bases_words,
    parameter_facts,
    parts_words,
    period_words,
    sales_words,
    shared_warnings,
)
from marketplace.services.rendering.document import Document, Section, Table, footnote


def overview_title(report: Overview) -> str:
    """Return the title in the words of the report's time, marked where data are simulated."""
    asked = report.asked
    title = _("黔东南州%(undertaking)s总览（%(period)s）") % {
        "undertaking": printing.undertaking(asked.last_day),
        "period": period_words(asked, _first_day(report)),
    }
    return _("【模拟数据】%(title)s") % {"title": title} if report.is_simulated else title


def overview_document(report: Overview) -> Document:
    """Turn the overview into a headline, breakdowns, what stands beside, and declared facts."""
    asked = report.asked
    return Document(
        title=overview_title(report),
        subtitle=printing.cooperation(asked.last_day),
        facts=parameter_facts(asked, _first_day(report), report.watermark),
        headline=_headline(report),
        warnings=_warnings(report),
        sections=tuple(
            Section(
                facts[0].section_name,
                (_("%(facts)s。") % {"facts": "；".join(f"{f.label}{f.printed}" for f in facts)},),
            )
            for facts in report.sections().values()
        ),
        tables=(
            *_breakdowns(report),
            *beside_tables(report.beside, _places(report)),
            facts_table(report.facts),
        ),
        definitions=shared_definitions(),
        notes=(footnote(),),
    )


def _first_day(report: Overview) -> date | None:
    """Return the first day that is asked for, else the first that a used opening states."""
    if report.asked.first_day is not None:
        return report.asked.first_day
    stated = [one.first_day for one in report.beside.openings if one.scope == PREFECTURE]
    return stated[0] if stated else None


def _headline(report: Overview) -> tuple[str, ...]:
    total = report.breakdown.total
    governing = [one for one in report.beside.openings if one.scope == PREFECTURE]
    stated = governing or list(report.beside.openings)
    helped = _("累计帮助销售") if report.asked.is_cumulative else _("帮助销售")
    figure = sales_words(total, stated)
    return (
        _("%(helped)s黔东南州农特产品%(figure)s。") % {"helped": helped, "figure": figure},
        parts_words(total),
        bases_words(total, report.watermark),
    )


def _warnings(report: Overview) -> tuple[str, ...]:
    found = list(
        shared_warnings(
            is_simulated=report.is_simulated, is_certified_only=report.asked.is_certified_only
        )
    )
    for kind, _code, figure in report.breakdown.unassigned.parts:
        if kind is Kinds.UNDIVIDED and figure.net_fen < 0:
            found.append(
                _("各区期初之和比全州期初多 %(fen)s 元，请核对期初累计。")
                % {"fen": yuan(-figure.net_fen)}
            )
    return tuple(found)


def _breakdowns(report: Overview) -> tuple[Table, ...]:
    parts, names = report.breakdown, report.names
    total = parts.total
    unassigned = Row("", parts.unassigned.figure, parts.unassigned.parts)
    unknown = {"": _("产地未明")}
    by_district = breakdown_table(
        "by_district",
        _("按帮扶区"),
        (*parts.by_district, unassigned),
        total,
        {**names.districts, "": _("市级统筹/社会销售")},
        names.counties,
    )
    return (
        replace(by_district, note=by_district.note + _undivided_words(report)),
        breakdown_table(
            "by_county", _("按产地县（市）"), parts.by_county, total, names.counties | unknown
        ),
        breakdown_table(
            "by_channel",
            _("按渠道"),
            parts.by_channel,
            total,
            names.channels,
            names.channel_kinds,
        ),
        breakdown_table(
            "by_purchase_mode",
            _("按采购方式"),
            parts.by_purchase_mode,
            total,
            names.purchase_modes,
        ),
        breakdown_table("by_month", _("按月"), parts.by_month, total, {}),
    )


def _undivided_words(report: Overview) -> str:
    """Say what pairings' scorecards count and their rows here do not, '' where nothing."""
    undivided = report.undivided_pairings
    if undivided == Figure():
        return ""
    return _(
        "没有单独期初的结对，期初截止日（含）前的逐单和申报净额 %(net)s 元"
        "含在“期初未分解”内，不列入结对行；其成绩单计入这部分。"
    ) % {"net": yuan(undivided.net_fen)}


def _places(report: Overview) -> dict[Scope, str]:
    """Return the names of the scopes that opening figures speak of."""
    names = report.names
    found = {}
    for opening in report.beside.openings:
        district, county = opening.scope
        words = [names.districts.get(district, district), names.counties.get(county, county)]
        found[opening.scope] = "—".join(word for word in words if word) or _("全州")
    return found
