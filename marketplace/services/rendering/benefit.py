"""Say in sentences who benefits, for any report."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from common.money import yuan
from marketplace.rules.benefit import (
    Beneficiaries,
    BenefitKind,
    DeclaredFigure,
    Dividend,
    RosterFigure,
)
from marketplace.rules.printing import (
    chinese_day,
    chinese_period,
    half_up,
    prose_yuan,
)
from marketplace.services.rendering.phrases import clauses, listed
from products.rules.benefit import LEAST_PUBLIC_HOUSEHOLDS, Range

_BASIS_POINTS_IN_PERCENT = 100


def benefit_sentences(found: Beneficiaries) -> list[str]:
    """Say who benefits, the figure to print first, then where it comes from, then dividends.

    Each sentence names what it rests on: 名册去重, 填报数 or 申报联结. Never empty.
    """
    sentences = list(_figure(found))
    sentences.extend(dividend_sentence(dividend) for dividend in found.dividends)
    return sentences


def dividend_sentence(dividend: Dividend) -> str:
    """Say what a dividend gives a year, by person and household, and how that was computed."""
    parts = [_("每年分红%(amount)s") % {"amount": prose_yuan(int(half_up(dividend.yearly_fen)))}]
    shares = []
    if dividend.person_fen is not None:
        parts.append(_("人均%(amount)s元") % {"amount": _yuan(dividend.person_fen)})
        shares.append(_("%(count)d人") % {"count": dividend.persons})
    if dividend.household_fen is not None:
        parts.append(_("户均%(amount)s元") % {"amount": _yuan(dividend.household_fen)})
        shares.append(_("%(count)d户") % {"count": dividend.households})
    computed = f"{prose_yuan(dividend.principal_fen)}×{_percent(dividend.rate_bp)}"
    if shares:
        computed += "÷" + listed(*shares)
    return _("%(producer)s%(what)s（按%(computed)s计算）。") % {
        "producer": dividend.producer_name,
        "what": clauses(*parts),
        "computed": computed,
    }


def _figure(found: Beneficiaries) -> Iterator[str]:
    if found.roster is not None:
        yield from _of_roster(found.roster)
    elif found.kind is BenefitKind.NONE:
        yield _("本期没有可列出的带动户数：没有名册，也没有填报数或申报联结。")
    if found.declared is not None:
        yield from _of_declared(found.declared)
    if found.households_range or found.persons_range:
        numbers = (
            _range(found.households_range, _("%(number)s户")),
            _range(found.persons_range, _("%(number)s人")),
        )
        yield _("带动农户%(stated)s（申报联结，未去重）。") % {"stated": listed(*numbers)}
    elif found.kind is BenefitKind.RANGE:
        yield _("带动农户数涉及不足%(least)d户的联结，按规定不公布具体数（申报联结）。") % {
            "least": LEAST_PUBLIC_HOUSEHOLDS
        }


def _of_roster(roster: RosterFigure) -> Iterator[str]:
    if roster.households is None or roster.persons is None:
        yield _("带动农户不足%(least)d户，按规定不公布具体数（名册去重）。") % {
            "least": LEAST_PUBLIC_HOUSEHOLDS
        }
    else:
        yield _("带动农户%(households)s户、%(persons)s人（名册去重）。") % {
            "households": f"{roster.households:,}",
            "persons": f"{roster.persons:,}",
        }
    if roster.producers_without_roster:
        yield _("另有%(count)d家供货主体有销售而没有名册，其带动的农户未计入。") % {
            "count": roster.producers_without_roster
        }


def _of_declared(figure: DeclaredFigure) -> Iterator[str]:
    yield _("%(stated)s（填报数）。") % {"stated": _stated(figure)}
    period = (
        chinese_period(figure.period_start, figure.period_end)
        if figure.period_start
        else _("截至%(day)s") % {"day": chinese_day(figure.period_end)}
    )
    yield _("填报数期间：%(period)s；来源：%(source)s。") % {
        "period": period,
        "source": figure.source.rstrip("。"),
    }


def _stated(figure: DeclaredFigure) -> str:
    """Return the source's own words where there are any, else its number with its bound."""
    if figure.is_suppressed:
        return _("不足%(least)d户") % {"least": LEAST_PUBLIC_HOUSEHOLDS}
    if figure.wording or figure.value is None:
        return figure.wording
    forms = {"over": _("%(number)s余%(unit)s"), "about": _("约%(number)s%(unit)s")}
    form = forms.get(figure.bound, "%(number)s%(unit)s")
    return form % {"number": f"{figure.value:,}", "unit": figure.unit}


def _range(found: Range | None, form: str) -> str:
    if found is None:
        return ""
    least = form % {"number": f"{found.least:,}"}
    most = form % {"number": f"{found.most:,}"}
    return (
        least
        if found.least == found.most
        else _("%(least)s至%(most)s") % {"least": least, "most": most}
    )


def _yuan(fen: Fraction) -> str:
    return yuan(int(half_up(fen)))


def _percent(rate_bp: int) -> str:
    whole, part = divmod(rate_bp, _BASIS_POINTS_IN_PERCENT)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%"
