"""What a planned line says for the ledger: its amounts, its refund's date, who stands behind it."""

from __future__ import annotations

from common import clock
from orders.rules.ledger_rows import Amounts, EntryKey, Frozen, Moment
from orders.rules.settlement import total_of
from orders.selectors.recorded_ledgers import RecordedLedger
from orders.services.recording.context import Buying
from orders.services.recording.planned import PlannedLine, PlannedOrder


def amounts_of(line: PlannedLine, reason: str, weight_grams: int) -> tuple[Amounts, Amounts]:
    """Return what a line sold for and what was refunded of it, both >= 0.

    With a `reason` not to count it, the money stands in the excluded column.
    """
    settled = line.settled
    quantity = settled.line.quantity
    if reason:
        return (
            Amounts(quantity, excluded_fen=settled.amount_fen, weight_grams=weight_grams),
            Amounts(excluded_fen=settled.refunded_fen),
        )
    returned = total_of(settled.returned)
    return (
        Amounts(
            quantity,
            settled.amount_fen,
            settled.consumer_paid_fen,
            settled.subsidies,
            weight_grams=weight_grams,
        ),
        Amounts(0, settled.refunded_fen, settled.refunded_fen - returned, settled.returned),
    )


def refunded_on(line: PlannedLine) -> Moment | None:
    """Return when the source says that this very line was refunded, None where it does not."""
    stated = line.settled.line.stated
    if stated is None or stated.refunded_at is None:
        return None
    return Moment(stated.refunded_at, clock.business_day(stated.refunded_at))


def buying_of(order: PlannedOrder, line: PlannedLine) -> Buying:
    """Return who stands behind a line. The stated origin counts only where no SKU is known."""
    return Buying(
        order.buyer_key,
        order.reference_code,
        order.payer,
        line.beneficiary,
        "" if line.sku else line.settled.line.county_code,
    )


def first_frozen(frozen: Frozen, ledger: RecordedLedger, key: EntryKey) -> Frozen:
    """Keep what a standing row froze, unless the report itself says something else now."""
    for row in ledger.standing.get(key, ()):
        if told(row.frozen) == told(frozen):
            return row.frozen
    return frozen


def told(frozen: Frozen) -> tuple[str, ...]:
    """Return what a report says of a line or part; the other codes follow from entries."""
    return (
        frozen.bundle_sku_code,
        frozen.sku_code,
        frozen.buyer_key,
        frozen.reference_code,
        frozen.payer_unit_code,
        frozen.beneficiary_unit_code,
        "" if frozen.sku_code else frozen.county_code,
    )
