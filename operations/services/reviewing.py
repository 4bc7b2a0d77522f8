"""Prepare, check, give back, revoke: the only writer of the review columns of a row.

A door asks; the model's own service adds the effect, which runs in the same transaction as
the step (docs/decisions/0012-maker-and-checker.md). Every step leaves an audit event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from operations.errors import MakerMayNotCheck, ReasonMissing, ReviewRefused
from operations.models import STATES_IN_FORCE, Reviewed, ReviewState

Row = TypeVar("Row", bound=Reviewed)
Effect = Callable[[Row], None]


def mark_made(row: Reviewed, actor: User | None) -> None:
    """Fill in the maker of a new row and hand it to the checkers, unsaved."""
    row.made_by, row.made_at = actor, clock.now()
    row.state = ReviewState.SUBMITTED


def record_making(row: Reviewed) -> None:
    """Leave the audit event of a row that was just saved by its maker."""
    _record(row, row.made_by, "submitted")


def reopen(row: Reviewed) -> None:
    """Clear the checks of a row that is stated anew, unsaved; its audit events keep them."""
    row.checked_by, row.checked_at, row.return_reason = None, None, ""
    row.revoked_by, row.revoked_at, row.revoke_reason = None, None, ""
    row.revocation_checked_by, row.revocation_checked_at = None, None


@transaction.atomic
def submit(row: Row, actor: User | None) -> Row:
    """Hand a draft or a returned row to the checkers; who submits is its maker.

    Raises ReviewRefused in any other state.
    """
    row = locked(row, ReviewState.DRAFT, ReviewState.RETURNED)
    mark_made(row, actor)
    row.return_reason = ""
    row.checked_by, row.checked_at = None, None
    return _moved(row, actor, "submitted")


@transaction.atomic
def approve(row: Row, actor: User | None, effect: Effect[Row] | None = None) -> Row:
    """Check a submitted row: it is in force from now on.

    Raises ReviewRefused, and MakerMayNotCheck where the actor is its maker.
    """
    row = locked(row, ReviewState.SUBMITTED)
    _refuse_same(row.made_by_id, actor)
    row.state = ReviewState.APPROVED
    row.checked_by, row.checked_at = actor, clock.now()
    row = _moved(row, actor, "approved")
    if effect is not None:
        effect(row)
    return row


@transaction.atomic
def give_back(row: Row, actor: User | None, reason: str) -> Row:
    """Return a submitted row to its maker.

    Raises ReviewRefused, ReasonMissing, and MakerMayNotCheck where the actor is its maker.
    """
    row = locked(row, ReviewState.SUBMITTED)
    _refuse_same(row.made_by_id, actor)
    row.state = ReviewState.RETURNED
    row.return_reason = _stated(reason)
    return _moved(row, actor, "returned", row.return_reason)


@transaction.atomic
def ask_revocation(row: Row, actor: User | None, reason: str) -> Row:
    """Ask that a row in force is revoked; it counts until somebody else confirms.

    Raises ReviewRefused, ReasonMissing.
    """
    row = locked(row, ReviewState.APPROVED)
    row.state = ReviewState.REVOKING
    row.revoked_by, row.revoked_at = actor, clock.now()
    row.revoke_reason = _stated(reason)
    return _moved(row, actor, "revocation_asked", row.revoke_reason)


@transaction.atomic
def confirm_revocation(row: Row, actor: User | None, effect: Effect[Row] | None = None) -> Row:
    """Revoke a row. Raises ReviewRefused, MakerMayNotCheck where the actor asked for it."""
    row = locked(row, ReviewState.REVOKING)
    _refuse_same(row.revoked_by_id, actor)
    row.state = ReviewState.REVOKED
    row.revocation_checked_by, row.revocation_checked_at = actor, clock.now()
    row = _moved(row, actor, "revoked", row.revoke_reason)
    if effect is not None:
        effect(row)
    return row


@transaction.atomic
def supersede(row: Row, by: Reviewed, reason: str) -> Row:
    """Revoke a row in force because `by`, approved in this transaction, takes its place.

    The maker of `by` asked for it when handing it in, its checker checks both, and both count
    from one moment, so that at no time both hold or neither. Raises ReviewRefused unless the
    row is in force, ReasonMissing.
    """
    row = locked(row, *STATES_IN_FORCE)
    row.state = ReviewState.REVOKED
    row.revoked_by, row.revoked_at = by.made_by, by.made_at
    row.revoke_reason = _stated(reason)
    row.revocation_checked_by, row.revocation_checked_at = by.checked_by, by.checked_at
    return _moved(row, by.checked_by, "superseded", row.revoke_reason)


@transaction.atomic
def keep_in_force(row: Row, actor: User | None) -> Row:
    """Refuse a revocation: the row stays in force. Raises ReviewRefused, MakerMayNotCheck."""
    row = locked(row, ReviewState.REVOKING)
    _refuse_same(row.revoked_by_id, actor)
    row.state = ReviewState.APPROVED
    row.revoked_by, row.revoked_at, row.revoke_reason = None, None, ""
    return _moved(row, actor, "revocation_refused")


def locked(row: Row, *states: str) -> Row:
    """Read the row again under a lock; the caller owns the transaction.

    Raises ReviewRefused unless it is in one of `states`.
    """
    found: Row = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if found.state not in states:
        raise ReviewRefused(
            _("当前状态为“%(state)s”，不能进行这一步。")
            % {"state": ReviewState(found.state).label},
            state=found.state,
        )
    return found


def _moved(row: Row, actor: User | None, action: str, reason: str = "") -> Row:
    row.save()
    _record(row, actor, action, reason)
    return row


def _record(row: Reviewed, actor: User | None, action: str, reason: str = "") -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind=row._meta.label_lower,
        object_key=row.pk,
        reason=reason,
    )


def _refuse_same(maker_id: int | None, actor: User | None) -> None:
    if actor is not None and maker_id == actor.pk:
        raise MakerMayNotCheck(_("经办人不能审核自己提交的内容，请由另一人审核。"))


def _stated(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(_("请填写原因。"))
    return reason[:300]
