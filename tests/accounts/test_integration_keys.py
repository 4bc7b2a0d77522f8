"""Keys of other systems: who makes them, what is shown and kept, how they end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.errors import GrantRefused, KeyNotValid
from accounts.models import AuditEvent, Duty, IntegrationKey, Role, RoleAssignment, User
from accounts.services.integration import NewKey, create_integration_key
from accounts.services.roles import NewRole, grant_role
from common.clock import today
from common.sealing import decrypt_text
from tests.back_office import desk, list_page, page_of

pytestmark = pytest.mark.django_db

ADD = "/admin/accounts/integrationkey/add/"


@pytest.fixture
def integration() -> User:
    user = User.objects.create_user("erp")
    role = NewRole("channel_integration", "prepare", "sales_point", "xunqianji")
    grant_role(user=user, asked=role, granted_by=None)
    return user


@pytest.fixture
def office() -> Client:
    return desk("zhou", duty=Duty.APPROVE)


def asked(who: User, **more: str) -> dict[str, object]:
    return {
        "user": who.pk,
        "label": "寻黔记 ERP",
        "valid_from": today().isoformat(),
        "valid_to": "",
        "addresses": "",
    } | more


def test_the_secret_is_shown_once_and_kept_sealed(office, integration):
    answer = office.post(ADD, asked(integration, addresses="203.0.113.0/24，2001:db8::7"))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    secret = re.search(r'id="key-secret">([^<]+)<', answer.text)[1]
    key = IntegrationKey.objects.get()

    assert f'id="key-id">{key.key_id}<' in answer.text
    assert decrypt_text(key.sealed_secret) == secret
    assert secret.encode() not in bytes(key.sealed_secret)
    assert key.networks == ["203.0.113.0/24", "2001:db8::7"]
    assert (key.created_by.username, key.user) == ("zhou", integration)
    assert "203.0.113.0/24, 2001:db8::7" in office.get(page_of(key)).text
    pages = [office.get(page) for page in (page_of(key), list_page(IntegrationKey), ADD)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert not any(secret in page.text for page in pages)
    assert secret not in str(office.cookies)
    assert secret not in str(dict(office.session))
    assert secret not in str(list(AuditEvent.objects.values_list("changes", flat=True)))


def test_sending_the_form_again_makes_no_second_key(office, integration):
    for _ in range(2):
        answer = office.post(ADD, asked(integration))
    assert "用途相同" in answer.text
    assert "key-secret" not in answer.text
    key = IntegrationKey.objects.get()
    office.post(list_page(IntegrationKey), {"action": "revoke_keys", "_selected_action": [key.pk]})
    assert "key-secret" in office.post(ADD, asked(integration)).text


def test_making_and_revoking_are_recorded(office, integration):
    office.post(ADD, asked(integration))
    key = IntegrationKey.objects.get()
    chosen = {"action": "revoke_keys", "_selected_action": [key.pk]}
    for _ in range(2):
        office.post(list_page(IntegrationKey), chosen)
    key.refresh_from_db()
    assert key.revoked_at is not None
    events = AuditEvent.objects.filter(object_kind="accounts.IntegrationKey").order_by("id")
    assert [(event.action, event.actor.username) for event in events] == [
        ("integration_key.created", "zhou"),
        ("integration_key.revoked", "zhou"),
    ]
    assert events[0].changes["user"] == [None, "erp"]


def test_a_key_is_never_edited_or_deleted(office, integration):
    office.post(ADD, asked(integration))
    key = IntegrationKey.objects.get()
    assert office.post(page_of(key), asked(integration, label="改")).status_code == 403
    assert office.post(f"/admin/accounts/integrationkey/{key.pk}/delete/").status_code == 403


def test_a_user_without_the_role_gets_no_key(office):
    other = User.objects.create_user("other")
    answer = office.post(ADD, asked(other))
    assert "渠道接口" in answer.text
    reader = NewRole("channel_integration", "read", "sales_point", "xunqianji")
    grant_role(user=other, asked=reader, granted_by=None)
    office.post(ADD, asked(other))
    assert not IntegrationKey.objects.exists()


def test_a_role_that_has_ended_makes_no_key(integration):
    RoleAssignment.objects.filter(user=integration).update(valid_to=today())
    with pytest.raises(KeyNotValid) as refused:
        create_integration_key(
            asked=NewKey(user=integration, label="x", valid_from=today()), created_by=None
        )
    assert refused.value.code == "user_without_role"


@pytest.mark.parametrize(
    "more",
    [
        {"addresses": "203.0.113.7/24"},
        {"addresses": "office"},
        {"valid_to": today().isoformat()},
        {"valid_from": ""},
        {"label": ""},
        {"user": "0"},
    ],
)
def test_a_key_that_does_not_fit_is_explained_on_the_form(office, integration, more):
    answer = office.post(ADD, asked(integration, **more))
    assert answer.status_code == 200
    assert 'id="key-secret"' not in answer.text
    assert not IntegrationKey.objects.exists()


def test_only_who_could_give_the_role_makes_the_key(integration):
    assert desk("jingban").post(ADD, asked(integration)).status_code == 200
    for name, role, kind, code in [
        ("hangzhou", Role.CITY, "everything", ""),
        ("gongshu", Role.DISTRICT, "district", "330105"),
        ("shop", Role.STORE_OPERATOR, "sales_point", "xunqianji"),
    ]:
        client = desk(name, role, Duty.APPROVE, kind, code)
        assert client.get(list_page(IntegrationKey)).status_code == 403
        assert client.post(ADD, asked(integration)).status_code == 403
    assert not IntegrationKey.objects.exists()


def test_nobody_makes_a_key_for_himself():
    zhou = User.objects.create_user("both", is_staff=True)
    for role in (
        NewRole("prefecture", "approve", "everything"),
        NewRole("channel_integration", "prepare", "sales_point", "xunqianji"),
    ):
        grant_role(user=zhou, asked=role, granted_by=None)
    with pytest.raises(GrantRefused):
        create_integration_key(
            asked=NewKey(user=zhou, label="x", valid_from=today()), created_by=zhou
        )


def test_the_auditor_looks_at_keys_and_makes_none(integration):
    auditor = User.objects.create_user("auditor", is_staff=True)
    role = NewRole("auditor", "read", "everything", valid_to=today() + timedelta(days=9))
    grant_role(user=auditor, asked=role, granted_by=None)
    client = Client()
    client.force_login(auditor)
    assert client.get(list_page(IntegrationKey)).status_code == 200
    assert client.post(ADD, asked(integration)).status_code == 403
