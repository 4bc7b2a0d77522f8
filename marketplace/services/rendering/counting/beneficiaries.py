"""Who the sales lifted: the clause of the scorecard that speaks of people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.counting_reports import Fact


def beneficiaries_clause(facts: Mapping[str, Fact]) -> str:
    """Return the clause on people whom the industry lifted, '' where nobody states it.

    It is the declared wording, with its source in the annex: distinct people need a roster.
    """
    fact = facts.get("beneficiaries")
    if fact is None:
        return ""
    who = fact.printed
    if not printing.is_time_of_poverty_relief(fact.last):
        return _("直接带动%(who)s增收") % {"who": who}
    if not printing.speaks_of_the_poor(who):
        who = _("%(who)s建档立卡贫困户") % {"who": who}
    return _("直接带动%(who)s脱贫") % {"who": who}
