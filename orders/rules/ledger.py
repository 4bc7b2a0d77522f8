"""Which rows the ledger still needs so that it says what an order has become.

Pure. The ledger only grows: a refund is a new row; whatever else changed is a reversal of
each standing row of the line and a new row with the original dates
(docs/decisions/0002-append-only-ledger.md). All amounts in fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from common.money import split_fen
from orders.rules.line_keys import tie_order
from orders.rules.settlement import Shares, total_of

SALE, REFUND, CANCEL, CORRECTION = "sale", "refund", "cancel", "correction"
GROSS_SIDE, REFUND_SIDE = "gross", "refund"


class Frozen(NamedTuple):
    """The codes that an entry freezes, so that later changes of reference rows change nothing."""

    channel_class: str
    purchase_mode: str
    stage: str
    helper_district_code: str
    helper_evidence: str
    county_code: str
    producer_code: str
    sku_code: str
    is_certified: bool
    buyer_key: str
    buyer_kind: str
    beneficiary_unit_code: str
    reference_code: str


class Amounts(NamedTuple):
    """The amount columns of one entry. Exactly one of amount, freight, excluded is in use."""

    quantity: int = 0
    amount_fen: int = 0
    consumer_paid_fen: int = 0
    subsidies: Shares = ()
    freight_fen: int = 0
    excluded_fen: int = 0

    @property
    def size_fen(self) -> int:
        """Return the money of this entry, whichever column holds it."""
        return self.amount_fen + self.freight_fen + self.excluded_fen

    @property
    def subsidy_fen(self) -> int:
        """Return the subsidy of all funders."""
        return total_of(self.subsidies)

    def negated(self) -> Amounts:
        """Return the same amounts with the opposite sign."""
        return Amounts(
            -self.quantity,
            -self.amount_fen,
            -self.consumer_paid_fen,
            tuple((funder, -fen) for funder, fen in self.subsidies),
            -self.freight_fen,
            -self.excluded_fen,
        )


class Moment(NamedTuple):
    """When something happened in business terms; `is_assumed` when no source gave the date."""

    occurred_at: datetime
    event_date: date
    is_assumed: bool = False


class Standing(NamedTuple):
    """A ledger row that no reversal has taken back. Amounts are signed as stored."""

    entry_id: int
    kind: str
    side: str
    frozen: Frozen
    excluded_reason: str
    amounts: Amounts
    moment: Moment
    paid: Moment


class LineState(NamedTuple):
    """What the ledger shall say of one line: sold and cumulatively refunded, both >= 0."""

    line_key: str
    frozen: Frozen
    excluded_reason: str
    sold: Amounts
    refunded: Amounts


class NewEntry(NamedTuple):
    """A row to append. `corrects_id` names the row that it reverses or restates.

    `paid` is the order's payment as this row knows it: a reversal repeats what it reverses.
    """

    line_key: str
    kind: str
    side: str
    corrects_id: int | None
    frozen: Frozen
    excluded_reason: str
    amounts: Amounts
    moment: Moment
    paid: Moment


@dataclass(slots=True)
class _Dated:
    """Refunded money of reversed rows that keeps its date when it is stated again."""

    moment: Moment
    left_fen: int


class Dates(NamedTuple):
    """The dates of an order's new rows: payment, and the refund that this report brings."""

    paid: Moment
    refunded: Moment
    refund_kind: str = REFUND


def new_entries(
    states: Sequence[LineState], standing: Mapping[str, Sequence[Standing]], dates: Dates
) -> list[NewEntry]:
    """Return the rows that turn the standing ledger of one order into `states`.

    Nothing to change gives an empty list. Lines that have standing rows but no state (a
    placeholder replaced by its detail) are reversed. Refunds of reversed rows keep their
    dates: restated lines draw on them in the order of time, and what is new gets the date of
    this report.
    """
    if not standing:
        return _first_entries(states, dates)
    reversals: list[NewEntry] = []
    appended: list[NewEntry] = []
    restated: list[tuple[LineState, Standing | None, bool]] = []
    dated: list[_Dated] = []
    wanted = {state.line_key for state in states}
    for key in sorted(set(standing) - wanted, key=tie_order):
        _reverse(key, standing[key], reversals, dated)
    for state in sorted(states, key=lambda state: tie_order(state.line_key)):
        rows = standing.get(state.line_key, ())
        sale = next((row for row in rows if row.side == GROSS_SIDE), None)
        refunds = [row for row in rows if row.side == REFUND_SIDE]
        if sale is None or not _says_the_same(sale, state, dates.paid):
            _reverse(state.line_key, rows, reversals, dated)
            restated.append((state, sale, True))
            continue
        growth = _growth(state.refunded, refunds)
        if growth is None:
            _reverse(state.line_key, refunds, reversals, dated)
            restated.append((state, None, False))
        elif growth.size_fen:
            appended.append(_refund(state, growth, dates.refunded, dates))
    dated.sort(key=lambda item: item.moment.occurred_at)
    for state, sale, with_sale in restated:
        if with_sale:
            appended.append(_sale(state, dates.paid, sale))
        for moment, amounts in _draw(state.refunded, dated, dates.refunded):
            appended.append(_refund(state, amounts, moment, dates))
    return reversals + appended


