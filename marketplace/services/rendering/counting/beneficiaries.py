"""Who the sales lifted: the clause and the table of the scorecard that speak of people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.benefit import BENEFICIARIES_KEY, Beneficiaries
from marketplace.rules.counting_reports import Fact
from marketplace.services.rendering.benefit import benefit_sentences
from marketplace.services.rendering.document import Column, Table
from products.rules.benefit import LEAST_PUBLIC_HOUSEHOLDS


def beneficiaries_clause(facts: Mapping[str, Fact], found: Beneficiaries) -> str:
    """Return the clause on people whom the industry lifted, '' where nobody states it.

    Distinct households and persons where a roster gives them, else the declared wording, with
    its source in the annex.
    """
    roster = found.roster
    if roster is not None:
        if roster.households is None or roster.persons is None:
            return _("带动农户不足%(least)d户（名册去重）") % {"least": LEAST_PUBLIC_HOUSEHOLDS}
        return _("带动农户%(households)s户、%(persons)s人（名册去重）") % {
            "households": printing.count(roster.households),
            "persons": printing.count(roster.persons),
        }
    fact = facts.get(BENEFICIARIES_KEY)
    if fact is None:
        return ""
    who = fact.printed
    if not printing.is_time_of_poverty_relief(fact.last):
        return _("直接带动%(who)s增收") % {"who": who}
    if printing.speaks_of_the_poor(who):
        return _("直接带动%(who)s脱贫") % {"who": who}
    return _("直接带动%(who)s建档立卡贫困户脱贫") % {"who": who}


def benefit_table(found: Beneficiaries) -> Table:
    """Return every sentence on who benefits, with what each one rests on."""
    return Table(
        key="benefit",
        title=_("带动与分红"),
        columns=(Column(_("说明")),),
        rows=tuple((sentence,) for sentence in benefit_sentences(found)),
    )
