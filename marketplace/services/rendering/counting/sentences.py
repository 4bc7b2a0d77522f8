"""The sentences of the six sections, in the order and wording of a printed 成绩单.

A missing fact leaves its clause out. The words follow the time of the facts that they print:
扶贫 and 贫困 to 2020, 协作 and 脱贫 from 2021. Source of the wording: the article
《南风传佳讯 山海再相逢》(2020).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.benefit import BENEFICIARIES_KEY
from marketplace.rules.counting import Figure
from marketplace.rules.counting_reports import Scorecard
from marketplace.services.rendering.counting.beneficiaries import beneficiaries_clause
from marketplace.services.rendering.counting.wording import (
    bases_words,
    parts_words,
    refunded_words,
    sales_words,
)
from marketplace.services.rendering.phrases import (
    clauses,
    itemised,
    listed,
    paragraph,
    sentence,
    stated,
)


class Said:
    """The facts of a section as text, and which of them have been said."""

    def __init__(self, report: Scorecard, section: str) -> None:
        self.facts = report.facts_by_key(section)
        self.district, self.county = report.district[1], report.county[1]
        self.is_cumulative = report.asked.is_cumulative
        last = max((fact.last for fact in self.facts.values()), default=report.asked.last_day)
        self.is_poverty_relief = printing.is_time_of_poverty_relief(last)
        self.used: set[str] = set()

    def clause(self, template: str, *keys: str, **more: str) -> str:
        """Fill a template with the first stated of some keys, '' where none is stated."""
        key = next((key for key in keys if key in self.facts), "")
        if not key:
            return ""
        self.used.add(key)
        return template % {
            "figure": self.facts[key].printed,
            "district": self.district,
            "county": self.county,
            "district_short": printing.short_place(self.district),
            "county_short": printing.short_place(self.county),
            "labour": _("贫困劳动力") if self.is_poverty_relief else _("脱贫劳动力"),
            "households": _("贫困户") if self.is_poverty_relief else _("脱贫户"),
            "projects": _("产业扶贫项目") if self.is_poverty_relief else _("产业帮扶项目"),
            "villages": _("深度贫困村") if self.is_poverty_relief else _("重点帮扶村"),
            **more,
        }

    def rest(self) -> list[str]:
        """Return what was stated in the section and has no place in its sentences."""
        others = [
            stated(fact.label, fact.printed)
            for key, fact in self.facts.items()
            if key not in self.used
        ]
        return [_("另有：%(others)s。") % {"others": itemised(*others)}] if others else []


def organisation(report: Scorecard) -> list[str]:
    """组织保障: who visited whom."""
    said = Said(report, "organisation")
    visits = clauses(
        said.clause(_("两地四套班子领导交流互访%(figure)s"), "leader_visits"),
        said.clause(_("部门乡镇（街道）互访%(figure)s"), "department_visits"),
    )
    if not visits:
        return said.rest()
    work = _("扶贫协作") if said.is_poverty_relief else _("东西部协作")
    words = _("%(visits)s，有力推动了%(work)s各层面、各领域的深入开展")
    return [sentence(words % {"visits": visits, "work": work}), *said.rest()]


def talent(report: Scorecard) -> list[str]:
    """人才交流: cadres and experts."""
    said = Said(report, "talent")
    people = clauses(
        said.clause(_("党政干部%(figure)s"), "cadres"),
        said.clause(_("专业技术人才%(figure)s"), "experts"),
    )
    sent = _("两地累计互派%(people)s") if said.is_cumulative else _("两地互派%(people)s")
    return [*_whole(sent % {"people": people} if people else ""), *said.rest()]


def industry(report: Scorecard) -> list[str]:
    """产业合作: firms and centres as declared, sales as counted, people as declared."""
    said = Said(report, "industry")
    invested = said.clause(_("实际到位资金达%(figure)s"), "invested")
    said.used.add(BENEFICIARIES_KEY)
    has_sales = report.sales != Figure()
    done = clauses(
        _centres(report),
        _sales(report) if has_sales else "",
        beneficiaries_clause(said.facts, report.benefit),
    )
    text = paragraph(sentence(clauses(_firms(said), invested)), sentence(done))
    found = [text] if text else []
    if has_sales:
        found += [parts_words(report.sales), bases_words(report.sales, report.watermark)]
    return [*found, *said.rest()]


def _firms(said: Said) -> str:
    """Return the clause on the firms that came: how many, some of them by name."""
    named = printing.without_others(said.clause("%(figure)s", "firms_named"))
    if not named:
        return said.clause(_("%(figure)s浙商企业落户%(county_short)s"), "firms")
    counted = said.clause(
        _("%(named)s等%(figure)s浙商企业落户%(county_short)s"), "firms", named=named
    )
    place = printing.short_place(said.county)
    return counted or _("%(named)s等浙商企业落户%(county)s") % {"named": named, "county": place}


def _sales(report: Scorecard) -> str:
    """Return the clause on the sales of the pairing."""
    words = _("帮助销售当地农特产品金额达%(figure)s")
    if report.asked.is_cumulative:
        words = _("累计帮助销售当地农特产品金额达%(figure)s")
    figure = sales_words(report.sales, report.beside.governing)
    return refunded_words(report.sales) or words % {"figure": figure}


def funds(report: Scorecard) -> list[str]:
    """资金投入: the district's funds, and what part of them went into industry."""
    said = Said(report, "funds")
    fund = said.clause(_("%(district)s落实帮扶资金共%(figure)s"), "fund")
    words = _("实施帮扶项目%(figure)s") if fund else _("%(district)s实施帮扶项目%(figure)s")
    own = said.clause(words, "projects")
    amount = said.clause(_("帮扶资金%(figure)s"), "industry_fund")
    projects = said.clause(_("其中投入%(projects)s%(figure)s"), "industry_projects")
    if amount and not projects:
        amount = said.clause(_("其中%(projects)s帮扶资金%(figure)s"), "industry_fund")
    share, note = _share(said)
    text = clauses(fund, own, projects, amount, share)
    return [*_whole(text), *([note] if note else []), *said.rest()]


