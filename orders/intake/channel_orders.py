"""An order as another system states it over the interface becomes a neutral sale.

The rules are those of generic files (docs/decisions/0005): the same order by file and by the
interface is the same lines and the same money.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, clean, clean_code, free_order_number
from orders.intake.generic import words
from orders.intake.generic.assembling import make_sale
from orders.intake.generic.rows import (
    LONGEST_CODE,
    LONGEST_LINE_NUMBER,
    Row,
    RowHead,
    check_amounts,
    goods_missing,
)
from orders.rules.sale import ReportedContact, ReportedSale, ReportedVoucher
from orders.rules.settlement import Shares
from orders.rules.states import OrderStatus

# The one part that a report has, where a file has a table.
_PART = 1
# Fields that name people; no copy of them is kept (docs/decisions/0010-privacy.md).
PERSONAL = frozenset({"buyer", "contact"})


def channel_sale(number: str, stated: Mapping[str, Any]) -> ReportedSale:
    """Return the sale that a checked body states. Raises BadCell.

    `stated` has the fields of docs/channel-api.md, types and bounds already checked.
    """
    number = free_order_number(number)
    head = _head(stated)
    reference = _code(stated, "campaign_code", "")
    rows = [
        _row(position, number, head, reference, line)
        for position, line in enumerate(stated["lines"], 1)
    ]
    sale, _returned_fen = make_sale(_PART, rows)
    return sale


def without_people(stated: Mapping[str, Any]) -> bytes:
    """Return a body as JSON again, without buyer and contact: what is kept as evidence."""
    kept = {name: value for name, value in stated.items() if name not in PERSONAL}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _head(stated: Mapping[str, Any]) -> RowHead:
    contact = stated["contact"]
    return RowHead(
        placed_at=stated["placed_at"],
        paid_at=stated["paid_at"],
        has_seconds=True,
        status=OrderStatus(stated["status"]),
        buyer=clean(stated["buyer"]),
        freight_fen=stated["freight_fen"],
        compensation_fen=stated["compensation_fen"],
        compensated_at=stated["compensated_at"],
        payer_unit=clean_code(stated["payer_unit"]),
        contact=ReportedContact(**contact) if contact else None,
    )


def _row(position: int, number: str, head: RowHead, reference: str, line: Mapping[str, Any]) -> Row:
    where = f"lines.{position - 1}"
    title, seller_code = clean(line["title"]), _code(line, "sku_code", where)
    if not (title or seller_code):
        raise goods_missing()
    subsidies = _subsidies(line["subsidies"], where)
    check_amounts(line["list_fen"], line["amount_fen"], sum(fen for _funder, fen in subsidies))
    grams = line["weight_grams"]
    if (line["quantity"] is None) == (grams is None):
        raise BadCell("bad_quantity", _("数量和重量应写且只写一个。"))
    return Row(
        row=position,
        number=number,
        head=head,
        line_number=words.code(line["line_number"], f"{where}.line_number", LONGEST_LINE_NUMBER),
        seller_code=seller_code,
        title=title,
        quantity=line["quantity"] or 1,
        weight_grams=grams or 0,
        list_fen=line["list_fen"],
        amount_fen=line["amount_fen"],
        subsidies=subsidies,
        refund_fen=line["refunded_fen"],
        refunded_at=line["refunded_at"],
        vouchers=_vouchers(line, where),
        reference_code=reference,
        beneficiary_unit=clean_code(line["beneficiary_unit"]),
        county_code=words.county_code(line["county_code"], f"{where}.county_code"),
        is_closed=line["closed"],
        attributes=clean(line["attributes"]),
    )


def _code(values: Mapping[str, Any], name: str, where: str) -> str:
    return words.code(values[name], f"{where}.{name}".lstrip("."), LONGEST_CODE)


def _subsidies(shares: list[dict[str, Any]], where: str) -> Shares:
    """Return (funder, fen), ascending; a funder is stated once."""
    found = {words.funder(share["funder"]): share["amount_fen"] for share in shares}
    if len(found) < len(shares):
        raise BadCell("funder_repeated", _("%s：同一出资方出现多次。") % where)
    return tuple(sorted((funder, fen) for funder, fen in found.items() if fen))


def _vouchers(line: Mapping[str, Any], where: str) -> tuple[ReportedVoucher, ...]:
    found = tuple(
        ReportedVoucher(
            words.voucher_code(voucher["voucher_code"], f"{where}.vouchers"),
            _code(voucher, "campaign_code", f"{where}.vouchers"),
            voucher["discount_fen"],
        )
        for voucher in line["vouchers"]
    )
    if not all(voucher.voucher_code for voucher in found):
        raise BadCell("bad_code", _("%s：券码为空。") % where)
    if len({voucher.voucher_code for voucher in found}) < len(found):
        raise BadCell("voucher_repeated", _("%s：同一张券在一行中出现多次。") % where)
    if sum(voucher.discount_fen for voucher in found) > line["list_fen"]:
        raise BadCell("voucher_exceeds_list", _("%s：券的抵扣大于标价金额。") % where)
    return found
