"""From a printed code to the campaign's report, through the doors that people and systems use."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from marketplace.models import CampaignLink, Touchpoint
from marketplace.services.campaigns import publish_version
from tests.back_office import desk
from tests.builders import moment
from tests.flows.conftest import Command
from tests.orders.channel_client import make_integration, order

pytestmark = pytest.mark.usefixtures("seeded")
TOUCHES = "/api/v1/touchpoints/"
PHONE = "Mozilla/5.0 (Linux; Android 14) MicroMessenger"


def test_a_code_is_scanned_and_the_buyers_order_is_credited_by_the_touch(run: Command) -> None:
    version = publish_version(
        campaign_code="hall-poster",
        starts_at=moment("2021-03-01 00:00:00"),
        ends_at=moment("2021-04-01 00:00:00"),
        minimum_level=2,
        scopes={},
    )
    office = desk("yunying", Role.ANALYST)
    stated = {"campaign": version.campaign.pk, "label": "门口", "kind": "scan", "target": "/"}
    assert office.post(reverse("admin:marketplace_campaignlink_add"), stated).status_code == 302
    link = CampaignLink.objects.get()
    opened = Client().get(f"/t/{link.code}/", HTTP_USER_AGENT=PHONE)
    assert (opened.status_code, opened.headers["Location"]) == (302, "/")
    assert Touchpoint.objects.get().campaign_code == "hall-poster"

    erp = make_integration()
    paid = "2021-03-05T10:00:00+08:00"
    assert erp.put("T1", order(buyer="buyer-1", placed_at=paid, paid_at=paid)).status_code == 201
    assert erp.put("T2", order(buyer="buyer-2", placed_at=paid, paid_at=paid)).status_code == 201
    run("attribute")
    before = run("campaign_report", "hall-poster")
    assert before["totals"]["net_fen"] == 0

    # The touch comes after the order, and after a run that did not know it.
    touch = {
        "kind": "scan",
        "code": link.code,
        "occurred_at": "2021-03-04T09:00:00+08:00",
        "sales_point": "xunqianji",
        "buyer": "buyer-1",
        "event_id": "scan-1",
    }
    body = json.dumps(touch).encode()
    answer = erp.send("POST", TOUCHES, body, erp.headers("POST", TOUCHES, body))
    assert answer.json()["accepted"] == 1
    assert run("attribute")["kind"] == "changed"
    report = run("campaign_report", "hall-poster")
    assert (report["totals"]["orders"], report["totals"]["net_fen"]) == (1, 16800)
    assert [(row["level"], row["net_fen"]) for row in report["by_evidence"]] == [(2, 16800)]
