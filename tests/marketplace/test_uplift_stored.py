"""Estimates as they are asked for, stored and reported."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from marketplace.errors import (
    CampaignNotPublished,
    UnknownCampaign,
)
from marketplace.models import Campaign, UpliftEstimate
from marketplace.selectors.campaigns import find_campaign
from marketplace.services.uplift.estimating import request_estimate
from marketplace.tasks import estimate_uplift as estimating_task
from operations.models import JobState
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, person
from tests.marketplace.report_stories import report
from tests.marketplace.uplift_world import (
    CODE,
    START,
    estimate,
    in_force,
    main,
    publish,
    sell,
    usual_weeks,
)

pytestmark = pytest.mark.django_db


def test_an_estimate_is_stored_once_for_the_same_content_and_never_changed() -> None:
    publish()
    usual_weeks()
    in_force()
    first = estimate()
    assert estimate() == first
    sell("shop", -1, Line(amount_fen=9_000), after=4)
    second = estimate()
    assert second.sha256 != first.sha256
    assert UpliftEstimate.objects.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        UpliftEstimate.objects.update(sha256="")


def test_the_command_prints_the_estimate_and_refuses_what_is_no_campaign() -> None:
    publish()
    usual_weeks(effect=60_000)
    in_force()
    out = StringIO()
    call_command("estimate_uplift", CODE, "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["main"] == estimate().result["main"]
    out = StringIO()
    call_command("estimate_uplift", CODE, stdout=out)
    assert "证据等级：B" in out.getvalue()
    with pytest.raises(SystemExit):
        call_command("estimate_uplift", "nosuch", stdout=out, stderr=StringIO())
    with pytest.raises(UnknownCampaign):
        find_campaign("nosuch")
    Campaign.objects.create(code="draft", name="draft")
    with pytest.raises(CampaignNotPublished):
        estimate("draft")


def test_a_worker_does_the_same_as_the_command() -> None:
    publish()
    usual_weeks()
    in_force()
    job = request_estimate(find_campaign(CODE), actor=person("jingban"))
    estimating_task(job.pk)
    job.refresh_from_db()
    made = UpliftEstimate.objects.get()
    assert (job.state, job.result["estimate"]) == (JobState.DONE, made.pk)
    assert made.requested_by == person("jingban")
    assert estimate() == made


def test_a_report_shows_the_estimate_apart_from_what_is_attributed() -> None:
    publish()
    usual_weeks(effect=60_000)
    Sale("subsidised", START, [Line(amount_fen=10_000, subsidy_fen=5_000)])
    in_force()
    attribute()
    assert report(CODE).as_json()["uplift"] is None
    found = estimate()
    uplift = report(CODE).as_json()["uplift"]
    assert uplift["estimate_fen"] == main(found)["estimate_fen"]
    assert (uplift["grade"], uplift["level"], uplift["refusal"]) == ("B", 0.9, None)
    assert uplift["incremental_leverage"]["subsidy_fen"] == 5_000
    assert uplift["incremental_leverage"]["ratio"] == uplift["estimate_fen"] / 5_000
    assert uplift["incremental_leverage"]["low"] == uplift["low_fen"] / 5_000
    assert [one["low"] for one in uplift["published"]] == [3.4, 3.0]
    assert uplift["run"] == report(CODE).run.run
    json.dumps(uplift)


def test_a_new_version_of_the_campaign_has_no_estimate_until_one_is_asked_for() -> None:
    publish()
    usual_weeks()
    attribute()
    estimate()
    assert report(CODE).uplift is not None
    publish()
    attribute()
    assert report(CODE).uplift is None
