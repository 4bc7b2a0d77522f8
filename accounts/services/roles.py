"""Give a role, end a role. Nobody gives a role wider than their own scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import GrantRefused, RoleNotValid
from accounts.models import Duty, Role, RoleAssignment, ScopeKind, User
from accounts.rules.roles import (
    READING_ROLES,
    ROLE_GRANTS,
    ROLE_SCOPE_KINDS,
    TIME_LIMITED_ROLES,
)
from accounts.selectors.reach import HeldRole, standing_of
from accounts.services.auditing import record_audit_event
from common.clock import today


@dataclass(frozen=True, slots=True)
class NewRole:
    """A role as asked for: what, for what, how long. Days are [valid_from, valid_to)."""

    role: str
    duty: str
    scope_kind: str
    scope_code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def grant_role(
    *, user: User, asked: NewRole, granted_by: User | None, reason: str = ""
) -> RoleAssignment:
    """Give a user a role and record it. `granted_by` None is the system (seeds, commands).

    Raises RoleNotValid when role, duty, scope and dates do not fit together or the user
    already holds exactly this role, GrantRefused when the granter may not give it.
    """
    check_grant(user=user, asked=asked, granted_by=granted_by)
    try:
        with transaction.atomic():
            assignment = RoleAssignment.objects.create(
                user=user,
                role=asked.role,
                duty=asked.duty,
                scope_kind=asked.scope_kind,
                scope_code=asked.scope_code,
                valid_from=asked.valid_from or today(),
                valid_to=asked.valid_to,
                granted_by=granted_by,
            )
            _record("role.granted", assignment, granted_by, reason)
    except IntegrityError as error:
        raise RoleNotValid(_("该用户已经有这个角色。"), code="role_already_held") from error
    return assignment


def revoke_role(
    *, assignment: RoleAssignment, revoked_by: User | None, reason: str = ""
) -> RoleAssignment:
    """End a role today and record it; the row stays. Ending an ended role changes nothing.

    Raises GrantRefused when the revoker could not have given the role.
    """
    with transaction.atomic():
        row = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
        _check_granter(_as_asked(row), revoked_by)
        end = max(today(), row.valid_from)
        if row.valid_to is not None and row.valid_to <= end:
            return row
        row.valid_to = end
        row.save(update_fields=["valid_to"])
        _record("role.revoked", row, revoked_by, reason)
    return row


def check_grant(*, user: User, asked: NewRole, granted_by: User | None) -> None:
    """Refuse a role that does not fit together or that the granter may not give.

    Raises RoleNotValid or GrantRefused.
    """
    _check_fits(asked)
    if granted_by is None:
        return
    if granted_by.pk == user.pk and not granted_by.is_superuser:
        raise GrantRefused(_("不能给自己授予角色。"), code="grant_to_self")
    _check_granter(asked, granted_by)


def check_giver(assignment: RoleAssignment, giver: User | None) -> None:
    """Raise GrantRefused unless `giver` (None: the system) could have given this role."""
    if giver is not None and giver.pk == assignment.user_id and not giver.is_superuser:
        raise GrantRefused(_("不能给自己授予角色。"), code="grant_to_self")
    _check_granter(_as_asked(assignment), giver)


def _check_fits(asked: NewRole) -> None:
    if asked.role not in Role.values or asked.duty not in Duty.values:
        raise RoleNotValid(_("没有这样的角色或职责。"), role=asked.role, duty=asked.duty)
    if asked.scope_kind not in ROLE_SCOPE_KINDS[asked.role]:
        raise RoleNotValid(_("这个角色不能用于这种范围。"), scope_kind=asked.scope_kind)
    if (asked.scope_kind == ScopeKind.EVERYTHING) != (asked.scope_code == ""):
        raise RoleNotValid(_("范围为“全部”时不填代码，其他范围必须填代码。"))
    if asked.role in READING_ROLES and asked.duty != Duty.READ:
        raise RoleNotValid(_("这个角色只能查看。"), role=asked.role)
    if asked.role in TIME_LIMITED_ROLES and asked.valid_to is None:
        raise RoleNotValid(_("审计角色必须有失效日。"), role=asked.role)
    if asked.valid_to is not None and asked.valid_to <= (asked.valid_from or today()):
        raise RoleNotValid(_("失效日必须晚于生效日。"))


def _check_granter(asked: NewRole, granter: User | None) -> None:
    """Superusers and the system may give any role, others those of ROLE_GRANTS in their scope."""
    if granter is None or (granter.is_superuser and granter.is_active):
        return
    giving = [
        held
        for held in standing_of(granter).held
        if held.duty == Duty.APPROVE and asked.role in ROLE_GRANTS.get(held.role, frozenset())
    ]
    if not giving:
        raise GrantRefused(_("您的角色不能授予这个角色。"), role=asked.role)
    if not any(_lies_within(asked, held) for held in giving):
        raise GrantRefused(_("不能授予超出自己范围的角色。"), code="grant_too_wide")


def _lies_within(asked: NewRole, held: HeldRole) -> bool:
    if held.reach.everything:
        return True
    codes = {
        ScopeKind.COUNTY: held.reach.counties,
        ScopeKind.SALES_POINT: held.reach.sales_points,
        ScopeKind.DISTRICT: held.districts,
    }
    return asked.scope_code in codes.get(ScopeKind(asked.scope_kind), frozenset())


def _as_asked(row: RoleAssignment) -> NewRole:
    return NewRole(row.role, row.duty, row.scope_kind, row.scope_code, row.valid_from, row.valid_to)


def _record(action: str, row: RoleAssignment, actor: User | None, reason: str) -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind="accounts.RoleAssignment",
        object_key=row.pk,
        changes={
            "user": [None, row.user.username],
            "role": [None, row.role],
            "duty": [None, row.duty],
            "scope": [None, f"{row.scope_kind}:{row.scope_code}"],
            "valid": [row.valid_from.isoformat(), row.valid_to and row.valid_to.isoformat()],
        },
        reason=reason,
    )
