"""When the engine comes to other credits than before, everything is computed anew first."""

from __future__ import annotations

import pytest

from marketplace.models import AttributionRun
from marketplace.rules.attribution_models import ENGINE_VERSION
from tests.marketplace.attribution_world import FIRST, attribute
from tests.marketplace.ledger_builders import Line, Sale, campaign

pytestmark = pytest.mark.django_db


def sell(number: str) -> Sale:
    return Sale(number, FIRST, [Line("line", 1000)])


def age_every_run() -> None:
    """Make the runs so far ones of an older engine."""
    AttributionRun.objects.update(engine_version=ENGINE_VERSION - 1)


@pytest.mark.parametrize("kind", ["changed", "campaign"])
def test_a_run_after_an_older_engine_is_full(kind: str) -> None:
    campaign("a", FIRST, FIRST.replace(day=8))
    sell("A1")
    attribute("full")
    age_every_run()
    run = attribute(kind, code="a" if kind == "campaign" else "")
    assert (run.kind, run.campaign_code, run.orders) == ("full", "", 1)
    assert run.engine_version == ENGINE_VERSION


def test_after_one_full_run_of_this_engine_changes_suffice() -> None:
    campaign("a", FIRST, FIRST.replace(day=8))
    sell("A1")
    attribute("full")
    age_every_run()
    attribute()
    sell("A2")
    run = attribute()
    assert (run.kind, run.orders) == ("changed", 1)


def test_a_first_run_may_be_of_changes() -> None:
    sell("A1")
    assert attribute().kind == "changed"
