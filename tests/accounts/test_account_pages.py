"""Users, roles, audit events and jobs in the admin, through its pages."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, RoleAssignment, User
from accounts.services.roles import NewRole, grant_role
from operations.models import Job
from operations.services.jobs import create_job

pytestmark = pytest.mark.django_db

ROLE_FORM = {
    "role": "county",
    "duty": "prepare",
    "scope_kind": "county",
    "scope_code": "522634",
    "valid_from": "2020-05-01",
    "valid_to": "",
}
NO_INLINE_ROWS = {"role_assignments-TOTAL_FORMS": "0", "role_assignments-INITIAL_FORMS": "0"}


@pytest.fixture
def prefecture() -> User:
    user = User.objects.create_user("zhou", is_staff=True)
    asked = NewRole("prefecture", "approve", "everything")
    grant_role(user=user, asked=asked, granted_by=None)
    return user


def test_the_prefecture_gives_a_role_and_ends_it_again(client, prefecture):
    client.force_login(prefecture)
    other = User.objects.create_user("leishan", is_staff=True)
    answer = client.post("/admin/accounts/roleassignment/add/", {**ROLE_FORM, "user": other.pk})
    assert answer.status_code == 302
    row = RoleAssignment.objects.get(user=other)
    assert row.granted_by == prefecture
    chosen = {"action": "end_roles", "_selected_action": [row.pk]}
    client.post("/admin/accounts/roleassignment/", chosen)
    row.refresh_from_db()
    assert row.valid_to is not None
    actions = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["role.granted", "role.revoked"]


def test_a_refused_role_is_explained_on_the_form(client, prefecture):
    client.force_login(prefecture)
    asked = {**ROLE_FORM, "user": prefecture.pk}
    answer = client.post("/admin/accounts/roleassignment/add/", asked)
    assert "不能给自己授予角色" in answer.content.decode()
    assert RoleAssignment.objects.count() == 1


def test_the_prefecture_neither_sees_nor_makes_superusers(client, prefecture):
    root = User.objects.create_superuser("break-glass")
    client.force_login(prefecture)
    assert "break-glass" not in client.get("/admin/accounts/user/").content.decode()
    assert client.get(f"/admin/accounts/user/{root.pk}/password/").status_code != 200
    other = User.objects.create_user("other")
    form = {
        "username": "other",
        "display_name": "别人",
        "is_active": "on",
        "is_superuser": "on",
        **NO_INLINE_ROWS,
    }
    answer = client.post(f"/admin/accounts/user/{other.pk}/change/", form)
    assert answer.status_code == 302
    other.refresh_from_db()
    assert (other.display_name, other.is_superuser) == ("别人", False)


def test_user_pages_open(client):
    root = User.objects.create_superuser("root")
    client.force_login(root)
    for page in ("add/", f"{root.pk}/change/", f"{root.pk}/password/", f"{root.pk}/history/"):
        assert client.get(f"/admin/accounts/user/{page}").status_code == 200
    answer = client.post(
        "/admin/accounts/user/add/",
        {"username": "new", "display_name": "新", "usable_password": "true",
         "password1": "long-Enough-2020", "password2": "long-Enough-2020", **NO_INLINE_ROWS},
    )  # fmt: skip
    assert answer.status_code == 302
    assert User.objects.get(username="new").check_password("long-Enough-2020")


def test_jobs_are_steered_by_the_prefecture_and_only_looked_at_by_others(client, prefecture):
    job = create_job(kind="test", task_name="tests.none", payload={}, progress_total=50)
    cancelling = {"action": "cancel_jobs", "_selected_action": [job.pk]}
    analyst = User.objects.create_user("fenxi", is_staff=True)
    asked = NewRole("analyst", "prepare", "everything")
    grant_role(user=analyst, asked=asked, granted_by=None)
    client.force_login(analyst)
    assert "0 / 50 (0%)" in client.get("/admin/operations/job/").content.decode()
    assert client.get(f"/admin/operations/job/{job.pk}/change/").status_code == 200
    client.post("/admin/operations/job/", cancelling)
    assert Job.objects.get().state == "pending"
    client.force_login(prefecture)
    client.post("/admin/operations/job/", cancelling)
    assert Job.objects.get().state == "cancelled"
    client.post("/admin/operations/job/", {**cancelling, "action": "retry_jobs"})
    assert Job.objects.get().state == "pending"
    assert client.get("/admin/operations/job/add/").status_code == 403
