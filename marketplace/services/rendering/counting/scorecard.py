"""The document of a scorecard (成绩单)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.counting import Scope
from marketplace.rules.counting_reports import SCORECARD_SECTIONS, Scorecard
from marketplace.services.rendering.counting.beneficiaries import benefit_table
from marketplace.services.rendering.counting.sentences import section_texts
from marketplace.services.rendering.counting.tables import (
    beside_tables,
    facts_table,
    figure_cells,
    figure_columns,
    shared_definitions,
)
from marketplace.services.rendering.counting.wording import (
    cooperation_words,
    parameter_facts,
    period_words,
    shared_warnings,
    undertaking_words,
)
from marketplace.services.rendering.document import (
    Column,
    Document,
    Section,
    Table,
    footnote,
)


def scorecard_title(report: Scorecard) -> str:
    """Return the title in the words of the report's time, marked where data are simulated."""
    asked, first = report.asked, report.first_day
    years = ""
    if asked.is_cumulative and first is not None:
        years = printing.recent_years(first, asked.last_day)
    words = _("%(district)s%(county)s%(cooperation)s成绩单（%(period)s）")
    if years:
        words = _("%(district)s%(county)s%(cooperation)s%(years)s成绩单（%(period)s）")
    title = words % {
        "district": printing.short_place(report.district[1]),
        "county": printing.short_place(report.county[1]),
        "cooperation": cooperation_words(asked.last_day),
        "years": years,
        "period": period_words(asked, first),
    }
    return _("【模拟数据】%(title)s") % {"title": title} if report.is_simulated else title


def scorecard_texts(report: Scorecard) -> dict[str, Sequence[str]]:
    """Return the paragraphs of each section by its code."""
    return section_texts(report)


def scorecard_warnings(report: Scorecard) -> tuple[str, ...]:
    """Return what the reader of a scorecard must know first."""
    found = shared_warnings(report.asked, is_simulated=report.is_simulated)
    if report.is_paired:
        return found
    day = printing.chinese_day(report.asked.last_day)
    return (*found, _("%(day)s没有登记有效的结对关系。") % {"day": day})


def scorecard_document(report: Scorecard) -> Document:
    """Turn a scorecard into its six sections, tables and annex."""
    asked, texts = report.asked, section_texts(report)
    return Document(
        title=scorecard_title(report),
        subtitle=f"{undertaking_words(asked.last_day)} · {report.district[1]}—{report.county[1]}",
        facts=parameter_facts(asked, report.first_day, report.watermark, _("结对口径")),
        headline=(),
        warnings=scorecard_warnings(report),
        sections=tuple(Section(_heading(code), tuple(texts[code])) for code in SCORECARD_SECTIONS),
        tables=(
            _sales(report),
            _other_bases(report),
            benefit_table(report.benefit),
            *beside_tables(report.beside, _places(report)),
            facts_table(fact for fact in report.facts if fact.section in SCORECARD_SECTIONS),
        ),
        definitions=shared_definitions(),
        notes=(footnote(),),
    )


def _heading(code: str) -> str:
    return {
        "organisation": _("组织保障"),
        "talent": _("人才交流"),
        "industry": _("产业合作"),
        "funds": _("资金投入"),
        "labour": _("劳务协作"),
        "team": _("队伍建设"),
    }[code]


def _places(report: Scorecard) -> dict[Scope, str]:
    scope = Scope(report.district[0], report.county[0])
    return {scope: f"{report.district[1]}—{report.county[1]}"}


def _sales(report: Scorecard) -> Table:
    return Table(
        key="sales",
        title=_("帮助销售"),
        columns=(Column(_("口径")), *figure_columns()),
        rows=((_("结对口径"), *figure_cells(report.sales)),),
    )


def _other_bases(report: Scorecard) -> Table:
    names = {
        "helper_all_counties": _("%(district)s帮助销售的全部县产品")
        % {"district": report.district[1]},
        "origin_all_helpers": _("%(county)s产品的全部销售") % {"county": report.county[1]},
    }
    return Table(
        key="other_bases",
        title=_("其他口径（不可加总）"),
        columns=(Column(_("口径")), *figure_columns()),
        rows=tuple((names[key], *figure_cells(one)) for key, one in report.other_bases.items()),
        note=_("不可加总：帮扶侧与产地侧的数字互有重叠，不与结对口径相加，也不互相相加。"),
    )
