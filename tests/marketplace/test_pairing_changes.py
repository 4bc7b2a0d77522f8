"""A change of a pairing and the correction of a wrong entry are two acts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import AuditEvent, User
from common.clock import now
from common.errors import DomainError
from marketplace.errors import PairingDaysNotValid, PairingOverlaps, PairingVoided
from marketplace.models import District, Pairing
from marketplace.selectors.pairings import paired_on, pairings_as_of
from marketplace.services.pairings import (
    change_pairing,
    correct_pairing,
    end_pairing,
    start_pairing,
)
from operations.errors import ReasonMissing
from tests.builders import make_county

pytestmark = pytest.mark.django_db

START, CHANGED = date(2018, 1, 1), date(2019, 7, 1)


def district(code: str = "330105") -> District:
    values = {"name": f"区{code}", "kind": "district", "source": "test"}
    return District.objects.get_or_create(code=code, defaults=values)[0]


def officer() -> User:
    return User.objects.get_or_create(username="经办")[0]


def paired(county: str = "522622", first: date = START, **more: Any) -> Pairing:
    """Pair 拱墅 with a county from a day on."""
    return start_pairing(
        district=district(),
        county=make_county(county),
        valid_from=first,
        source="test",
        actor=officer(),
        **more,
    )


def held(day: date, **known: Any) -> list[tuple[str, str]]:
    return [(row.district_id, row.county_id) for row in paired_on(day, **known)]


def changed(pairing: Pairing, day: date, **to: Any) -> Pairing:
    to = {"document": "杭对口〔2019〕7号", "source": "test"} | to
    return change_pairing(pairing, from_day=day, actor=officer(), **to)


def test_a_change_ends_the_old_row_the_day_before_and_starts_the_next() -> None:
    old = paired()
    new = changed(old, CHANGED, county=make_county("522634"))
    old.refresh_from_db()
    assert old.valid_to == CHANGED - timedelta(days=1)
    assert (new.valid_from, new.valid_to, new.document) == (CHANGED, None, "杭对口〔2019〕7号")
    assert held(CHANGED - timedelta(days=1)) == [("330105", "522622")]
    assert held(CHANGED) == [("330105", "522634")]
    assert old.voided_at is None


def test_the_next_row_ends_when_the_old_one_would_have() -> None:
    end = date(2020, 12, 31)
    new = changed(paired(valid_to=end), CHANGED, district=district("330109"))
    assert (new.district_id, new.county_id, new.valid_to) == ("330109", "522622", end)
    with pytest.raises(PairingDaysNotValid, match="已于 2020-12-31 结束"):
        changed(new, date(2021, 1, 1))


def test_an_ended_pairing_holds_on_its_last_day_and_not_the_day_after() -> None:
    row = end_pairing(paired(), last_day=CHANGED, document="", actor=officer())
    assert held(CHANGED) == [("330105", "522622")]
    assert held(CHANGED + timedelta(days=1)) == []
    with pytest.raises(PairingDaysNotValid, match="已于 2019-07-01 结束"):
        end_pairing(row, last_day=CHANGED + timedelta(days=1), document="", actor=officer())
    for day in (START - timedelta(days=1), START - timedelta(days=400)):
        with pytest.raises(PairingDaysNotValid, match="早于开始日"):
            end_pairing(row, last_day=day, document="", actor=officer())


def test_a_correction_voids_the_wrong_row_and_keeps_it_explained() -> None:
    wrong = paired("522634", document="文号1")
    before = now()
    right = correct_pairing(wrong, reason="县名抄错", actor=officer(), county=make_county("522622"))
    wrong.refresh_from_db()
    assert (wrong.void_reason, wrong.voided_by) == ("县名抄错", officer())
    assert right.replaces == wrong
    assert (right.valid_from, right.document, right.district_id) == (START, "文号1", "330105")
    assert held(CHANGED) == [("330105", "522622")]
    assert held(CHANGED, moment=before) == [("330105", "522634")]
    assert list(pairings_as_of(before)) == [wrong]
    assert list(pairings_as_of()) == [right]
    with pytest.raises(PairingVoided):
        changed(wrong, CHANGED)
    with pytest.raises(PairingVoided):
        correct_pairing(wrong, reason="再改", actor=officer())


def test_a_correction_of_days_may_cover_the_days_of_the_wrong_row() -> None:
    right = correct_pairing(
        paired(), reason="起始日有误", actor=officer(), valid_from=date(2018, 3, 1), precision="day"
    )
    assert held(date(2018, 2, 28)) == []
    assert held(date(2018, 3, 1)) == [(right.district_id, right.county_id)]


def test_a_correction_needs_a_reason() -> None:
    row = paired()
    with pytest.raises(ReasonMissing):
        correct_pairing(row, reason=" ", actor=officer(), valid_from=CHANGED)
    row.refresh_from_db()
    assert row.voided_at is None


def test_the_same_two_are_never_paired_twice_on_a_day() -> None:
    first = paired(valid_to=CHANGED)
    for day in (START, CHANGED):
        with pytest.raises(PairingOverlaps) as refused:
            paired(first=day)
        assert refused.value.code == "pairing_overlaps"
    with pytest.raises(PairingOverlaps):
        paired(first=date(2017, 1, 1), valid_to=START)
    again = paired(first=CHANGED + timedelta(days=1))
    with pytest.raises(PairingOverlaps):
        correct_pairing(again, reason="早一天", actor=officer(), valid_from=CHANGED)
    again.refresh_from_db()
    assert (again.voided_at, first.voided_at) == (None, None)
    # Two districts may help one county, and one district two counties.
    paired("522634")
    start_pairing(
        district=district("330109"),
        county=make_county("522622"),
        valid_from=START,
        source="test",
        actor=None,
    )
    assert len(held(START)) == 3


@pytest.mark.parametrize(
    "days", [{"valid_to": date(2017, 12, 31)}, {"first": date(1999, 1, 1)}, {"precision": "week"}]
)
def test_days_that_cannot_be_are_refused(days: dict[str, Any]) -> None:
    with pytest.raises(PairingDaysNotValid):
        paired(**days)
    assert not Pairing.objects.exists()


def test_every_act_leaves_an_audit_event_with_what_changed() -> None:
    row = changed(paired(), CHANGED, county=make_county("522634"))
    right = correct_pairing(row, reason="县名抄错", actor=officer(), county=make_county("522631"))
    end_pairing(right, last_day=date(2021, 5, 31), document="杭办〔2021〕1号", actor=officer())
    events = AuditEvent.objects.order_by("id")
    assert [event.action for event in events] == [
        *("pairing.started", "pairing.changed", "pairing.started"),
        *("pairing.corrected", "pairing.started", "pairing.ended"),
    ]
    assert events[1].changes == {"valid_to": ["", "2019-06-30"]}
    assert events[3].changes == {"county_id": ["522634", "522631"]}
    assert events[3].reason == "县名抄错"
    assert {event.actor for event in events} == {officer()}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["start", "change", "end", "correct"]),
        st.integers(0, 5),
        st.integers(0, 40),
        st.sampled_from(["522622", "522634"]),
    ),
    max_size=8,
)


class PairingsAtRandom(TestCase):
    @given(acts=ACTS)
    @settings(max_examples=30, deadline=None)
    def test_whatever_is_done_no_two_standing_rows_of_the_same_two_share_a_day(self, acts) -> None:
        for act, which, offset, county in acts:
            rows = list(Pairing.objects.order_by("pk"))
            day = START + timedelta(days=offset)
            try:
                if act == "start" or not rows:
                    paired(county, day)
                elif act == "change":
                    changed(rows[which % len(rows)], day, county=make_county(county))
                elif act == "end":
                    row = rows[which % len(rows)]
                    end_pairing(row, last_day=day, document="", actor=None)
                else:
                    row = rows[which % len(rows)]
                    correct_pairing(row, reason="x", actor=None, county=make_county(county))
            except DomainError:
                continue
        for offset in range(42):
            on_day = held(START + timedelta(days=offset))
            assert len(on_day) == len(set(on_day))


def test_an_end_that_is_entered_later_is_not_known_earlier(db) -> None:
    row = paired()
    before = now()

    end_pairing(row, last_day=CHANGED, document="", actor=officer())

    assert [one.valid_to for one in pairings_as_of(before)] == [None]
    assert [one.valid_to for one in pairings_as_of()] == [CHANGED]
    assert not paired_on(CHANGED + timedelta(days=1)).exists()
    assert paired_on(CHANGED + timedelta(days=1), before).exists()
