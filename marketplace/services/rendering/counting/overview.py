"""The document of the prefecture overview (全州总览)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from common.money import yuan
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
    cooperation_words,
    parameter_facts,
    parts_words,
    period_words,
    refunded_words,
    sales_words,
    shared_warnings,
    undertaking_words,
)
from marketplace.services.rendering.document import Document, Section, Table, footnote
from marketplace.services.rendering.phrases import itemised, sentence, stated


def overview_title(report: Overview) -> str:
    """Return the title in the words of the report's time, marked where data are simulated."""
    asked = report.asked
    title = _("黔东南州%(undertaking)s总览（%(period)s）") % {
        "undertaking": undertaking_words(asked.last_day),
        "period": period_words(asked, _first_day(report)),
    }
    return _("【模拟数据】%(title)s") % {"title": title} if report.is_simulated else title


def overview_document(report: Overview) -> Document:
    """Turn the overview into a headline, breakdowns, what stands beside, and declared facts."""
    asked = report.asked
    return Document(
        title=overview_title(report),
        subtitle=cooperation_words(asked.last_day),
        facts=parameter_facts(
            asked, _first_day(report), report.watermark, _("全州口径（全部计入销售）")
        ),
        headline=_headline(report),
        warnings=overview_warnings(report),
        sections=tuple(
            Section(
                facts[0].section_name,
                (sentence(itemised(*(stated(one.label, one.printed) for one in facts))),),
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
    words = _("帮助销售黔东南州农特产品%(figure)s")
    if report.asked.is_cumulative:
        words = _("累计帮助销售黔东南州农特产品%(figure)s")
    sold = words % {"figure": sales_words(total, report.beside.governing)}
    return (
        sentence(refunded_words(total) or sold),
        parts_words(total),
        bases_words(total, report.watermark),
    )


def overview_warnings(report: Overview) -> tuple[str, ...]:
    """Return what the reader of an overview must know first.

    Openings that add up to more than the one around them leave a remainder below zero.
    """
    found = list(shared_warnings(report.asked, is_simulated=report.is_simulated))
    for row in (report.breakdown.unassigned, *report.breakdown.by_district):
        words = _("各区期初之和比全州期初多 %(fen)s 元，请核对期初累计。")
        if row.code:
            words = _("%(district)s各结对期初之和比全区期初多 %(fen)s 元，请核对期初累计。")
        found += [
            words
            % {
                "district": report.names.districts.get(row.code, row.code),
                "fen": yuan(-figure.net_fen),
            }
            for kind, _code, figure in row.parts
            if kind is Kinds.UNDIVIDED and figure.net_fen < 0
        ]
    return tuple(found)


def _moved_notes(report: Overview) -> list[str]:
    """Say how openings inside another were brought to its cut-off day, where theirs differs."""
    found = set()
    for one in report.beside.openings:
        for outer in report.beside.governing:
            is_inside = one.scope.district and outer.scope.holds(one.scope)
            if is_inside and one.cutoff != outer.cutoff:
                found.add((outer.scope == PREFECTURE, one.cutoff > outer.cutoff))
    words = {
        (True, True): _("期初按全州期初截止日折算：减去其间的逐单和申报。"),
        (True, False): _("期初按全州期初截止日折算：加上其间的逐单和申报。"),
        (False, True): _("期初按全区期初截止日折算：减去其间的逐单和申报。"),
        (False, False): _("期初按全区期初截止日折算：加上其间的逐单和申报。"),
    }
    return [text for key, text in words.items() if key in found]


def _timeless(figure: Figure) -> str:
    """Name what no month holds: openings, and ledgers of several months."""
    if figure.declared_fen == 0:
        return _("期初（不分月）")
    if figure == Figure(declared_fen=figure.declared_fen):
        return _("跨月申报（不分月）")
    return _("期初和跨月申报（不分月）")


def _breakdowns(report: Overview) -> tuple[Table, ...]:
    parts, names = report.breakdown, report.names
    total = parts.total
    unassigned = Row("", parts.unassigned.figure, parts.unassigned.parts)
    unknown = {"": _("产地未明")}
    return (
        breakdown_table(
            "by_district",
            _("按帮扶区"),
            (*parts.by_district, unassigned),
            total,
            {**names.districts, "": _("市级统筹/社会销售")},
            names.counties,
            (*_moved_notes(report), _undivided_words(report)),
        ),
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
        breakdown_table(
            "by_month",
            _("按月"),
            parts.by_month,
            total,
            {row.code: _timeless(row.figure) for row in parts.by_month if not row.code},
        ),
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
