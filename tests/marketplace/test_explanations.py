"""The explanation says what the engine did: for every row and campaign, to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.rules.attribution.explaining import explain
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.explanations import RowExplanation, Verdict
from tests.marketplace.attribution_rows import (
    END,
    START,
    Decision,
    Evidence,
    Row,
    Touch,
    Voucher,
    credited,
    decisions,
    evidence_of,
    frame,
    rows,
    rules,
    several,
    touches,
    vouchers,
)


def explained(
    ledger: list[Row], versions: list[CampaignRules], evidence: Evidence = ()
) -> list[RowExplanation]:
    return explain(frame(ledger), versions, evidence_of(evidence))


def only(row: Row, one: CampaignRules, evidence: Evidence = ()) -> Verdict:
    [explanation] = explained([row], [one], evidence)
    [verdict] = explanation.verdicts
    return verdict


@pytest.mark.parametrize(
    ("row", "narrow", "outcome", "unmet"),
    [
        (Row(paid_at=END), {}, "outside_window", ["window"]),
        (Row(), {"sales_points": frozenset({"x"})}, "not_in_scope", ["sales_point"]),
        (Row(), {"channel_classes": frozenset({"fair"})}, "not_in_scope", ["channel_class"]),
        (Row(), {"counties": frozenset({"522625"})}, "not_in_scope", ["county"]),
        (Row(), {"buyer_kinds": frozenset({"unit"})}, "not_in_scope", ["buyer_kind"]),
        (Row(), {"has_product_scope": True}, "not_in_scope", ["product"]),
        (Row(is_certified=False), {"is_certified_only": True}, "not_in_scope", ["certified"]),
        (Row(), {"minimum_order_fen": 1001}, "not_in_scope", ["minimum_order"]),
        (
            Row(sku_code=""),
            {"is_certified_only": True},
            "not_in_scope",
            ["matched"],
        ),
        (
            Row(paid_at=END),
            {"counties": frozenset({"x"}), "minimum_order_fen": 9999},
            "outside_window",
            ["window", "county", "minimum_order"],
        ),
        (Row(), {"minimum_level": 3}, "below_minimum_level", []),
    ],
)
def test_each_condition_that_fails_is_named(
    row: Row, narrow: dict, outcome: str, unmet: list[str]
) -> None:
    verdict = only(row, rules(**narrow))
    assert (verdict.outcome, [each.name for each in verdict.unmet]) == (outcome, unmet)


def test_a_failed_condition_shows_what_was_found_and_what_was_asked() -> None:
    [unmet] = only(Row(), rules(counties=frozenset({"522625", "522601"}))).unmet
    assert (unmet.found, unmet.asked) == ("522631", ("522601", "522625"))
    [order] = only(Row(), rules(minimum_order_fen=1001)).unmet
    assert (order.found, order.asked) == ("1000", ("1001",))
    [window] = only(Row(paid_at=END), rules()).unmet
    assert window.asked == (START.isoformat(), END.isoformat())


def test_below_the_minimum_names_the_level_that_was_found() -> None:
    seen = [Touch("mayday")]
    verdict = only(Row(buyer_key="buyer"), rules(minimum_level=3), seen)
    assert (verdict.outcome, verdict.level, verdict.minimum_level) == ("below_minimum_level", 2, 3)
    [touch] = verdict.touches
    assert (touch.kind, touch.age_seconds) == ("click", 86_400)


def test_a_decision_speaks_before_window_and_scope() -> None:
    out = Row(paid_at=END)
    credited_by_hand = only(out, rules(), [Decision("mayday")])
    assert (credited_by_hand.outcome, credited_by_hand.level) == ("won", 5)
    assert [each.name for each in credited_by_hand.unmet] == ["window"]
    excluded = only(Row(), rules(), [Decision("mayday", "exclude", "line"), Decision("mayday")])
    assert (excluded.outcome, excluded.decided, excluded.decided_on) == (
        "excluded",
        "exclude",
        "line",
    )


def test_evidence_is_told_with_the_verdict() -> None:
    verdict = only(
        Row(reference_code="mayday", buyer_key="buyer"),
        rules(),
        [Voucher("mayday", 5, "V2"), Voucher("mayday", 9, "V1"), Touch("mayday")],
    )
    assert (verdict.outcome, verdict.level, verdict.reference) == ("won", 4, "mayday")
    assert [(each.code, each.discount_fen) for each in verdict.vouchers] == [("V1", 9), ("V2", 5)]
    assert len(verdict.touches) == 1


def test_a_loser_keeps_its_reason() -> None:
    [row] = explained([Row()], [rules("a"), rules("b")])
    assert [(each.outcome, each.reason) for each in row.verdicts] == [
        ("won", ""),
        ("lost", "code_order"),
    ]
    assert row.winner is row.verdicts[0]


def test_a_path_shows_each_touch_its_weight_and_the_fen_before_and_after() -> None:
    seen = [
        Touch("a", START - timedelta(days=7), source_id="1"),
        Touch("", START - timedelta(days=2), source_id="2"),
        Touch("b", START - timedelta(days=1), kind="scan", source_id="3"),
    ]
    [row] = explained([Row(buyer_key="buyer", amount_fen=100)], [rules("a"), rules("b")], seen)
    assert [(each.campaign_code, each.kind, each.weights["position"]) for each in row.path] == [
        ("a", "click", 2),
        ("", "click", 1),
        ("b", "scan", 2),
    ]
    linear = {each.campaign_code: each for each in row.shares if each.model == "linear"}
    assert linear["a"].exact_fen == Fraction(100, 3)
    assert sorted(each.reached_fen for each in linear.values()) == [33, 33, 34]
    by_position = [each for each in row.shares if each.model == "position"]
    position = {each.campaign_code: each.moved_fen for each in by_position}
    assert position == {"a": 40, "": 20, "b": 40}


def test_a_refund_is_divided_by_what_its_sale_earned() -> None:
    seen = [Touch("a", source_id="1"), Touch("b", source_id="2", kind="scan")]
    ledger = [
        Row(buyer_key="buyer", amount_fen=101),
        Row(pk=2, sequence=2, kind="refund", side="refund", amount_fen=-50, buyer_key="buyer"),
    ]
    _sale, refund = explained(ledger, [rules("a"), rules("b")], seen)
    linear = {each.campaign_code: each for each in refund.shares if each.model == "linear"}
    assert sum(each.weight for each in linear.values()) == 101
    assert linear["a"].total_fen == -50
    assert linear["a"].exact_fen == Fraction(-50 * linear["a"].weight, 101)


def test_nothing_to_explain_is_no_error() -> None:
    assert explained([], [rules()]) == []
    [row] = explained([Row()], [])
    assert (row.verdicts, row.path, row.shares, row.winner) == ((), (), (), None)


@settings(max_examples=200, deadline=None)
@given(
    found=several,
    ledger=st.lists(rows, max_size=8),
    redeemed=vouchers,
    decided=decisions,
    seen=touches,
)
def test_the_explanation_is_what_the_engine_credits(
    found: list[tuple[str, CampaignRules]],
    ledger: list[Row],
    redeemed: list[Voucher],
    decided: list[Decision],
    seen: list[Touch],
) -> None:
    versions = [replace(each, code=code) for code, each in found]
    ledger = [replace(row, pk=place, sequence=place) for place, row in enumerate(ledger, 1)]
    evidence = [*redeemed, *decided, *seen]
    state = credited(ledger, versions, evidence)
    told = explained(ledger, versions, evidence)
    assert {row.entry_id for row in told} == {row.pk for row in ledger if row.amount_fen}
    for row in told:
        own = {key[1]: (key[2:], money) for key, money in state.items() if key[0] == row.entry_id}
        assert [each.campaign_code for each in row.verdicts] == sorted(
            (each.code for each in versions), key=str.encode
        )
        for verdict in row.verdicts:
            if verdict.is_candidate:
                (level, reason), money = own[verdict.campaign_code]
                assert (verdict.level, verdict.reason) == (level, reason)
                assert (money[0] != 0) == (verdict.outcome == "won")
                assert bool(verdict.unmet) <= (verdict.level == 5)
            else:
                assert verdict.campaign_code not in own
        for place, model in enumerate(PATH_MODELS, 4):
            moved = {s.campaign_code: s.moved_fen for s in row.shares if s.model == model}
            for code, (_key, money) in own.items():
                assert money[place] == moved.get(code, 0 if row.path or code else row.amount_fen)
            assert sum(moved.values()) == (row.amount_fen if row.path else 0)
            for share in row.shares:
                assert abs(share.reached_fen - share.exact_fen) < 1