def labour(report: Scorecard) -> list[str]:
    """劳务协作: job fairs, posts, people in work."""
    said = Said(report, "labour")
    fairs = _(
        "两地人社部门牵头携手开展“%(district_short)s—%(county_short)s”"
        "劳务协作大型专场招聘会%(figure)s"
    )
    text = clauses(
        said.clause(fairs, "job_fairs"),
        said.clause(_("为群众提供就业岗位累计%(figure)s"), "posts"),
        said.clause(_("共输出到杭州的%(labour)s%(figure)s"), "sent_to_hangzhou"),
        said.clause(
            _("目前在杭%(county_short)s籍%(labour)s实现就业%(figure)s"),
            "county_in_hangzhou",
            "huangping_in_hangzhou",
        ),
        said.clause(
            _("黔东南籍%(households)s在%(district_short)s实现就业%(figure)s"),
            "prefecture_in_district",
            "qiandongnan_in_gongshu",
        ),
    )
    return [*_whole(text), *said.rest()]


def team(report: Scorecard) -> list[str]:
    """队伍建设: donations, and who is paired with whom below the district."""
    said = Said(report, "team")
    donations = said.clause(_("%(district)s各界爱心捐款（物）%(figure)s"), "donations")
    helpers = listed(
        said.clause(_("%(figure)s企业"), "district_firms", "gongshu_firms"),
        said.clause(_("%(figure)s中小学"), "district_schools", "gongshu_schools"),
        said.clause(_("%(figure)s社区卫生服务中心"), "district_clinics", "gongshu_clinics"),
        said.clause(_("%(figure)s社会组织"), "district_social_orgs", "gongshu_social_orgs"),
    )
    helped = listed(
        said.clause(_("%(figure)s%(villages)s"), "county_villages", "huangping_villages"),
        said.clause(_("%(figure)s中小学"), "county_schools", "huangping_schools"),
        said.clause(_("%(figure)s乡镇卫生院"), "county_clinics", "huangping_clinics"),
    )
    covered = ""
    if helpers and helped:
        covered = _(
            "%(district)s%(helpers)s与%(county)s%(helped)s"
            "通过“一对多”或“一对一”方式实现结对帮扶全覆盖"
        )
    elif helpers or helped:
        covered = _("%(place)s%(bodies)s通过“一对多”或“一对一”方式实现结对帮扶全覆盖")
    covered %= {
        "district": said.district,
        "helpers": helpers,
        "county": said.county,
        "helped": helped,
        "place": said.district if helpers else said.county,
        "bodies": helpers or helped,
    }
    return [*_whole(clauses(donations, covered)), *said.rest()]


def _share(said: Said) -> tuple[str, str]:
    """Return the clause on industry's part of the funds, and the note on where it comes from.

    A declared share is printed as declared. Without one it is computed from exact amounts
    only: two rounded figures give a ratio that nobody stated.
    """
    of_funds = _("占帮扶资金总额的%(share)s")
    declared = said.facts.get("industry_share")
    if declared is not None:
        said.used.add("industry_share")
        note = _("注：%(share)s（填报数）按来源列示，不由上列金额计算。")
        share = {"share": declared.printed}
        return of_funds % share, note % share
    part, whole = said.facts.get("industry_fund"), said.facts.get("fund")
    if part is None or whole is None or part.value is None or whole.value is None:
        return "", ""
    if any(printing.is_rounded(fact.bound, fact.wording) for fact in (part, whole)):
        note = _("注：上列金额为约数，没有填报占比，不作计算。")
        return of_funds % {"share": printing.NOTHING}, note
    return of_funds % {"share": printing.percentage(part.value, whole.value)}, ""


def _centres(report: Scorecard) -> str:
    if not report.centres:
        return ""
    district = report.district[1]
    names = [name.removeprefix(district) for name in report.centres]
    if len(names) == 1:
        return _("建成%(district)s%(centres)s") % {"district": district, "centres": names[0]}
    centres = _("%(others)s和%(last)s") % {"others": listed(*names[:-1]), "last": names[-1]}
    return _("先后建成%(district)s%(centres)s") % {"district": district, "centres": centres}


def _whole(text: str) -> list[str]:
    """Return a clause as the one sentence of a paragraph, nothing for ''."""
    return [sentence(text)] if text else []


def section_texts(report: Scorecard) -> dict[str, Sequence[str]]:
    """Return the paragraphs of each section by its code; at least one each."""
    writers = {
        "organisation": organisation,
        "talent": talent,
        "industry": industry,
        "funds": funds,
        "labour": labour,
        "team": team,
    }
    texts: dict[str, Sequence[str]] = {}
    for code, write in writers.items():
        texts[code] = tuple(write(report)) or (_("本期无填报数。"),)
    return texts
