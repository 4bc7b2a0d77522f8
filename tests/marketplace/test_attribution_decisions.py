"""Level 5: what an operator decides and another checks goes before everything found."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import AuditEvent
from marketplace.errors import (
    CampaignNotPublished,
    DecisionNotValid,
    DecisionStands,
    OrderNotInLedger,
    UnknownOrderLine,
)
from marketplace.models import AttributionDecision, Campaign
from marketplace.selectors.attribution import state_digest
from marketplace.services.attribution_decisions import (
    approve_decision,
    confirm_decision_revocation,
    decide_attribution,
    submit_decision,
)
from marketplace.services.audit import audit
from operations.errors import MakerMayNotCheck, ReasonMissing, ReviewRefused
from operations.services.reviewing import ask_revocation, give_back, keep_in_force
from orders.models import ChangedOrder
from orders.services.papers import keep_paper
from tests.marketplace.attribution_checks import check_everything, standing_of, stored_state
from tests.marketplace.attribution_rows import (
    END,
    Decision,
    Row,
    Voucher,
    credited,
    ruled,
    rules,
    winner,
)
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, campaign, day, moment, person

NOON = moment("2020-05-01 12:00:00")


def propose(sale: Sale, **changes: object) -> AttributionDecision:
    values: dict[str, object] = {
        "order": sale.order,
        "line_key": "",
        "campaign": Campaign.objects.get(code="a"),
        "verdict": "credit",
        "reason": "展销现场成交，有签到表",
        "actor": person("jingban"),
        **changes,
    }
    return decide_attribution(**values)  # type: ignore[arg-type]


@pytest.fixture
def sale(db: None) -> Sale:
    """A sale outside the window of campaign a."""
    campaign("a", day("2020-05-01"), day("2020-05-08"), minimum_order_fen=1_000_000)
    return Sale("N1", moment("2020-07-01 12:00:00"), [Line(), Line(key="other")])


def test_a_credit_overrides_window_scope_minimum_order_and_every_evidence() -> None:
    versions = [
        rules("far", minimum_order_fen=10**6, sales_points=frozenset({"elsewhere"})),
        rules("near", priority=9, ends_at=END + timedelta(days=9)),
    ]
    row = Row(paid_at=END, reference_code="near", sku_code="")
    assert winner(row, versions, [Voucher("near")]) == ("near", 4)
    assert set(credited([row], versions, [Voucher("near"), Decision("far")])) == {
        (1, "far", 5, ""),
        (1, "near", 4, "lower_level"),
    }


def test_an_exclusion_removes_the_campaign_at_any_level() -> None:
    versions = [rules("a", priority=1), rules("b")]
    row = Row(reference_code="a")
    assert set(ruled([row], versions, [Voucher("a"), Decision("a", "exclude")])) == {
        (1, "b", 1, "")
    }
    both = [Decision("a", "exclude"), Decision("b", "exclude")]
    assert set(credited([row], versions, both)) == {(1, "", 0, "")}


@pytest.mark.parametrize(
    ("on_order", "on_line", "levels"),
    [("exclude", "credit", {1: 5, 2: 0}), ("credit", "exclude", {1: 0, 2: 5})],
)
def test_a_decision_on_a_line_goes_before_one_on_its_order(on_order, on_line, levels) -> None:
    decisions = [Decision("mayday", on_order), Decision("mayday", on_line, "line")]
    rows = [Row(), Row(pk=2, line_key="other")]
    state = credited(rows, [rules()], decisions)
    assert {key[0]: key[2] for key in state} == levels


def test_two_credits_are_decided_by_the_usual_order_and_not_by_vouchers() -> None:
    versions = [rules("a"), rules("b", priority=1), rules("c")]
    evidence = [Decision("a"), Decision("b"), Voucher("a", 900), Voucher("c", 1, "V2")]
    assert set(credited([Row()], versions, evidence)) == {
        (1, "b", 5, ""),
        (1, "a", 5, "lower_priority"),
        (1, "c", 4, "lower_level"),
    }


def test_a_decision_on_a_campaign_that_is_not_published_says_nothing() -> None:
    assert credited([Row()], [rules()], [Decision("draft")]) == credited([Row()], [rules()])


def test_a_decision_counts_once_checked_and_its_revocation_restores_the_digest(sale: Sale) -> None:
    refund = sale.refund("line", 4_000)
    attribute()
    before = state_digest()
    decision = propose(sale)
    assert (decision.state, ChangedOrder.objects.count()) == ("submitted", 0)
    decision = approve_decision(decision, person("shenhe"))
    fed = list(ChangedOrder.objects.values_list("order_id", "reason"))
    assert fed == [(sale.order.pk, "decision")]
    attribute()
    assert standing_of(sale) == standing_of(sale, "other") == {"a": (5, "")}
    # A refund inherits what was decided on its sale.
    assert stored_state()[refund.pk, "a", 5, ""][0] == -4_000
    assert state_digest() != before
    check_everything()
    decision = ask_revocation(decision, person("jingban"), "签到表有误")
    confirm_decision_revocation(decision, person("shenhe"))
    attribute()
    assert standing_of(sale) == {"": (0, "")}
    assert state_digest() == before
    check_everything()


def test_a_decision_counts_until_somebody_else_confirms_its_revocation(sale: Sale) -> None:
    decision = sale.decide("a", line_key="line")
    attribute()
    decided = state_digest()
    decision = ask_revocation(decision, person("shenhe"), "签到表有误")
    assert attribute("full").entries_written == 0
    decision = keep_in_force(decision, person("jingban"))
    decision = ask_revocation(decision, person("jingban"), "签到表有误")
    with pytest.raises(MakerMayNotCheck):
        confirm_decision_revocation(decision, person("jingban"))
    assert (ChangedOrder.objects.count(), state_digest()) == (0, decided)
    confirm_decision_revocation(decision, person("shenhe"))
    attribute()
    assert standing_of(sale) == {"": (0, "")}


def test_a_refund_after_a_decision_and_a_restated_line_inherit_it(sale: Sale) -> None:
    sale.decide("a", line_key="line")
    attribute()
    refund = sale.refund("line", 2_500)
    sale.restate("line", sku_code="SKU-2", county_code="522625")
    attribute()
    assert standing_of(sale) == {"a": (5, "")}
    assert stored_state()[refund.pk, "a", 5, ""][0] == -2_500
    net = sum(money[0] for (_, code, _, _), money in stored_state().items() if code == "a")
    assert net == 7_500
    check_everything()


def test_an_exclusion_gives_the_sale_to_the_next_campaign(db: None) -> None:
    campaign("a", day("2020-05-01"), day("2020-05-08"), priority=1)
    campaign("b", day("2020-05-01"), day("2020-05-08"))
    sale = Sale("N1", NOON, [Line(), Line(key="other")], reference_code="a")
    attribute()
    sale.decide("a", "exclude")
    sale.decide("a", "credit", "other")
    attribute()
    assert standing_of(sale) == {"b": (1, "")}
    assert standing_of(sale, "other") == {"a": (5, ""), "b": (1, "lower_level")}
    check_everything()


def test_the_maker_may_not_check(sale: Sale) -> None:
    decision = propose(sale)
    with pytest.raises(MakerMayNotCheck):
        approve_decision(decision, person("jingban"))
    assert not ChangedOrder.objects.filter(reason="decision").exists()
    approve_decision(decision, person("shenhe"))
    with pytest.raises(ReviewRefused):
        approve_decision(decision, person("shenhe"))
    with pytest.raises(ReviewRefused):
        confirm_decision_revocation(decision, person("shenhe"))
    made = AuditEvent.objects.filter(object_kind="marketplace.attributiondecision")
    assert [(event.action, event.actor.username) for event in made.order_by("pk")] == [
        ("submitted", "jingban"),
        ("approved", "shenhe"),
    ]


def test_a_decision_keeps_its_papers(sale: Sale, tmp_path: Path) -> None:
    scan = tmp_path / "签到表.pdf"
    scan.write_bytes(b"scan")
    paper = keep_paper(scan, actor=person("jingban"))
    assert list(propose(sale, papers=[paper]).papers.all()) == [paper]


@pytest.mark.parametrize(
    ("changes", "refusal", "code"),
    [
        ({"line_key": "nowhere"}, UnknownOrderLine, "unknown_order_line"),
        ({"reason": "  "}, ReasonMissing, "reason_missing"),
        ({"reason": "长" * 501}, DecisionNotValid, "decision_not_valid"),
        ({"verdict": "maybe"}, DecisionNotValid, "decision_not_valid"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(sale: Sale, changes, refusal, code) -> None:
    with pytest.raises(refusal) as refused:
        propose(sale, **changes)
    assert refused.value.code == code
    assert not AttributionDecision.objects.exists()


def test_a_campaign_without_version_and_an_order_without_sales_are_refused(sale: Sale) -> None:
    draft = Campaign.objects.create(code="draft", name="draft")
    with pytest.raises(CampaignNotPublished) as refused:
        propose(sale, campaign=draft)
    assert refused.value.code == "campaign_not_published"
    unpaid = Sale("N2", NOON, [])
    with pytest.raises(OrderNotInLedger) as refused_too:
        propose(unpaid)
    assert refused_too.value.code == "order_not_in_ledger"


def test_one_decision_stands_for_a_line_and_campaign(sale: Sale) -> None:
    first = propose(sale, line_key="line")
    with pytest.raises(DecisionStands) as refused:
        propose(sale, line_key="line", verdict="exclude")
    assert refused.value.code == "decision_stands"
    propose(sale)
    campaign("b", day("2020-05-01"), day("2020-05-08"))
    propose(sale, line_key="line", campaign=Campaign.objects.get(code="b"))
    give_back(first, person("shenhe"), "缺佐证材料")
    second = propose(sale, line_key="line", verdict="exclude")
    with pytest.raises(DecisionStands):
        submit_decision(first, person("jingban"))
    give_back(second, person("shenhe"), "不成立")
    assert submit_decision(first, person("jingban")).state == "submitted"


def test_a_decision_changed_behind_the_back_is_found_by_the_audit(sale: Sale) -> None:
    decision = sale.decide("a", line_key="line")
    sale.decide("a", "exclude", "other")
    attribute()
    assert "credits_differ_from_the_rules" not in {each.code for each in audit().violations}
    for changes in ({"verdict": "exclude"}, {"state": "returned"}, {"line_key": ""}):
        before = {name: getattr(decision, name) for name in changes}
        AttributionDecision.objects.filter(pk=decision.pk).update(**changes)
        named = [
            each for each in audit().violations if each.code == "credits_differ_from_the_rules"
        ]
        # On the whole order the credit still reaches the line: the other one is excluded by name.
        assert bool(named) == ("line_key" not in changes)
        AttributionDecision.objects.filter(pk=decision.pk).update(**before)
