"""The demo users exist once, print their names, and never appear in production."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.management.commands.demo_logins import DEMO_PASSWORD, LOGINS
from accounts.models import RoleAssignment, User

pytestmark = pytest.mark.django_db


def test_the_demo_users_are_made_once_and_can_sign_in(client):
    output = StringIO()
    call_command("demo_logins", force=True, stdout=output)
    call_command("demo_logins", force=True, stdout=StringIO())
    assert User.objects.count() == len(LOGINS)
    assert RoleAssignment.objects.count() == len(LOGINS) - 1
    for login in LOGINS:
        assert login.username in output.getvalue()
        assert client.login(username=login.username, password=DEMO_PASSWORD)


def test_without_debug_nothing_is_made(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("demo_logins")
    assert not User.objects.exists()
