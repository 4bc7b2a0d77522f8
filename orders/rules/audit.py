"""Does the ledger still say what the orders say? Checks of one order, pure.

Invariants I2 and I4: per line 0 <= refunded <= sold, ledger = lines,
funder shares add up, every row untouched since it was written, none lost. Fen throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orders.rules.fingerprints import seal_of
from orders.rules.line_keys import FREIGHT_KEY
from orders.rules.seals import FROZEN_COLUMNS

MERCHANT = "merchant"
# Reasons that only a decision gives; the others come from titles and stages.
DECIDED_REASONS = frozenset(
    {"brushing", "test", "internal", "gift", "foreign", "audit", "duplicate"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation: the invariant, a stable code, and what it was found on."""

    invariant: str
    code: str
    place: str


@dataclass(frozen=True, slots=True)
class AuditedLine:
    """An order line as stored, with who bore its discounts by funder."""

    line_key: str
    list_fen: int
    discount_fen: int
    amount_fen: int
    subsidy_fen: int
    refunded_fen: int
    excluded_reason: str
    sku_code: str
    quantity: int
    funders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AuditedEntry:
    """A ledger row: its id, its seal, and the sealed columns by name."""

    entry_id: int
    seal: int
    columns: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]


@dataclass(slots=True)
class AuditedOrder:
    """An order with everything that must agree with it."""

    number: str
    sales_point_code: str
    status: str
    paid_at: datetime | None
    goods_fen: int
    freight_fen: int
    refunded_fen: int
    subsidy_returned_fen: int
    buyer_key: str
    is_withdrawn: bool = False
    # As the order states it, and as its adjustments add up.
    compensation_fen: int = 0
    adjusted_fen: int = 0
    # Reasons of exclusion decisions in force, by line key; '' is the whole order.
    exclusions: dict[str, str] = field(default_factory=dict)
    lines: list[AuditedLine] = field(default_factory=list)
    entries: list[AuditedEntry] = field(default_factory=list)


@dataclass(slots=True)
class _Sums:
    sold: int = 0
    refunded: int = 0
    funders: dict[str, int] = field(default_factory=dict)


def findings_of(order: AuditedOrder) -> Iterator[Finding]:
    """Check one order against its lines and its ledger rows."""
    place = f"{order.sales_point_code}/{order.number}"
    for code in [*_state(order), *_heads(order)]:
        yield Finding("I2" if code != "status_without_payment" else "I4", code, place)
    for entry in order.entries:
        for code in _entry(order, entry):
            yield Finding("I2", code, f"{place}/{entry['line_key']}#{entry['sequence']}")
    found = _withdrawn(order) if order.is_withdrawn else [*_lines(order), *_decided(order)]
    for code, line_key in [*_history(order.entries), *found]:
        yield Finding("I2", code, f"{place}/{line_key}")


def _state(order: AuditedOrder) -> Iterator[str]:
    if order.paid_at is None:
        if order.status not in {"unpaid", "closed"}:
            yield "status_without_payment"
        if _standing_sales(order.entries):
            yield "unpaid_order_in_ledger"
    elif order.status == "unpaid":
        yield "status_without_payment"


def _heads(order: AuditedOrder) -> Iterator[str]:
    if sum(line.amount_fen for line in order.lines) != order.goods_fen:
        yield "lines_do_not_add_up_to_the_order"
    if order.adjusted_fen != (0 if order.is_withdrawn else order.compensation_fen):
        yield "compensation_differs_from_order"
    if order.paid_at is None or order.is_withdrawn:
        return
    back = order.refunded_fen + order.subsidy_returned_fen
    freight_back = back - sum(line.refunded_fen for line in order.lines)
    sums = _sums(entry for entry in order.entries if entry["line_key"] == FREIGHT_KEY)
    if (sums.sold, sums.refunded) != (order.freight_fen, freight_back):
        yield "ledger_differs_from_freight"


def _entry(order: AuditedOrder, entry: AuditedEntry) -> Iterator[str]:
    columns = entry.columns
    if seal_of([columns[name] for name in FROZEN_COLUMNS]) != entry.seal:
        yield "ledger_row_changed"
    subsidy = sum(columns["subsidies"].values())
    if subsidy != columns["subsidy_fen"]:
        yield "funder_shares_do_not_add_up"
    if columns["amount_fen"] != columns["consumer_paid_fen"] + columns["subsidy_fen"]:
        yield "consumer_and_subsidy_do_not_add_up"
    if (columns["sales_point_code"], columns["order_number"]) != (
        order.sales_point_code,
        order.number,
    ):
        yield "ledger_row_names_another_order"


