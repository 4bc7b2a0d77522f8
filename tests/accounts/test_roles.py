"""Who may give which role, for how long, and what is recorded of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import GrantRefused, RoleNotValid
from accounts.models import AuditEvent, Role, RoleAssignment, User
from accounts.rules.roles import ROLE_ACTIONS, ROLE_GRANTS, ROLE_SCOPE_KINDS, may
from accounts.selectors.reach import reach_of, standing_of
from accounts.services.roles import NewRole, grant_role, revoke_role
from common.clock import today

pytestmark = pytest.mark.django_db

PREFECTURE = NewRole("prefecture", "approve", "everything")
MANAGER = NewRole("centre_manager", "approve", "sales_point", "fenghuang-shangshan")
CLERK = NewRole("centre_clerk", "prepare", "sales_point", "fenghuang-shangshan")


def person(name: str, role: NewRole | None = None, **more) -> User:
    user = User.objects.create_user(name, is_staff=True, **more)
    if role is not None:
        grant_role(user=user, asked=role, granted_by=None)
    return user


def test_every_role_has_actions_and_a_scope_and_every_granter_is_a_role():
    assert set(Role.values) == set(ROLE_ACTIONS) == set(ROLE_SCOPE_KINDS)
    assert set(ROLE_GRANTS) < set(Role.values)


def test_a_manager_makes_clerks_of_the_own_centre_only():
    manager, new = person("manager", MANAGER), person("new")
    grant_role(user=new, asked=CLERK, granted_by=manager)
    elsewhere = NewRole("centre_clerk", "prepare", "sales_point", "miaoyin-shijia")
    with pytest.raises(GrantRefused) as refused:
        grant_role(user=new, asked=elsewhere, granted_by=manager)
    assert refused.value.code == "grant_too_wide"
    with pytest.raises(GrantRefused):
        grant_role(user=new, asked=MANAGER, granted_by=manager)


def test_a_district_gives_roles_in_its_own_centres(settings):
    settings.DISTRICT_SALES_POINTS = "tests.accounts.test_roles.sales_points_of"
    officer = person("officer", NewRole("district", "approve", "district", "330105"))
    grant_role(user=person("clerk"), asked=CLERK, granted_by=officer)
    colleague = NewRole("district", "prepare", "district", "330105")
    grant_role(user=person("colleague"), asked=colleague, granted_by=officer)
    other = NewRole("district", "prepare", "district", "330106")
    with pytest.raises(GrantRefused):
        grant_role(user=person("other"), asked=other, granted_by=officer)


def sales_points_of(code: str, day: date) -> list[str]:
    return ["fenghuang-shangshan"] if code == "330105" else []


def test_preparing_or_reading_gives_no_right_to_give_roles():
    preparing = person("p", NewRole("centre_manager", "prepare", "sales_point", CLERK.scope_code))
    with pytest.raises(GrantRefused):
        grant_role(user=person("new"), asked=CLERK, granted_by=preparing)


def test_nobody_gives_a_role_to_themselves():
    officer = person("officer", PREFECTURE)
    with pytest.raises(GrantRefused) as refused:
        grant_role(user=officer, asked=CLERK, granted_by=officer)
    assert refused.value.code == "grant_to_self"


@pytest.mark.parametrize(
    "asked",
    [
        NewRole("king", "approve", "everything"),
        NewRole("county", "prepare", "everything"),
        NewRole("county", "prepare", "county"),
        NewRole("prefecture", "approve", "everything", "522634"),
        NewRole("auditor", "read", "everything"),
        NewRole("auditor", "approve", "everything", valid_to=date(2099, 1, 1)),
        NewRole(
            "city", "read", "everything", valid_from=date(2021, 1, 2), valid_to=date(2021, 1, 2)
        ),
    ],
    ids=["unknown", "too wide", "no code", "a code too many", "endless", "duty", "dates"],
)
def test_a_role_that_does_not_fit_together_is_refused(asked):
    with pytest.raises(RoleNotValid):
        grant_role(user=person("new"), asked=asked, granted_by=None)


def test_the_same_role_twice_is_refused_and_the_database_holds_the_scope_rule():
    user = person("manager", MANAGER)
    with pytest.raises(RoleNotValid):
        grant_role(user=user, asked=MANAGER, granted_by=None)
    row = RoleAssignment(
        user=user, role="county", scope_kind="everything", scope_code="1", valid_from=today()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_revoked_role_ends_today_stays_on_record_and_is_audited():
    admin = person("admin", is_superuser=True)
    user = person("user")
    began = today() - timedelta(days=30)
    asked = NewRole("county", "prepare", "county", "522634", valid_from=began)
    row = grant_role(user=user, asked=asked, granted_by=admin, reason="到岗")
    assert reach_of(user).counties == {"522634"}
    revoke_role(assignment=row, revoked_by=admin, reason="离岗")
    revoke_role(assignment=row, revoked_by=admin)
    assert reach_of(user).nothing
    assert reach_of(user, today() - timedelta(days=1)).counties == {"522634"}
    events = AuditEvent.objects.order_by("id").values_list("action", "reason", "role")
    assert list(events) == [
        ("role.granted", "到岗", "superuser"),
        ("role.revoked", "离岗", "superuser"),
    ]


def test_a_stranger_to_the_office_cannot_end_its_roles():
    row = grant_role(user=person("clerk"), asked=CLERK, granted_by=None)
    with pytest.raises(GrantRefused):
        revoke_role(assignment=row, revoked_by=person("stranger"))


def test_reading_duty_never_changes_and_finance_sees_no_accounts():
    assert may("county", "products", "change", "prepare")
    assert not may("county", "products", "change", "read")
    assert not may("finance", "accounts", "view", "approve")


def test_reach_is_counted_per_area():
    user = person("both", NewRole("county", "prepare", "county", "522634"))
    supplier = NewRole("supplier", "read", "county", "522636")
    grant_role(user=user, asked=supplier, granted_by=None)
    assert reach_of(user, area="products").counties == {"522634", "522636"}
    assert reach_of(user, area="orders").counties == {"522634"}
    user.is_active = False
    assert not standing_of(user).held
