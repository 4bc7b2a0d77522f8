"""Which rows the ledger still needs so that it says what an order has become.

Pure. The ledger only grows: a refund is a new row; whatever else changed is a reversal of
each standing row of the line and a new row with the original dates
(docs/decisions/0002-append-only-ledger.md). All amounts in fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.money import split_fen
from orders.rules.ledger_rows import (
    CORRECTION,
    GROSS_SIDE,
    REFUND_SIDE,
    SALE,
    Amounts,
    Dates,
    EntryKey,
    LineState,
    Moment,
    NewEntry,
    Standing,
)
from orders.rules.line_keys import tie_order


@dataclass(slots=True)
class _Dated:
    """Refunded money of reversed rows that keeps its date when it is stated again."""

    key: EntryKey
    moment: Moment
    left_fen: int


def new_entries(
    states: Sequence[LineState], standing: Mapping[EntryKey, Sequence[Standing]], dates: Dates
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
    wanted = {state.key for state in states}
    for key in sorted(set(standing) - wanted, key=_tie):
        _reverse(key, standing[key], reversals, dated)
    for state in sorted(states, key=lambda state: _tie(state.key)):
        rows = standing.get(state.key, ())
        sale = next((row for row in rows if row.side == GROSS_SIDE), None)
        refunds = [row for row in rows if row.side == REFUND_SIDE]
        if sale is None or not _says_the_same(sale, state, dates.paid):
            _reverse(state.key, rows, reversals, dated)
            restated.append((state, sale, True))
            continue
        growth = _growth(state.refunded, refunds)
        if growth is None:
            _reverse(state.key, refunds, reversals, dated)
            restated.append((state, None, False))
        elif growth.size_fen:
            appended.append(_refund(state, growth, state.refunded_on or dates.refunded, dates))
    dated.sort(key=lambda item: item.moment.occurred_at)
    # Each line draws on its own refunds first, so that their days stay with their goods.
    own = [_take(state, state.refunded.size_fen, dated, own_only=True) for state, *_ in restated]
    for (state, sale, with_sale), taken in zip(restated, own, strict=True):
        if with_sale:
            appended.append(_sale(state, dates.paid, sale))
        missing = state.refunded.size_fen - sum(fen for _, fen in taken)
        taken += _take(state, missing, dated, own_only=False)
        missing = state.refunded.size_fen - sum(fen for _, fen in taken)
        if missing:
            taken.append((state.refunded_on or dates.refunded, missing))
        taken.sort(key=lambda item: item[0].occurred_at)
        for moment, amounts in _divided(state.refunded, taken):
            appended.append(_refund(state, amounts, moment, dates))
    return reversals + appended


def _first_entries(states: Sequence[LineState], dates: Dates) -> list[NewEntry]:
    """Return the rows of an order that has none yet."""
    entries: list[NewEntry] = []
    for state in states:
        entries.append(_sale(state, dates.paid, None))
        if state.refunded.size_fen:
            newest = state.refunded_on or dates.refunded
            entries.append(_refund(state, state.refunded, newest, dates))
    return entries


def _tie(key: EntryKey) -> tuple[bytes, int]:
    return tie_order(key[0]), key[1]


def _says_the_same(sale: Standing, state: LineState, paid: Moment) -> bool:
    return (
        sale.frozen == state.frozen
        and sale.excluded_reason == state.excluded_reason
        and sale.amounts == state.sold
        and sale.paid == paid
    )


def _reverse(
    key: EntryKey, rows: Sequence[Standing], reversals: list[NewEntry], dated: list[_Dated]
) -> None:
    for row in rows:
        reversals.append(
            NewEntry(
                line_key=key[0],
                component=key[1],
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
            dated.append(_Dated(key, row.moment, -row.amounts.size_fen))


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


def _take(
    state: LineState, missing: int, dated: list[_Dated], *, own_only: bool
) -> list[tuple[Moment, int]]:
    """Take refunded money off the dates that reversed refunds left behind, earliest first."""
    taken: list[tuple[Moment, int]] = []
    for item in dated:
        part = min(item.left_fen, missing) if not own_only or item.key == state.key else 0
        if part > 0:
            taken.append((item.moment, part))
            item.left_fen -= part
            missing -= part
    return taken


def _divided(target: Amounts, taken: Sequence[tuple[Moment, int]]) -> list[tuple[Moment, Amounts]]:
    """Divide a line's cumulative refund, its subsidies included, over the dates it falls on."""
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
        component=state.component,
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
        component=state.component,
        kind=dates.refund_kind,
        side=REFUND_SIDE,
        corrects_id=None,
        frozen=state.frozen,
        excluded_reason=state.excluded_reason,
        amounts=amounts._replace(quantity=0, weight_grams=0).negated(),
        moment=moment,
        paid=dates.paid,
    )