def _first_entries(states: Sequence[LineState], dates: Dates) -> list[NewEntry]:
    """Return the rows of an order that has none yet."""
    entries: list[NewEntry] = []
    for state in states:
        entries.append(_sale(state, dates.paid, None))
        if state.refunded.size_fen:
            entries.append(_refund(state, state.refunded, dates.refunded, dates))
    return entries


def _says_the_same(sale: Standing, state: LineState, paid: Moment) -> bool:
    return (
        sale.frozen == state.frozen
        and sale.excluded_reason == state.excluded_reason
        and sale.amounts == state.sold
        and sale.paid == paid
    )


def _reverse(
    key: str, rows: Sequence[Standing], reversals: list[NewEntry], dated: list[_Dated]
) -> None:
    for row in rows:
        reversals.append(
            NewEntry(
                line_key=key,
                kind=CORRECTION,
                side=row.side,
                corrects_id=row.entry_id,
                frozen=row.frozen,
                excluded_reason=row.excluded_reason,
                amounts=row.amounts.negated(),
                moment=row.moment,
                paid=row.paid,
            )
        )
        if row.side == REFUND_SIDE:
            dated.append(_Dated(row.moment, -row.amounts.size_fen))


def _growth(target: Amounts, refunds: Sequence[Standing]) -> Amounts | None:
    """Return what must still be refunded, or None when some standing refund is too high."""
    funders = dict(target.subsidies)
    amount, freight, excluded = target.amount_fen, target.freight_fen, target.excluded_fen
    for row in refunds:
        amount += row.amounts.amount_fen
        freight += row.amounts.freight_fen
        excluded += row.amounts.excluded_fen
        for funder, fen in row.amounts.subsidies:
            funders[funder] = funders.get(funder, 0) + fen
    if min(amount, freight, excluded, *funders.values(), 0) < 0:
        return None
    subsidy = sum(funders.values())
    if subsidy and not amount:
        return None
    return Amounts(
        amount_fen=amount,
        consumer_paid_fen=amount - subsidy,
        subsidies=tuple(sorted((funder, fen) for funder, fen in funders.items() if fen)),
        freight_fen=freight,
        excluded_fen=excluded,
    )


def _draw(target: Amounts, dated: list[_Dated], newest: Moment) -> list[tuple[Moment, Amounts]]:
    """Divide a line's cumulative refund over the dates that reversed refunds left behind."""
    taken: list[tuple[Moment, int]] = []
    missing = target.size_fen
    for item in dated:
        part = min(item.left_fen, missing)
        if part > 0:
            taken.append((item.moment, part))
            item.left_fen -= part
            missing -= part
    if missing:
        taken.append((newest, missing))
    sizes = [fen for _, fen in taken]
    funders = {funder: split_fen(fen, sizes) for funder, fen in target.subsidies if fen}
    drawn: list[tuple[Moment, Amounts]] = []
    for position, (moment, fen) in enumerate(taken):
        subsidies = tuple((f, parts[position]) for f, parts in funders.items() if parts[position])
        subsidy = sum(part for _, part in subsidies)
        counted = Amounts(amount_fen=fen, consumer_paid_fen=fen - subsidy, subsidies=subsidies)
        if target.freight_fen:
            counted = Amounts(freight_fen=fen)
        elif target.excluded_fen:
            counted = Amounts(excluded_fen=fen)
        drawn.append((moment, counted))
    return drawn


def _sale(state: LineState, paid: Moment, before: Standing | None) -> NewEntry:
    return NewEntry(
        line_key=state.line_key,
        kind=SALE,
        side=GROSS_SIDE,
        corrects_id=before.entry_id if before else None,
        frozen=state.frozen,
        excluded_reason=state.excluded_reason,
        amounts=state.sold,
        moment=paid,
        paid=paid,
    )


def _refund(state: LineState, amounts: Amounts, moment: Moment, dates: Dates) -> NewEntry:
    return NewEntry(
        line_key=state.line_key,
        kind=dates.refund_kind,
        side=REFUND_SIDE,
        corrects_id=None,
        frozen=state.frozen,
        excluded_reason=state.excluded_reason,
        amounts=amounts._replace(quantity=0).negated(),
        moment=moment,
        paid=dates.paid,
    )
