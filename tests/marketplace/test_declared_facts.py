"""Figures that no order gives, as somebody states them."""

from __future__ import annotations

from datetime import date

import pytest

from common import clock
from common.errors import DomainError
from marketplace.models import DeclaredFact, District
from marketplace.selectors.facts import facts_of
from marketplace.services.facts import (
    approve_fact,
    confirm_fact_revocation,
    state_fact,
    submit_fact,
)
from operations.services import reviewing
from tests.orders.declared_builders import paper, person

pytestmark = pytest.mark.django_db

PREFECTURE = {"district_code": "", "county_code": ""}
REFUSED_AS_STATED = [
    ("section", {"section": "weather"}),
    ("kind", {"kind": "float"}),
    ("bound", {"bound": "cap"}),
    ("key", {"key": "互访人次"}),
    ("key", {"key": "k" * 61}),
    ("label", {"label": " "}),
    ("source", {"source": ""}),
    ("precision", {"precision": "week"}),
    ("value", {"value": None}),
    ("value", {"value": -1}),
    ("value", {"value": 10**15 + 1}),
    ("value", {"text": "十八"}),
    ("value", {"kind": "text", "value": None}),
    ("value", {"kind": "text", "text": "十八"}),
    ("value", {"kind": "ratio", "value": 10_001}),
    ("period_end", {"period_start": date(2020, 7, 1)}),
    ("period_end", {"period_end": date(2100, 1, 1)}),
]


def stated(**fields: object) -> DeclaredFact:
    values: dict[str, object] = {
        "section": "organisation",
        "key": "leader_visits",
        "label": "领导互访",
        "kind": "count",
        "value": 18,
        "unit": "人次",
        "period_end": date(2020, 6, 11),
        "source": "样例文章",
        "actor": person("经办甲"),
    }
    return state_fact(**(values | fields))


def in_force(**fields: object) -> DeclaredFact:
    return approve_fact(stated(**fields), person("审核乙"))


def values(**asked: object) -> dict[str, int | None]:
    facts = facts_of(**(PREFECTURE | asked))
    return {key: fact.value for key, fact in facts.items()}


def test_a_fact_counts_once_another_person_checked_it() -> None:
    fact = stated(papers=[paper()])
    assert (fact.state, fact.papers.count(), values()) == ("submitted", 1, {})
    with pytest.raises(DomainError) as refused:
        approve_fact(fact, person("经办甲"))
    assert refused.value.code == "maker_may_not_check"
    before = clock.now()
    assert approve_fact(fact, person("审核乙")).is_in_force
    assert values() == {"leader_visits": 18}
    assert values(as_of=before) == {}


@pytest.mark.parametrize(("field", "fields"), REFUSED_AS_STATED)
def test_a_fact_that_contradicts_itself_is_refused(field: str, fields: dict) -> None:
    with pytest.raises(DomainError) as refused:
        stated(**fields)
    assert (refused.value.code, refused.value.details) == ("fact_not_valid", {"field": field})
    assert not DeclaredFact.objects.exists()


@pytest.mark.parametrize("place", [{"district_code": "339999"}, {"county_code": "529999"}])
def test_a_place_that_does_not_exist_is_refused(place: dict) -> None:
    with pytest.raises(DomainError) as refused:
        stated(**place)
    assert refused.value.code == "fact_place_unknown"


def test_a_ratio_is_kept_in_basis_points_and_a_text_without_a_number() -> None:
    assert in_force(key="share", kind="ratio", value=9533, unit="").value == 9533
    names = in_force(key="names", kind="text", value=None, text="样例企业", unit="")
    assert (names.value, names.text) == (None, "样例企业")


def test_a_figure_is_stated_once_for_a_place_and_period() -> None:
    first = in_force()
    with pytest.raises(DomainError) as refused:
        stated(value=20)
    assert refused.value.code == "fact_stated_twice"
    then = clock.now()
    asked = reviewing.ask_revocation(first, person("经办甲"), "数字有误")
    assert values() == {"leader_visits": 18}
    confirm_fact_revocation(asked, person("审核乙"))
    in_force(value=20)
    assert values() == {"leader_visits": 20}
    assert values(as_of=then) == {"leader_visits": 18}


def test_what_was_given_back_is_checked_again_when_handed_in_again() -> None:
    given_back = reviewing.give_back(stated(), person("审核乙"), "请核对")
    other = stated(value=20)
    with pytest.raises(DomainError) as refused:
        submit_fact(given_back, person("经办甲"))
    assert refused.value.code == "fact_stated_twice"
    reviewing.give_back(other, person("审核乙"), "重复")
    DeclaredFact.objects.filter(pk=given_back.pk).update(district_code="339999")
    with pytest.raises(DomainError) as refused:
        submit_fact(given_back, person("经办甲"))
    assert refused.value.code == "fact_place_unknown"
    DeclaredFact.objects.filter(pk=given_back.pk).update(district_code="")
    assert submit_fact(given_back, person("经办甲")).state == "submitted"


def test_the_newest_period_that_has_ended_is_the_current_one() -> None:
    in_force(period_end=date(2021, 6, 30), value=30)
    in_force()
    assert values() == {"leader_visits": 30}
    assert values(on=date(2021, 6, 30)) == {"leader_visits": 30}
    assert values(on=date(2021, 6, 29)) == {"leader_visits": 18}
    assert values(on=date(2020, 6, 10)) == {}


def test_each_place_has_facts_of_its_own() -> None:
    District.objects.create(code="330105", name="拱墅区", kind="区", source="test")
    in_force(section="tourism", key="visitors")
    in_force(section="organisation", key="visits")
    in_force(section="organisation", key="departments")
    in_force(district_code="330105", value=7)
    assert values(district_code="330105") == {"leader_visits": 7}
    assert set(facts_of(**PREFECTURE)) == {"visitors", "visits", "departments"}
