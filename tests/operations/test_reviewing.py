"""One prepares, another checks: every step in every state, and who may not take it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from accounts.models import AuditEvent, User
from common.errors import DomainError
from operations.errors import MakerMayNotCheck, ReasonMissing, ReviewRefused
from operations.models import Reviewed, ReviewState
from operations.services import reviewing
from orders.models import LedgerCorrection
from tests.builders import make_sales_point

pytestmark = pytest.mark.django_db

DAY = date(2020, 5, 1)
STEPS: dict[str, tuple[Callable, set[str], str]] = {
    "submit": (reviewing.submit, {"draft", "returned"}, "submitted"),
    "approve": (reviewing.approve, {"submitted"}, "approved"),
    "give back": (
        lambda row, who: reviewing.give_back(row, who, "缺附件"),
        {"submitted"},
        "returned",
    ),
    "ask revocation": (
        lambda row, who: reviewing.ask_revocation(row, who, "登记有误"),
        {"approved"},
        "revoking",
    ),
    "confirm revocation": (reviewing.confirm_revocation, {"revoking"}, "revoked"),
    "keep": (reviewing.keep_in_force, {"revoking"}, "approved"),
}
# How a fresh draft comes into each state: (step, who takes it).
WAYS: dict[str, list[tuple[str, str]]] = {
    "draft": [],
    "submitted": [("submit", "经办")],
    "returned": [("submit", "经办"), ("give back", "审核")],
    "approved": [("submit", "经办"), ("approve", "审核")],
    "revoking": [("submit", "经办"), ("approve", "审核"), ("ask revocation", "经办")],
    "revoked": [
        *(("submit", "经办"), ("approve", "审核"), ("ask revocation", "经办")),
        ("confirm revocation", "审核"),
    ],
}


def person(name: str) -> User:
    return User.objects.get_or_create(username=name)[0]


def take(row: Reviewed, step: str, who: str) -> Reviewed:
    return STEPS[step][0](row, person(who))


def row_in(state: str) -> Reviewed:
    """Bring a new row into a state, the way people do."""
    point = make_sales_point()
    row: Reviewed = LedgerCorrection.objects.create(
        sales_point=point, first_day=DAY, last_day=DAY, reason="区划登记有误"
    )
    for step, who in WAYS[state]:
        row = take(row, step, who)
    assert row.state == state
    return row


@pytest.mark.parametrize("state", ReviewState.values)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_in_its_states_and_refused_in_all_others(step: str, state: str) -> None:
    row = row_in(state)
    events = AuditEvent.objects.count()
    _act, allowed, leads_to = STEPS[step]
    if state in allowed:
        assert take(row, step, "第三人").state == leads_to
        assert AuditEvent.objects.count() == events + 1
        return
    with pytest.raises(ReviewRefused) as refused:
        take(row, step, "第三人")
    assert str(ReviewState(state).label) in refused.value.message
    row.refresh_from_db()
    assert row.state == state
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    ("state", "step"),
    [
        *(("submitted", "approve"), ("submitted", "give back")),
        *(("revoking", "confirm revocation"), ("revoking", "keep")),
    ],
)
def test_who_asked_may_not_check(state: str, step: str) -> None:
    row = row_in(state)
    with pytest.raises(MakerMayNotCheck, match="由另一人审核"):
        take(row, step, "经办")
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize(
    ("state", "act"),
    [("submitted", reviewing.give_back), ("approved", reviewing.ask_revocation)],
)
def test_giving_back_and_revoking_need_a_reason_in_words(state: str, act: Callable) -> None:
    row = row_in(state)
    with pytest.raises(ReasonMissing):
        act(row, person("审核"), " 　\n")
    row.refresh_from_db()
    assert row.state == state


def test_who_submits_a_returned_row_again_is_its_maker_now() -> None:
    row = take(row_in("returned"), "submit", "接手人")
    assert (row.made_by, row.return_reason, row.checked_by) == (person("接手人"), "", None)
    with pytest.raises(MakerMayNotCheck):
        take(row, "approve", "接手人")


def test_a_revocation_has_a_maker_and_a_checker_of_its_own() -> None:
    row = row_in("revoked")
    assert row.revoke_reason == "登记有误"
    assert (row.revoked_by, row.revocation_checked_by) == (person("经办"), person("审核"))
    assert (row.made_by, row.checked_by) == (person("经办"), person("审核"))


def test_a_row_counts_until_its_revocation_is_checked() -> None:
    assert [state for state in ReviewState.values if row_would_count(state)] == [
        *("approved", "revoking")
    ]


def row_would_count(state: str) -> bool:
    return LedgerCorrection(state=state).is_in_force


def test_an_effect_that_fails_leaves_the_row_as_it_was() -> None:
    row = row_in("submitted")
    events = AuditEvent.objects.count()

    def refuse(_row: Reviewed) -> None:
        raise DomainError("不行")

    with pytest.raises(DomainError, match="不行"):
        reviewing.approve(row, person("审核"), refuse)
    row.refresh_from_db()
    assert (row.state, row.checked_by) == ("submitted", None)
    assert AuditEvent.objects.count() == events
