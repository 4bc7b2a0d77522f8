"""The engine alone: frames in, frames out, against a brute-force oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.clock import SHANGHAI
from marketplace.models.totals import DAILY_MONEY
from marketplace.rules import totals
from marketplace.rules.attribution import CREDIT_KEY, CREDIT_MONEY, difference
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.state_digest import hexadecimal
from tests.marketplace.attribution_oracle import credits_of
from tests.marketplace.attribution_rows import (
    END,
    SECOND,
    START,
    Decision,
    Row,
    Touch,
    Voucher,
    credited,
    decisions,
    frame,
    judged,
    rows,
    ruled,
    rules,
    several,
    touches,
    vouchers,
    winner,
)


@pytest.mark.parametrize(
    ("paid_at", "code"),
    [
        (START - SECOND, ""),
        (START, "mayday"),
        (START + SECOND, "mayday"),
        (END - SECOND, "mayday"),
        (END - timedelta(microseconds=1), "mayday"),
        (END, ""),
        (END + SECOND, ""),
        (datetime(2020, 4, 30, 15, 59, 59, tzinfo=SHANGHAI), ""),
        (datetime.fromisoformat("2020-04-30T16:00:00+00:00"), "mayday"),
    ],
)
def test_a_window_counts_from_its_start_and_not_at_its_end(paid_at: datetime, code: str) -> None:
    assert winner(Row(paid_at=paid_at), [rules()])[0] == code


@pytest.mark.parametrize("paid_at", [START - SECOND, END])
def test_a_sale_outside_is_outside_beside_one_inside(paid_at: datetime) -> None:
    # A part without any sale inside is passed over: this one has to be looked at row by row.
    inside, outside = Row(), replace(Row(), pk=2, order_id=2, paid_at=paid_at)
    state = ruled([inside, outside], [rules()])
    assert {(entry, code) for entry, code, _, _ in state} == {(1, "mayday"), (2, "")}


def test_equal_campaigns_are_decided_by_the_bytes_of_their_codes() -> None:
    codes = ["é", "z", "a", "Z", "\U00010000", "￿", "a-b", "a_b"]
    won = winner(Row(), [rules(code) for code in codes])
    assert won == ("Z", 1)
    assert winner(Row(), [rules("\U00010000"), rules("￿")])[0] == "￿"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"priority": -1}, "lower_priority"),
        ({"starts_at": START - SECOND}, "earlier_start"),
        ({"ends_at": END + SECOND}, "longer_window"),
        ({}, "code_order"),
    ],
)
def test_a_loser_is_told_the_first_thing_that_decided(other: dict, reason: str) -> None:
    state = ruled([Row()], [rules("a"), rules("b", **other)])
    assert state == {
        (1, "a", 1, ""): (1000, 1000, 900, 900),
        (1, "b", 1, reason): (0, 1000, 0, 900),
    }


def test_a_reference_beats_place_whatever_the_priority() -> None:
    versions = [rules("named"), rules("loud", priority=9)]
    assert set(credited([Row(reference_code="named")], versions)) == {
        (1, "named", 3, ""),
        (1, "loud", 1, "lower_level"),
    }


def test_a_reference_does_not_reach_outside_window_or_scope() -> None:
    named = Row(reference_code="mayday")
    assert winner(replace(named, paid_at=END), [rules()]) == ("", 0)
    assert winner(named, [rules(sales_points=frozenset({"other"}))]) == ("", 0)


def test_below_the_minimum_level_is_no_candidate() -> None:
    strict = rules(minimum_level=3)
    assert winner(Row(), [strict]) == ("", 0)
    assert winner(Row(reference_code="mayday"), [strict]) == ("mayday", 3)


@pytest.mark.parametrize(
    "narrow",
    [
        {"counties": frozenset({"522631"})},
        {"is_certified_only": True},
        {"has_product_scope": True, "sku_codes": frozenset({"SKU-1", ""})},
    ],
)
def test_an_unmatched_line_meets_no_product_county_or_certified_predicate(narrow: dict) -> None:
    unmatched = Row(sku_code="")
    assert winner(unmatched, [rules(**narrow)]) == ("", 0)
    assert winner(Row(), [rules(**narrow)])[0] == "mayday"
    assert winner(unmatched, [rules(channel_classes=frozenset({"platform"}))])[0] == "mayday"


def test_a_product_scope_without_sku_counts_nothing() -> None:
    assert winner(Row(), [rules(has_product_scope=True)]) == ("", 0)


def test_the_minimum_order_is_what_the_whole_order_sold() -> None:
    rows = [Row(), Row(pk=2, line_key="b"), Row(pk=3, kind="refund", side="refund", amount_fen=-9)]
    codes = {key[1] for key in ruled(rows, [rules(minimum_order_fen=2000)])}
    assert codes == {"mayday"}
    assert {key[1] for key in credited(rows, [rules(minimum_order_fen=2001)])} == {""}


def test_a_row_without_amount_has_no_credit() -> None:
    assert credited([Row(amount_fen=0)], [rules()]) == {}
    assert credited([], [rules()]) == {}


def test_each_of_two_refunds_takes_back_its_own_amount_by_what_was_earned() -> None:
    bought = Row(buyer_key="buyer", amount_fen=1001)
    back = {"kind": "refund", "side": "refund"}
    first = replace(bought, pk=2, sequence=2, amount_fen=-100, **back)
    second = replace(bought, pk=3, sequence=3, amount_fen=-101, **back)
    seen = (Touch("a"), Touch("b", START - timedelta(hours=1)))
    state = credited([bought, first, second], [rules("a"), rules("b")], seen)
    place = CREDIT_MONEY.index("linear_fen")
    shares = {(entry, code): money[place] for (entry, code, *_), money in state.items() if code}
    # The odd fen is b's, by the hash that decides such ties.
    assert shares[1, "a"] + 1 == shares[1, "b"] == 501
    assert shares[2, "a"] == shares[2, "b"] == -50
    assert shares[3, "a"] - 1 == shares[3, "b"] == -51


def test_the_difference_of_equal_states_is_nothing() -> None:
    state = judged([Row(), Row(pk=2)], [rules("a"), rules("b")])
    assert difference(state, state.reverse()).height == 0


def test_a_changed_reason_is_withdrawn_and_stated_again() -> None:
    before = judged([Row()], [rules("a"), rules("b")])
    after = judged([Row()], [rules("a", priority=1), rules("b")])
    moved = difference(after, before).select(*CREDIT_KEY, "participation_fen").rows()
    assert moved == [
        (1, "b", 1, "code_order", -1000),
        (1, "b", 1, "lower_priority", 1000),
    ]


def test_the_totals_have_the_columns_of_their_table() -> None:
    lines = frame([Row()])
    state = judged([Row()], [rules()])
    changes = difference(state, state.clear()).join(lines, on="entry_id")
    columns = list(DAILY_MONEY)
    assert totals.money_changes(changes).columns == [*totals.MONEY_KEY, *columns]


def test_limbs_carry_only_when_they_are_read() -> None:
    assert hexadecimal([1, 0, 0, 0, 0]) == "0" * 39 + "1"
    assert hexadecimal([2**32, 0, 0, 0, 0]) == hexadecimal([0, 1, 0, 0, 0])
    assert hexadecimal([-1, 0, 0, 0, 0]) == "f" * 40
    assert hexadecimal([0, 0, 0, 0, 2**32]) == "0" * 40


@settings(max_examples=300, deadline=None)
@given(
    found=several,
    ledger=st.lists(rows, max_size=8),
    redeemed=vouchers,
    decided=decisions,
    seen=touches,
)
def test_the_engine_agrees_with_the_brute_force(
    found: list[tuple[str, CampaignRules]],
    ledger: list[Row],
    redeemed: list[Voucher],
    decided: list[Decision],
    seen: list[Touch],
) -> None:
    versions = [replace(each, code=code) for code, each in found]
    ledger = [replace(row, pk=place, sequence=place) for place, row in enumerate(ledger, 1)]
    state = credited(ledger, versions, [*redeemed, *decided, *seen])
    assert state == credits_of(ledger, versions, redeemed, decided, seen)
    for row in ledger:
        own = {key: money for key, money in state.items() if key[0] == row.pk}
        # Every exclusive model conserves to the fen, one wins, every candidate gets the line.
        for place in (0, *range(4, len(CREDIT_MONEY))):
            assert sum(money[place] for money in own.values()) == row.amount_fen
        assert len([money for money in own.values() if money[0]]) == (1 if row.amount_fen else 0)
        named = {key: money for key, money in own.items() if key[1]}
        assert all(money[1] == row.amount_fen for money in named.values())
        assert len({key[1] for key in own}) == len(own)
