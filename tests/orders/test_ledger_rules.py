"""Which rows the ledger still needs: any history of reports ends in the state of the last."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.clock import business_day
from orders.rules.ledger import new_entries
from orders.rules.ledger_rows import (
    Amounts,
    Dates,
    EntryKey,
    Frozen,
    LineState,
    Moment,
    Standing,
)
from tests.builders import moment

PAID = Moment(moment("2020-05-01 10:00:00"), business_day(moment("2020-05-01 10:00:00")))
CODES = Frozen("platform", "assisted_sale", "final", "", "none", "", "", "", False, "", "", "", "")


def day(number: int) -> Moment:
    at = moment("2020-05-02 10:00:00") + timedelta(days=number)
    return Moment(at, business_day(at), is_assumed=True)


class Ledger:
    """An append-only ledger of one order in memory."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Standing, int | None]] = []

    def standing(self) -> dict[EntryKey, list[Standing]]:
        taken_back = {corrects for _, row, corrects in self.rows if row.kind == "correction"}
        lines: dict[EntryKey, list[Standing]] = defaultdict(list)
        for key, row, _ in self.rows:
            if row.kind != "correction" and row.entry_id not in taken_back:
                lines[key, 0].append(row)
        return lines

    def report(self, states: list[LineState], when: Moment) -> int:
        added = new_entries(states, self.standing(), Dates(PAID, when))
        for entry in added:
            row = Standing(
                entry_id=len(self.rows) + 1,
                kind=entry.kind,
                side=entry.side,
                frozen=entry.frozen,
                excluded_reason=entry.excluded_reason,
                amounts=entry.amounts,
                moment=entry.moment,
                paid=entry.paid,
            )
            self.rows.append((entry.line_key, row, entry.corrects_id))
        return len(added)

    def nets(self) -> dict[tuple[str, str, str], tuple[int, int, tuple[tuple[str, int], ...]]]:
        sums: dict[tuple[str, str, str], list] = {}
        for key, row, _ in self.rows:
            total = sums.setdefault((key, row.frozen.sku_code, row.side), [0, 0, {}])
            total[0] += row.amounts.size_fen
            total[1] += row.amounts.quantity
            for funder, fen in row.amounts.subsidies:
                total[2][funder] = total[2].get(funder, 0) + fen
        return {
            place: (fen, quantity, tuple(sorted((f, n) for f, n in funders.items() if n)))
            for place, (fen, quantity, funders) in sums.items()
            if fen or quantity or any(funders.values())
        }


@st.composite
def line_states(draw: st.DrawFn) -> list[LineState]:
    states = []
    for key in sorted(draw(st.sets(st.sampled_from("abc"), min_size=1))):
        sku = draw(st.sampled_from(["", "SKU-1"]))
        sold = draw(st.integers(0, 500))
        subsidy = draw(st.integers(0, sold))
        refunded = draw(st.integers(0, sold))
        returned = draw(st.integers(max(0, refunded - (sold - subsidy)), min(subsidy, refunded)))
        frozen = Frozen(*[sku if n == 7 else getattr(CODES, n_) for n, n_ in enumerate(NAMES)])
        states.append(
            LineState(
                line_key=key,
                frozen=frozen,
                excluded_reason="",
                sold=Amounts(1, sold, sold - subsidy, shares(subsidy)),
                refunded=Amounts(0, refunded, refunded - returned, shares(returned)),
            )
        )
    return states


NAMES = Frozen._fields


def shares(fen: int) -> tuple[tuple[str, int], ...]:
    return (("platform", fen),) if fen else ()


@given(st.lists(line_states(), min_size=1, max_size=5))
def test_any_history_of_reports_nets_to_what_the_last_report_says(history: list[list[LineState]]):
    lived, fresh = Ledger(), Ledger()
    for number, states in enumerate(history):
        lived.report(states, day(number))
    fresh.report(history[-1], day(0))

    assert lived.nets() == fresh.nets()


@given(st.lists(line_states(), min_size=1, max_size=4))
def test_a_report_repeated_adds_no_row(history: list[list[LineState]]):
    ledger = Ledger()
    for number, states in enumerate(history):
        ledger.report(states, day(number))

    assert ledger.report(history[-1], day(9)) == 0


@given(st.lists(line_states(), min_size=1, max_size=5))
def test_every_row_has_the_sign_of_its_kind_and_adds_up(history: list[list[LineState]]):
    ledger = Ledger()
    for number, states in enumerate(history):
        ledger.report(states, day(number))

    for _, row, corrects in ledger.rows:
        amounts = row.amounts
        assert amounts.amount_fen == amounts.consumer_paid_fen + amounts.subsidy_fen
        if row.kind == "sale":
            assert amounts.amount_fen >= 0
        elif row.kind in {"refund", "cancel"}:
            assert amounts.amount_fen <= 0
        else:
            assert corrects is not None


def test_a_restated_refund_keeps_the_day_on_which_it_happened():
    ledger = Ledger()
    sold = Amounts(1, 1000, 1000)
    before = LineState("order", CODES, "", sold, Amounts(0, 300, 300))
    ledger.report([before], day(1))

    matched = Frozen(*[("SKU-1" if n == "sku_code" else getattr(CODES, n)) for n in NAMES])
    after = LineState("order", matched, "", sold, Amounts(0, 450, 450))
    ledger.report([after], day(5))

    refunds = [
        (row.moment.event_date, row.amounts.amount_fen)
        for row in ledger.standing()["order", 0]
        if row.side == "refund"
    ]
    assert refunds == [(day(1).event_date, -300), (day(5).event_date, -150)]
