"""A campaign's links: made in the back office, opened by people, leading nowhere strange."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from marketplace.models import CampaignLink, Touchpoint
from marketplace.rules.links import ALPHABET, is_safe_target
from marketplace.services.campaign_links import create_link, set_link_active
from tests.back_office import desk, list_page, page_of
from tests.marketplace.ledger_builders import campaign, day, sales_point

pytestmark = pytest.mark.django_db
PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14) MicroMessenger"}


@pytest.fixture
def mayday():
    return campaign("mayday", day("2020-05-01"), day("2020-05-08")).campaign


@pytest.fixture
def link(mayday) -> CampaignLink:
    return create_link(campaign=mayday, label="海报", kind="scan", target="/reports/", actor=None)


def opened(link: CampaignLink, client: Client | None = None, **more: str):
    return (client or Client()).get(reverse("open-link", args=[link.code]), **{**PHONE, **more})


def test_opening_a_link_leaves_one_touch_and_leads_on(link: CampaignLink):
    client = Client()
    answer = opened(link, client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/reports/")
    assert "no-store" in answer.headers["Cache-Control"]
    cookie = answer.cookies["shanhai_visitor"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    row = Touchpoint.objects.get()
    assert (row.campaign_code, row.kind, row.link_code) == ("mayday", "scan", link.code)
    assert cookie.value not in (row.buyer_key, row.source_id)
    opened(link, client)
    assert Touchpoint.objects.values("buyer_key").distinct().count() == 1


def test_a_double_tap_is_one_touch_and_another_person_another(link: CampaignLink, monkeypatch):
    at = day("2020-05-02")
    monkeypatch.setattr("common.clock.now", lambda: at)
    client = Client()
    opened(link, client)
    opened(link, client)
    assert Touchpoint.objects.count() == 1
    opened(link)
    assert Touchpoint.objects.count() == 2


@pytest.mark.parametrize("robot", ["Googlebot/2.1", "WhatsApp preview", "curl/8.0", ""])
def test_programs_that_look_at_links_are_led_on_without_a_touch(link: CampaignLink, robot: str):
    answer = opened(link, HTTP_USER_AGENT=robot)
    assert answer.status_code == 302
    assert Client().head(reverse("open-link", args=[link.code]), **PHONE).status_code == 302
    assert not Touchpoint.objects.exists()


def test_an_unknown_and_a_retired_code_answer_with_a_page(link: CampaignLink):
    unknown = Client().get("/t/ZZZZZZZZ/", **PHONE)
    assert (unknown.status_code, "链接已失效" in unknown.content.decode()) == (404, True)
    assert Client().get("/t/%00'--/", **PHONE).status_code == 404
    set_link_active(link, is_active=False, actor=None)
    gone = opened(link)
    assert (gone.status_code, "链接已失效" in gone.content.decode()) == (410, True)
    assert not Touchpoint.objects.exists()


def test_a_code_fits_a_scene_and_is_read_in_small_letters(link: CampaignLink):
    assert re.fullmatch(f"[{ALPHABET}]{{8}}", link.code)
    assert Client().get(f"/t/{link.code.lower()}/", **PHONE).status_code == 302


@pytest.mark.parametrize(
    ("target", "is_safe"),
    [
        ("/", True),
        ("/reports/?a=1", True),
        ("https://shop.example.cn/item?id=1", True),
        ("https://shop.example.cn:443/", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/\t/evil.example", False),
        ("http://shop.example.cn/", False),
        ("https://evil.example/", False),
        ("https://shop.example.cn@evil.example/", False),
        ("https://user@shop.example.cn/", False),
        ("https://shop.example.cn:8443/", False),
        ("https://shop.example.cn:x/", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_link_leads_to_this_site_or_an_allowed_one(target: str, is_safe: bool):
    assert is_safe_target(target, frozenset({"shop.example.cn"})) is is_safe


def test_an_operator_makes_a_link_prints_its_code_and_retires_it(mayday):
    client = desk("yunying", Role.ANALYST)
    add = reverse("admin:marketplace_campaignlink_add")
    stated = {"campaign": mayday.pk, "label": "展厅门口", "kind": "scan", "target": "/"}
    answer = client.post(add, stated)
    assert answer.status_code == 302
    made = CampaignLink.objects.get()
    page = client.get(page_of(made)).content.decode()
    assert f"http://testserver/t/{made.code}/" in page
    for form, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        file = client.get(reverse("admin:marketplace_campaignlink_qr", args=[made.pk, form]))
        assert file.content.startswith(start)
        assert f"{made.code}.{form}" in file.headers["Content-Disposition"]
    client.post(list_page(CampaignLink), {"action": "retire", "_selected_action": [made.pk]})
    made.refresh_from_db()
    assert not made.is_active
    events = AuditEvent.objects.filter(object_kind="campaign_link").order_by("pk")
    assert [event.action for event in events] == ["campaign_link.created", "campaign_link.changed"]
    assert events[0].actor.username == "yunying"


def test_a_link_to_a_foreign_site_and_a_visit_without_place_are_refused(mayday):
    client = desk("yunying", Role.ANALYST)
    add = reverse("admin:marketplace_campaignlink_add")
    stated = {"campaign": mayday.pk, "label": "门口", "kind": "scan", "target": "//evil.example"}
    assert "只能是本站路径" in client.post(add, stated).content.decode()
    visit = {**stated, "target": "/", "kind": "visit"}
    assert "到店码须选择销售点" in client.post(add, visit).content.decode()
    assert not CampaignLink.objects.exists()
    client.post(add, {**visit, "sales_point": sales_point("hall", "centre").pk})
    assert CampaignLink.objects.get().sales_point.code == "hall"


def test_who_may_only_read_makes_no_link(mayday):
    client = desk("fenxi", Role.ANALYST, "read")
    assert client.get(reverse("admin:marketplace_campaignlink_add")).status_code == 403
