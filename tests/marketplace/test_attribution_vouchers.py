"""Level 4: a redeemed voucher ties its line to a campaign. Bundles: their parts are one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.models import DailyMoney
from marketplace.rules.evidence import REASON_LABELS, Reason
from marketplace.selectors.attribution import orders_of_campaign, state_digest, unknown_references
from marketplace.selectors.reports.names import LABELS_TO_TRANSLATE, reason_name
from marketplace.services.audit import audit
from orders.models import SalesEntry, VoucherRedemption
from tests.builders import make_sku
from tests.marketplace.attribution_checks import check_everything, standing_of, stored_state
from tests.marketplace.attribution_rows import END, Row, Voucher, credited, ruled, rules, winner
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, campaign, day, moment

NOON = moment("2020-05-01 12:00:00")
TWO = [rules("a"), rules("b")]


def codes_of_the_audit() -> set[str]:
    return {finding.code for finding in audit().violations}


def test_a_voucher_beats_a_reference_whatever_the_priority() -> None:
    versions = [rules("named", priority=9), rules("voucher")]
    row = Row(reference_code="named")
    assert winner(row, versions) == ("named", 3)
    assert set(credited([row], versions, [Voucher("voucher", 0)])) == {
        (1, "voucher", 4, ""),
        (1, "named", 3, "lower_level"),
    }


def test_a_voucher_covers_its_own_line_and_every_row_of_it() -> None:
    rows = [
        Row(),
        Row(pk=2, kind="refund", side="refund", amount_fen=-300, consumer_paid_fen=-300),
        Row(pk=3, component=2),
        Row(pk=4, line_key="other"),
        Row(pk=5, order_id=2),
    ]
    state = ruled(rows, [rules()], [Voucher("mayday")])
    assert {key[0]: key[2] for key in state} == {1: 4, 2: 4, 3: 4, 4: 1, 5: 1}


def test_a_voucher_does_not_reach_outside_window_or_scope() -> None:
    voucher = [Voucher("mayday")]
    assert winner(Row(paid_at=END), [rules()], voucher) == ("", 0)
    assert winner(Row(), [rules(counties=frozenset({"522625"}))], voucher) == ("", 0)
    assert winner(Row(), [rules(minimum_order_fen=1001)], voucher) == ("", 0)


def test_a_campaign_may_ask_for_a_voucher() -> None:
    strict = [rules(minimum_level=4)]
    assert winner(Row(reference_code="mayday"), strict) == ("", 0)
    assert winner(Row(), strict, [Voucher("mayday")]) == ("mayday", 4)
    assert winner(Row(), [rules(minimum_level=5)], [Voucher("mayday")]) == ("", 0)


def test_the_larger_discount_on_the_line_wins() -> None:
    vouchers = [Voucher("a", 500, "V1"), Voucher("b", 501, "V9")]
    assert set(credited([Row()], TWO, vouchers)) == {
        (1, "b", 4, ""),
        (1, "a", 4, "smaller_discount"),
    }


@pytest.mark.parametrize(
    ("first", "second"), [("V1", "V2"), ("Z", "a"), ("\uffff", "\U00010000"), ("V", "V0")]
)
def test_equal_discounts_are_decided_by_the_bytes_of_the_voucher_codes(first, second) -> None:
    """Ahead of the priority, which counts only where no two vouchers meet."""
    versions = [rules("a", priority=9), rules("b")]
    vouchers = [Voucher("a", 500, second), Voucher("b", 500, first)]
    assert set(credited([Row()], versions, vouchers)) == {
        (1, "b", 4, ""),
        (1, "a", 4, "voucher_order"),
    }


def test_several_vouchers_of_a_campaign_count_as_its_best() -> None:
    several = [Voucher("a", 100, "A1"), Voucher("a", 400, "Z9"), Voucher("a", 400, "M1")]
    assert winner(Row(), TWO, [*several, Voucher("b", 300, "A0")]) == ("a", 4)
    assert winner(Row(), TWO, [*several, Voucher("b", 400, "M0")]) == ("b", 4)
    assert winner(Row(), TWO, [*several, Voucher("b", 400, "M2")]) == ("a", 4)
    # Not the sum of them: 100 + 400 + 400 would have beaten 401.
    assert winner(Row(), TWO, [*several, Voucher("b", 401, "Z")]) == ("b", 4)


def test_below_level_4_the_old_order_decides_whatever_vouchers_other_lines_have() -> None:
    versions = [rules("a", priority=1), rules("b"), rules("c")]
    rows = [Row(), Row(pk=2, line_key="other")]
    state = credited(rows, versions, [Voucher("b", 9, "V1"), Voucher("c", 8, "V2")])
    assert {key[1:] for key in state if key[0] == 1} == {
        ("b", 4, ""),
        ("c", 4, "smaller_discount"),
        ("a", 1, "lower_level"),
    }
    assert {key[1:] for key, money in state.items() if key[0] == 2 and money[1]} == {
        ("a", 1, ""),
        ("b", 1, "lower_priority"),
        ("c", 1, "lower_priority"),
    }


def test_a_voucher_of_nobody_known_says_nothing() -> None:
    assert credited([Row()], TWO, [Voucher("unknown")]) == credited([Row()], TWO)


def test_a_part_of_a_bundle_is_in_the_scope_of_itself_and_of_its_bundle() -> None:
    part = Row(sku_code="TEA", bundle_sku_code="BOX", component=1)
    scoped = {"has_product_scope": True, "sku_codes": frozenset({"BOX"})}
    assert winner(part, [rules(**scoped)])[0] == "mayday"
    own = {"has_product_scope": True, "sku_codes": frozenset({"TEA"})}
    assert winner(part, [rules(**own)])[0] == "mayday"
    assert winner(replace(part, bundle_sku_code=""), [rules(**scoped)])[0] == ""
    # Without a SKU of its own it is still no unmatched line.
    assert winner(replace(part, sku_code=""), [rules(counties=frozenset({"522631"}))])[1] == 1


@pytest.mark.django_db
def test_a_redemption_counts_from_the_next_run_and_leaves_no_trace_when_it_goes() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-08"), priority=1)
    campaign("b", day("2020-05-01"), day("2020-05-08"))
    sale = Sale("N1", NOON, [Line(), Line(key="other")])
    sale.refund("line", 4_000)
    attribute()
    before = state_digest()
    sale.redeem("line", "b", 500)
    attribute()
    assert standing_of(sale) == {"b": (4, ""), "a": (1, "lower_level")}
    assert standing_of(sale, "other") == {"a": (1, ""), "b": (1, "lower_priority")}
    net = {
        row.campaign_code: row.direct_gross_fen + row.direct_refund_fen
        for row in DailyMoney.objects.filter(view="cohort")
        if row.direct_gross_fen
    }
    assert net == {"a": 10_000, "b": 6_000}
    check_everything()
    VoucherRedemption.objects.all().delete()
    sale.mark()
    attribute()
    assert state_digest() == before
    check_everything()


@pytest.mark.django_db
def test_a_run_of_one_campaign_reaches_the_orders_that_vouchers_and_decisions_name() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-08"))
    inside = Sale("inside", NOON, [Line()])
    late, decided, other = (
        Sale(number, moment("2020-06-01 12:00:00"), [Line()])
        for number in ("late", "decided", "other")
    )
    late.redeem("line", "a")
    other.redeem("line", "b")
    decided.decide("a")
    named = {sale.order.pk for sale in (inside, late, decided)}
    assert orders_of_campaign("a") == named
    assert orders_of_campaign("a", low=decided.order.pk, high=decided.order.pk) == {
        decided.order.pk
    }
    assert attribute("campaign", code="a").orders == 3
    assert standing_of(decided) == {"a": (5, "")}


@pytest.mark.django_db
def test_unknown_marks_of_vouchers_are_listed_with_those_of_orders() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-08"))
    both = Sale("both", NOON, [Line()], reference_code="x")
    both.redeem("line", "x", voucher="V1")
    both.redeem("line", "a", voucher="V2")
    Sale("voucher", NOON, [Line()]).redeem("line", "y")
    Sale("order", NOON, [Line()], reference_code="x")
    assert unknown_references() == {"x": 2, "y": 1}


@pytest.mark.django_db
def test_a_voucher_changed_behind_the_back_is_found_by_the_audit() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-08"), minimum_level=4)
    sale = Sale("N1", NOON, [Line()])
    sale.redeem("line", "a")
    attribute()
    assert "credits_differ_from_the_rules" not in codes_of_the_audit()
    VoucherRedemption.objects.update(campaign_code="b")
    assert "credits_differ_from_the_rules" in codes_of_the_audit()
    sale.mark()
    # An order that waits for the next run is no violation yet.
    assert "credits_differ_from_the_rules" not in codes_of_the_audit()


@pytest.mark.django_db
def test_the_parts_of_a_bundle_are_one_line() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-08"), scopes={"county": ["522631", "522625"]})
    sale = Sale(
        "N1",
        NOON,
        [
            Line("box", 6_000, sku="TEA", bundle="BOX", component=1),
            Line("box", 3_000, sku="RICE", bundle="BOX", component=2, county="522625"),
            Line("box", 1_000, sku="FISH", bundle="BOX", component=3),
            Line("tea", 500, sku="TEA"),
        ],
    )
    sale.redeem("box", "a")
    attribute()
    rows = DailyMoney.objects.filter(campaign_code="a", view="cohort")
    assert sum(row.direct_lines for row in rows) == 2
    assert sum(row.direct_gross_fen for row in rows) == 10_500
    levels = {row.sku_code: row.level for row in rows.filter(sku_code__in=["RICE", "FISH"])}
    assert levels == {"RICE": 4, "FISH": 4}
    for part in ("box#1", "box#2", "box#3"):
        sale.restate(part, county_code="522625")
    attribute()
    rows = DailyMoney.objects.filter(campaign_code="a", view="cohort")
    assert sum(row.direct_lines for row in rows) == 2
    check_everything()


@pytest.mark.django_db
def test_a_campaign_of_a_bundle_counts_its_parts_and_not_the_same_goods_alone() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-08"), scopes={"product": ["BOX"]})
    make_sku("BOX")
    Sale("N1", NOON, [Line("box", 600, sku="TEA", bundle="BOX", component=1)])
    Sale("N2", NOON, [Line("tea", 500, sku="TEA")])
    attribute()
    won = {
        SalesEntry.objects.get(pk=entry).order_number: code
        for (entry, code, _, _), money in stored_state().items()
        if money[0]
    }
    assert won == {"N1": "a", "N2": ""}


def test_every_reason_has_words_that_are_marked_for_translation() -> None:
    codes = {value for name, value in vars(Reason).items() if name.isupper()}
    assert set(REASON_LABELS) == codes
    assert set(REASON_LABELS.values()) - {""} <= set(LABELS_TO_TRANSLATE)
    assert (reason_name(""), reason_name("newer_code")) == ("", "newer_code")
