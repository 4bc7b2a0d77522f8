"""What docs/touchpoints.md says of the interface is true: its examples run, its table is whole."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from marketplace.api.touch_shapes import MOST_TOUCHES
from marketplace.models import CampaignLink, Touchpoint
from marketplace.services.campaign_links import create_link
from tests.builders import make_sales_point
from tests.marketplace.ledger_builders import campaign, day
from tests.marketplace.test_touch_file_guide import GUIDE, block
from tests.marketplace.test_touchpoints_api import PATH, post, signed
from tests.orders.channel_client import make_integration
from tests.workers import ROOT

CODES = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", GUIDE.split("## A file")[0], re.M)


@pytest.fixture(autouse=True)
def mayday(db: None) -> None:
    make_sales_point()
    version = campaign("mayday-2020", day("2020-05-01"), day("2020-05-08"))
    create_link(campaign=version.campaign, label="海报", kind="scan", actor=None)
    CampaignLink.objects.update(code="K7M2P9QX")


def example(containing: str) -> Any:
    return json.loads(block("json", containing))


def test_the_visitors_example_gives_the_example_answer():
    answer = post(example('"visitor_id"'))
    assert (answer.status_code, answer.json()) == (201, example('"results"'))
    assert post(example('"visitor_id"')).status_code == 200
    assert Touchpoint.objects.get().campaign_code == "mayday-2020"


def test_the_signed_example_gives_the_example_answer():
    stated = example('"buyer": "buyer-0001"')
    answer: HttpResponse = signed(make_integration(), stated)
    assert (answer.status_code, answer.json()) == (201, example('"results"'))
    refused = Client().post(PATH, json.dumps(stated), content_type="application/json")
    assert refused.json()["code"] == "buyer_needs_signature"


def test_the_guide_tells_every_refusal_and_the_bounds():
    sources = ("marketplace/intake/touches.py", "marketplace/api/touchpoints.py")
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in sources)
    raised = set(re.findall(r'code="(\w+)"|^CONFLICT = "(\w+)"', text, re.M))
    assert {one or other for one, other in raised} == set(CODES)
    assert f"a list of 1 to {MOST_TOUCHES}" in GUIDE
