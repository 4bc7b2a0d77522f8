"""Draft one order as it will stand: settled, matched, judged. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from common.clock import business_day
from common.money import MAX_FEN
from orders.errors import OrderTooLarge
from orders.rules import fingerprints
from orders.rules.exclusions import exclusion_reason
from orders.rules.line_keys import PLACEHOLDER_KEY, Naming, naming
from orders.rules.refund_corrections import corrected
from orders.rules.sale import Part, ReportedLine, ReportedSale
from orders.rules.settlement import SettledLine, Settlement, placeholder
from orders.rules.stated import settle_report, with_lines
from orders.rules.states import OrderStatus
from orders.selectors.decisions import NO_DECISIONS, Decisions
from orders.selectors.recorded import RecordedOrder
from orders.services.recording.context import RecordingContext
from orders.services.recording.planned import PlannedLine, PlannedOrder
from products.rules.weighing import weighed_fen
from products.selectors.catalogue import SkuFacts

# Doubts that follow from a line and today's entries, not from the report alone.
LINE_DOUBTS = frozenset({"unknown_unit", "county_differs", "weighed_price_differs"})


def draft_order(
    context: RecordingContext,
    report: ReportedSale,
    known: RecordedOrder | None,
    old_lines: Sequence[ReportedLine],
    decisions: Decisions = NO_DECISIONS,
) -> PlannedOrder:
    """Settle and match one report. `old_lines` are recorded lines the report may not repeat.

    The fingerprint is of the report as it came; `decisions` in force change what it comes to.
    Of an order whose import was withdrawn nothing is taken over.
    """
    before = known if known and not known.is_withdrawn else None
    reported, missing = _lines_of(report, before, old_lines)
    told = _with_compensation(with_lines(report, missing), before)
    if told.goods_fen > MAX_FEN:
        raise OrderTooLarge(_("订单“%(number)s”的金额超出范围。") % {"number": report.order_number})
    sale, lines = corrected(told, [*reported, *missing], decisions.refunds)
    settlement = settle_report(sale, lines)
    flags = _flags(sale, reported, is_missing=bool(missing))
    kept = {line.line_key for line in (missing if report.lines is not None else old_lines)}
    goods = {line.line_key: line for line in old_lines if before and before.is_paid}
    planned = [
        _line(context, sale, settled, decisions, flags, kept=kept, old=goods, missing=missing)
        for settled in settlement.lines
    ]
    payer = context.helpers.unit(sale.payer_unit)
    if not sale.payer_unit and before and before.payer_unit_code:
        payer = context.helpers.units.get(before.payer_unit_code)
    return PlannedOrder(
        sale=sale,
        reported=report,
        reported_refund_fen=told.refunded_fen,
        reported_returned_fen=_returned_before(told, sale, [*reported, *missing], settlement),
        reported_refunds={
            line.line_key: line.stated.refunded_fen for line in (*reported, *missing) if line.stated
        },
        recorded=known,
        settlement=settlement,
        lines=planned,
        fingerprint=_fingerprint(context, report, before),
        buyer_key=context.buyer_key(sale.buyer) or (before.buyer_key if before else ""),
        reference_code=sale.reference_code or (before.reference_code if before else ""),
        payer=payer,
        flags=list(dict.fromkeys(flags)),
        source=f"{context.source}:{sale.source}",
        last_import_id=context.import_id,
    )


def _returned_before(
    told: ReportedSale, sale: ReportedSale, lines: Sequence[ReportedLine], settlement: Settlement
) -> int:
    """Return the subsidy that goes back by the report itself, before corrections lower it."""
    if sale is told:
        return settlement.subsidy_returned_fen
    return settle_report(told, lines).subsidy_returned_fen


def _with_compensation(sale: ReportedSale, known: RecordedOrder | None) -> ReportedSale:
    """Keep the recorded compensation where the source says nothing of it."""
    if sale.compensation_fen is None and known and known.compensation_fen:
        return replace(sale, compensation_fen=known.compensation_fen)
    return sale


def _fingerprint(context: RecordingContext, sale: ReportedSale, known: RecordedOrder | None) -> str:
    """Return what a report is known by: its head, then its lines, with what they match."""
    key = context.fingerprint_key
    head_part = fingerprints.head_fingerprint(sale, key=key, payer=_unit(context, sale.payer_unit))
    if sale.lines is None and known and known.has_detail:
        return head_part + known.fingerprint[fingerprints.HEAD_LENGTH :]
    matches = [
        (
            sku.sku_code if (sku := context.sku_of(line)) else "",
            _unit(context, line.beneficiary_unit),
        )
        for line in sale.lines or ()
    ]
    return head_part + fingerprints.lines_fingerprint(sale, matches, key=key)


def _unit(context: RecordingContext, stated: str) -> str:
    unit = context.helpers.unit(stated) if stated else None
    return unit.code if unit else ""


def _lines_of(
    sale: ReportedSale, known: RecordedOrder | None, old_lines: Sequence[ReportedLine]
) -> tuple[Sequence[ReportedLine], list[ReportedLine]]:
    """Return the lines of a report, and the recorded ones that it does not repeat.

    A source of another kind names its lines otherwise, or states what was divided before, or the
    other way round: its lines take the place of all recorded ones.
    """
    if sale.lines is None:
        return old_lines or [placeholder(sale)], []
    # An order that nobody has paid yet may still change its goods.
    if not (old_lines and known and known.is_paid):
        return sale.lines, []
    if _kinds_of(sale.lines).isdisjoint(_kinds_of(old_lines)):
        return sale.lines, []
    told = {PLACEHOLDER_KEY, *(line.line_key for line in sale.lines)}
    return sale.lines, [line for line in old_lines if line.line_key not in told]


def _kinds_of(lines: Sequence[ReportedLine]) -> set[tuple[bool, Naming]]:
    """Return the kinds of lines: whether their amounts are stated, and by what they are named."""
    return {(line.stated is not None, naming(line.line_key)) for line in lines}


def _flags(sale: ReportedSale, reported: Sequence[ReportedLine], *, is_missing: bool) -> list[str]:
    flags = list(sale.flags)
    if reported[0].line_key == PLACEHOLDER_KEY:
        flags.append("no_detail")
    if is_missing:
        flags.append("line_missing")
    if sale.status is OrderStatus.CLOSED and sale.refunded_fen < sale.consumer_paid_fen:
        flags.append("closed_not_refunded")
    return flags


def _line(
    context: RecordingContext,
    sale: ReportedSale,
    settled: SettledLine,
    decisions: Decisions,
    flags: list[str],
    *,
    kept: set[str],
    old: Mapping[str, ReportedLine],
    missing: Sequence[ReportedLine],
) -> PlannedLine:
    """Match and judge a line. A kept line is a recorded one that the report does not repeat."""
    line = settled.line
    is_kept = line.line_key in kept
    sku = context.sku_of(line)
    reason = decisions.reason(line.line_key)
    if not reason and line.line_key != PLACEHOLDER_KEY:
        reason = exclusion_reason(line.title, is_known_sku=sku is not None)
    beneficiary = context.helpers.unit(line.beneficiary_unit)
    if line.beneficiary_unit and beneficiary is None:
        flags.append("unknown_unit")
    if sku and line.county_code and line.county_code != sku.county_code:
        flags.append("county_differs")
    if sku and sku.price_basis_grams and not _weighs_right(line, sku):
        flags.append("weighed_price_differs")
    return PlannedLine(
        settled=settled,
        sku=sku,
        excluded_reason=reason,
        is_missing=is_kept and bool(missing),
        source=line.source if is_kept else f"{context.source}:{line.source}",
        beneficiary=beneficiary,
        weight_grams=_stated_grams(context, line, sku)
        or (sku.net_grams * line.quantity if sku else 0),
        parts=parts_of(sku, old.get(line.line_key, line), sale) if sku else (),
    )


def parts_of(sku: SkuFacts, line: ReportedLine, sale: ReportedSale) -> tuple[Part, ...]:
    """Return the parts of a sold bundle: those first recorded, else those of the day of payment."""
    if line.goods is not None and line.goods.sku_code == sku.sku_code:
        return line.goods.parts
    return fresh_parts(sku, sale)


def fresh_parts(sku: SkuFacts, sale: ReportedSale) -> tuple[Part, ...]:
    """Return the parts that today's entries give a bundle for the day of payment."""
    if not sku.parts or sale.paid_at is None:
        return ()
    return tuple(
        (part.ordinal, part.sku.sku_code, part.quantity, part.reference_price_fen)
        for part in sku.parts_on(business_day(sale.paid_at))
    )


def _stated_grams(context: RecordingContext, line: ReportedLine, sku: SkuFacts | None) -> int:
    """Return the weight that the source states of a line, 0 for none.

    What is recorded of a line that was matched otherwise may be the packs' weight, not its own.
    """
    known = context.book.by_code.get(line.goods.sku_code) if line.goods else None
    if known is None or known is sku or known.price_basis_grams:
        return line.weight_grams
    return 0 if line.weight_grams == known.net_grams * line.quantity else line.weight_grams


def _weighs_right(line: ReportedLine, sku: SkuFacts) -> bool:
    """Say whether goods by weight state their weight, and the list amount that it comes to."""
    due_fen = weighed_fen(sku.price_fen, sku.price_basis_grams, line.weight_grams)
    return line.weight_grams > 0 and line.list_fen == due_fen
