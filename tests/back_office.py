"""Signed-in people and addresses of the back office, for tests that click through it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Duty, Role, ScopeKind, User
from accounts.rules.roles import TIME_LIMITED_ROLES
from accounts.services.roles import NewRole, grant_role
from common.clock import today

GONGSHU, XIAOSHAN = "330105", "330109"


def desk(
    name: str,
    role: str = Role.PREFECTURE,
    duty: str = Duty.PREPARE,
    kind: str = ScopeKind.EVERYTHING,
    code: str = "",
) -> Client:
    """Sign in as a person with one role, made if missing."""
    user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    if is_new:
        ends = today() + timedelta(days=1) if role in TIME_LIMITED_ROLES else None
        asked = NewRole(role, duty, kind, code, valid_to=ends)
        grant_role(user=user, asked=asked, granted_by=None)
    client = Client()
    client.force_login(user)
    return client


def district_desk(name: str, duty: str = Duty.PREPARE, code: str = GONGSHU) -> Client:
    """Sign in as somebody of a district's office."""
    return desk(name, Role.DISTRICT, duty, ScopeKind.DISTRICT, code)


def list_page(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_of(row: Model) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def step_of(row: Model, name: str) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_step", args=[row.pk, name])


def take(client: Client, row: Model, name: str, **values: Any) -> HttpResponse:
    """Post a step and read the row again."""
    answer = client.post(step_of(row, name), values)
    row.refresh_from_db()
    return answer


def said(answer: HttpResponse) -> list[str]:
    """Return the messages that an answer leaves for the user."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def steps_shown(client: Client, row: Model) -> set[str]:
    """Return the names of the steps that a row's page offers."""
    answer = client.get(page_of(row))
    assert answer.status_code == 200, answer.status_code
    return {step.name for step, _address in answer.context["review_steps"]}
