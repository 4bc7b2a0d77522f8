"""Makes the lines of an order of a generic file, each with the amounts that its row states."""

from __future__ import annotations

from collections.abc import Sequence

from orders.intake.generic.money import LineMoney
from orders.intake.generic.rows import Row
from orders.rules.line_keys import NUMBERED, line_keys
from orders.rules.sale import ReportedLine, StatedAmounts

_LONGEST_TEXT = 300


def make_lines(
    part: int, rows: Sequence[Row], money: Sequence[LineMoney], *, is_paid: bool
) -> list[ReportedLine]:
    """Return one line per row, in file order. What an unpaid order redeems is not redeemed."""
    keys = _keys(rows, money)
    return [
        ReportedLine(
            line_key=key,
            title=row.title[:_LONGEST_TEXT],
            attributes=row.attributes[:_LONGEST_TEXT],
            seller_code=row.seller_code,
            unit_price_fen=row.list_fen // row.quantity,
            quantity=row.quantity,
            list_fen=row.list_fen,
            is_closed=each.is_everything,
            source=f"{part}:{row.row}",
            weight_grams=row.weight_grams,
            beneficiary_unit=row.beneficiary_unit,
            county_code=row.county_code,
            vouchers=row.vouchers if is_paid else (),
            stated=StatedAmounts(
                amount_fen=row.amount_fen,
                subsidies=row.subsidies if is_paid else (),
                refunded_fen=each.refunded_fen,
                refunded_at=row.refunded_at if each.refunded_fen or each.is_everything else None,
            ),
        )
        for key, row, each in zip(keys, rows, money, strict=True)
    ]


def _keys(rows: Sequence[Row], money: Sequence[LineMoney]) -> list[str]:
    """Name each line: by the file's line number, else by its content.

    Where a row has no title, its code is all that tells it from another. Rows of equal
    content are numbered by what else they say, so that their order in the file means nothing.
    """
    keys = [f"{NUMBERED}{row.line_number}" for row in rows]
    nameless = [place for place, row in enumerate(rows) if not row.line_number]
    if not nameless:
        return keys
    nameless.sort(key=lambda place: _rest(rows[place], money[place]))
    named = line_keys([_identity(rows[place], money[place]) for place in nameless])
    for place, key in zip(nameless, named, strict=True):
        keys[place] = key
    return keys


def _identity(row: Row, money: LineMoney) -> tuple[str, str, int, int, bool]:
    name = row.title or row.seller_code
    return name, row.attributes, row.list_fen // row.quantity, row.quantity, money.is_everything


def _rest(row: Row, money: LineMoney) -> tuple[object, ...]:
    return (
        row.seller_code,
        row.weight_grams,
        row.list_fen,
        row.amount_fen,
        row.subsidies,
        row.county_code,
        row.beneficiary_unit,
        [voucher.voucher_code for voucher in row.vouchers],
        money.refunded_fen,
    )
