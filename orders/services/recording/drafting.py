"""Draft one order as it will stand: settled, matched, judged. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from orders.rules import fingerprints
from orders.rules.exclusions import exclusion_reason
from orders.rules.line_keys import PLACEHOLDER_KEY
from orders.rules.refund_corrections import corrected
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.settlement import SettledLine, placeholder
from orders.rules.stated import settle_report, with_lines
from orders.rules.states import OrderStatus
from orders.selectors.decisions import NO_DECISIONS, Decisions
from orders.selectors.recorded import RecordedOrder
from orders.services.recording.context import RecordingContext
from orders.services.recording.planned import PlannedLine, PlannedOrder
from products.rules.weighing import weighed_fen
from products.selectors.catalogue import SkuFacts


def draft_order(
    context: RecordingContext,
    sale: ReportedSale,
    known: RecordedOrder | None,
    old_lines: Sequence[ReportedLine],
    decisions: Decisions = NO_DECISIONS,
) -> PlannedOrder:
    """Settle and match one report. `old_lines` are recorded lines the report may not repeat.

    The fingerprint is of the report as it came; `decisions` in force change what it comes to.
    """
    fingerprint = _fingerprint(context, sale, known)
    sale = corrected(sale, decisions.refunds)
    reported, missing = _lines_of(sale, known, old_lines)
    kept = {line.line_key for line in (missing if sale.lines is not None else old_lines)}
    if missing:
        sale = with_lines(sale, missing)
    settlement = settle_report(sale, [*reported, *missing] if missing else reported)
    flags = _flags(sale, reported, is_missing=bool(missing))
    lines = [
        _line(
            context,
            settled,
            decisions,
            flags,
            is_kept=settled.line.line_key in kept,
            is_missing=bool(missing),
        )
        for settled in settlement.lines
    ]
    payer = context.helpers.unit(sale.payer_unit)
    if not sale.payer_unit and known and known.payer_unit_code:
        payer = context.helpers.units.get(known.payer_unit_code)
    return PlannedOrder(
        sale=sale,
        recorded=known,
        settlement=settlement,
        lines=lines,
        fingerprint=fingerprint,
        buyer_key=context.buyer_key(sale.buyer) or (known.buyer_key if known else ""),
        reference_code=sale.reference_code or (known.reference_code if known else ""),
        payer=payer,
        flags=flags,
        source=f"{context.source}:{sale.source}",
        last_import_id=context.import_id,
    )


def _fingerprint(context: RecordingContext, sale: ReportedSale, known: RecordedOrder | None) -> str:
    """Return what a report is known by: its head, then its lines with the SKUs they match."""
    key = context.fingerprint_key
    head_part = fingerprints.head_fingerprint(sale, key=key)
    if sale.lines is None and known and known.has_detail:
        return head_part + known.fingerprint[20:]
    codes = [context.sku_code(line.seller_code) for line in sale.lines or ()]
    return head_part + fingerprints.lines_fingerprint(sale, codes, key=key)


def _lines_of(
    sale: ReportedSale, known: RecordedOrder | None, old_lines: Sequence[ReportedLine]
) -> tuple[Sequence[ReportedLine], list[ReportedLine]]:
    """Return the lines of a report, and the recorded ones that it does not repeat."""
    if sale.lines is None:
        return old_lines or [placeholder(sale)], []
    # An order that nobody has paid yet may still change its goods.
    if not (old_lines and known and known.is_paid):
        return sale.lines, []
    told = {PLACEHOLDER_KEY, *(line.line_key for line in sale.lines)}
    return sale.lines, [line for line in old_lines if line.line_key not in told]


def _flags(sale: ReportedSale, reported: Sequence[ReportedLine], *, is_missing: bool) -> list[str]:
    flags = list(sale.flags)
    if reported[0].line_key == PLACEHOLDER_KEY:
        flags.append("no_detail")
    if is_missing:
        flags.append("line_missing")
    undated = any(
        line.stated.refunded_fen and line.stated.refunded_at is None
        for line in reported
        if line.stated
    )
    is_stated = reported[0].stated is not None
    if undated or (not is_stated and sale.refunded_fen and sale.refunded_at is None):
        flags.append("refund_date_assumed")
    if sale.status is OrderStatus.CLOSED and sale.refunded_fen < sale.consumer_paid_fen:
        flags.append("closed_not_refunded")
    return flags


def _line(
    context: RecordingContext,
    settled: SettledLine,
    decisions: Decisions,
    flags: list[str],
    *,
    is_kept: bool,
    is_missing: bool,
) -> PlannedLine:
    """Match and judge a line. A kept line is a recorded one that the report does not repeat."""
    line = settled.line
    sku = context.sku_for(line.seller_code)
    reason = decisions.reason(line.line_key)
    if not reason and line.line_key != PLACEHOLDER_KEY:
        reason = exclusion_reason(line.title, is_known_sku=sku is not None)
    beneficiary = context.helpers.unit(line.beneficiary_unit)
    if line.beneficiary_unit and beneficiary is None:
        _doubt(flags, "unknown_unit")
    if sku and line.county_code and line.county_code != sku.county_code:
        _doubt(flags, "county_differs")
    if sku and sku.price_basis_grams and not _weighs_right(line, sku):
        _doubt(flags, "weighed_price_differs")
    source = line.source if is_kept else f"{context.source}:{line.source}"
    grams = line.weight_grams or (sku.net_grams * line.quantity if sku else 0)
    return PlannedLine(settled, sku, reason, is_kept and is_missing, source, beneficiary, grams)


def _weighs_right(line: ReportedLine, sku: SkuFacts) -> bool:
    """Say whether goods by weight state their weight, and the list amount that it comes to."""
    due_fen = weighed_fen(sku.price_fen, sku.price_basis_grams, line.weight_grams)
    return line.weight_grams > 0 and line.list_fen == due_fen


def _doubt(flags: list[str], code: str) -> None:
    if code not in flags:
        flags.append(code)