def _history(entries: Sequence[AuditedEntry]) -> Iterator[tuple[str, str]]:
    by_id = {entry.entry_id: entry for entry in entries}
    sequences: dict[tuple[str, int], list[int]] = defaultdict(list)
    for entry in entries:
        sequences[entry["line_key"], entry["component"]].append(entry["sequence"])
        if entry["kind"] != "correction":
            continue
        corrected = by_id.get(entry["corrects_id"])
        if corrected is None or _size(corrected) != -_size(entry):
            yield "correction_does_not_reverse_its_row", entry["line_key"]
    for (line_key, _), numbers in sequences.items():
        if sorted(numbers) != list(range(len(numbers))):
            yield "ledger_row_lost", line_key


def _lines(order: AuditedOrder) -> Iterator[tuple[str, str]]:
    if order.paid_at is None:
        return
    by_key: dict[str, list[AuditedEntry]] = defaultdict(list)
    for entry in order.entries:
        by_key[entry["line_key"]].append(entry)
    for line in order.lines:
        entries = by_key.pop(line.line_key, [])
        sums = _sums(entries)
        if not _names_the_same(order, line, entries):
            yield "ledger_codes_differ_from_order", line.line_key
        if sums.sold != line.amount_fen:
            yield "ledger_differs_from_line", line.line_key
        if sums.refunded != line.refunded_fen:
            yield "ledger_refund_differs_from_line", line.line_key
        if not 0 <= sums.refunded <= sums.sold:
            yield "refunded_more_than_sold", line.line_key
        yield from ((code, line.line_key) for code in _funders(line, sums))
    for line_key, strays in by_key.items():
        sums = _sums(strays)
        if line_key != FREIGHT_KEY and (sums.sold or sums.refunded):
            yield "order_line_lost", line_key


def _names_the_same(
    order: AuditedOrder, line: AuditedLine, entries: Sequence[AuditedEntry]
) -> bool:
    """Say whether the line's standing sale rows name what the order and the line name.

    The rows of a bundle's parts name the line's SKU as their bundle, and their own packs.
    """
    for entry in _standing_sales(entries):
        is_part = entry["component"] > 0
        sku = entry["bundle_sku_code"] if is_part else entry["sku_code"]
        told = (sku, entry["excluded_reason"], entry["buyer_key"], entry["paid_at"])
        if told != (line.sku_code, line.excluded_reason, order.buyer_key, order.paid_at):
            return False
        if not is_part and entry["quantity"] != line.quantity:
            return False
    return True


def _standing_sales(entries: Sequence[AuditedEntry]) -> list[AuditedEntry]:
    """Return the sale rows that no correction has taken back."""
    reversed_ids = {entry["corrects_id"] for entry in entries if entry["kind"] == "correction"}
    return [
        entry for entry in entries if entry["kind"] == "sale" and entry.entry_id not in reversed_ids
    ]


def _withdrawn(order: AuditedOrder) -> Iterator[tuple[str, str]]:
    """A withdrawn order stands in the ledger at nothing, line by line and part by part."""
    sums: dict[tuple[str, int], int] = defaultdict(int)
    for entry in order.entries:
        sums[entry["line_key"], entry["component"]] += _size(entry)
    yield from (("withdrawn_order_in_ledger", key) for (key, _), fen in sums.items() if fen)


def _decided(order: AuditedOrder) -> Iterator[tuple[str, str]]:
    """Every exclusion in force is on its lines."""
    if order.paid_at is None:
        return
    for line in order.lines:
        reason = order.exclusions.get(line.line_key) or order.exclusions.get("", "")
        if reason and line.excluded_reason != reason:
            yield "exclusion_not_applied", line.line_key
        if not reason and line.excluded_reason in DECIDED_REASONS:
            yield "excluded_without_decision", line.line_key
    gone = set(order.exclusions) - {"", *(line.line_key for line in order.lines)}
    yield from (("exclusion_names_no_line", line_key) for line_key in sorted(gone))


def _funders(line: AuditedLine, sums: _Sums) -> Iterator[str]:
    borne = dict(line.funders)
    if borne.pop(MERCHANT, 0) != line.discount_fen:
        yield "merchant_discount_differs_from_line"
    if sum(borne.values()) != line.subsidy_fen:
        yield "subsidies_differ_from_line"
    if not line.excluded_reason and borne != {f: fen for f, fen in sums.funders.items() if fen}:
        yield "ledger_subsidies_differ_from_line"


def _sums(entries: Iterable[AuditedEntry]) -> _Sums:
    """Add up rows by side: sold, refunded (positive), and sold subsidies by funder."""
    sums = _Sums()
    for entry in entries:
        if entry["side"] == "refund":
            sums.refunded -= _size(entry)
            continue
        sums.sold += _size(entry)
        for funder, fen in entry["subsidies"].items():
            sums.funders[funder] = sums.funders.get(funder, 0) + fen
    return sums


def _size(entry: AuditedEntry) -> int:
    size: int = entry["amount_fen"] + entry["freight_fen"] + entry["excluded_fen"]
    return size
