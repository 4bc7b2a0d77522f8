"""Place a storefront order: priced, promised and written in one transaction, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Shopper
from accounts.services.addresses import PostalAddress, sealed_postal
from common.clock import business_day, now
from orders.errors.storefront import AmountChanged, ConsentMissing, OrderRefused, ReturnNotWaived
from orders.models import SalesPoint, StorefrontLine, StorefrontOrder
from orders.rules.settlement import Shares
from orders.rules.storefront.numbers import new_number
from orders.rules.storefront.quotes import Quote
from orders.rules.storefront.states import State
from orders.rules.storefront.vouchers import Unusable, by_funder, shares_of
from orders.selectors.storefront.quoting import MEANINGS, quote_for, storefront_sales_point
from orders.selectors.storefront.vouchers import MEANINGS as VOUCHER_MEANINGS
from orders.selectors.storefront.vouchers import Valued, valued_voucher
from orders.services.storefront.vouchers import hold_voucher
from products.selectors.stock import packs_in, storefront_place
from products.services.stock import reserve_stock


@dataclass(frozen=True, slots=True)
class WantedOrder:
    """What a shopper orders, and the amount that they were shown. `lines`: (SKU code, quantity).

    `waived` are the SKU codes of fresh goods whose return the shopper has given up.
    """

    lines: Sequence[tuple[str, int]]
    address: PostalAddress
    due_fen: int
    waived: frozenset[str] = frozenset()
    reference_code: str = ""
    voucher_code: str = ""


@transaction.atomic
def place_order(shopper: Shopper, wanted: WantedOrder) -> StorefrontOrder:
    """Place an order and promise its goods; it waits for payment until `expires_at`.

    Raises ConsentMissing, OrderRefused, AmountChanged, ReturnNotWaived, or OutOfStock where the
    last packs went in this moment; then nothing was written.
    """
    if shopper.consent_version != settings.PRIVACY_VERSION:
        raise ConsentMissing(_("请先阅读并同意现行的隐私政策。"))
    quote = quote_for(wanted.lines, wanted.address.region_code)
    point = storefront_sales_point()
    valued = _valued(shopper, wanted.voucher_code, quote, point)
    if valued is not None:
        quote = quote.with_voucher(valued.parts)
    _check(quote, wanted)
    moment = now()
    order = StorefrontOrder.objects.create(
        number=new_number(business_day(moment), digits=10),
        shopper=shopper,
        sales_point=point,
        state=State.UNPAID,
        goods_fen=quote.goods_fen,
        freight_fen=quote.freight_fen,
        subsidy_fen=quote.subsidy_fen,
        due_fen=quote.due_fen,
        region_code=wanted.address.region_code,
        sealed_address=sealed_postal(wanted.address),
        reference_code=wanted.reference_code,
        voucher_code=valued.voucher.code if valued else "",
        voucher_campaign_code=valued.voucher.batch.campaign_code if valued else "",
        placed_at=moment,
        expires_at=moment + timedelta(minutes=settings.UNPAID_MINUTES),
    )
    shares = shares_of(valued.voucher.batch.funder_shares) if valued else ()
    StorefrontLine.objects.bulk_create(_lines(order, quote, wanted.waived, shares))
    if valued is not None:
        hold_voucher(order, valued.voucher, valued.discount_fen)
    quantities = {line.offer.sku_id: line.quantity for line in quote.lines if line.offer}
    # Stock is what buyers fight for: taken last, held shortest.
    reserve_stock(
        storefront_place(),
        packs_in(quantities, business_day(moment)),
        reference=order.number,
    )
    return order


def _check(quote: Quote, wanted: WantedOrder) -> None:
    if not quote.is_orderable:
        problems = [
            {"sku_code": line.sku_code, "code": problem, "message": str(MEANINGS[problem])}
            for line in quote.lines
            for problem in line.problems
        ] + [
            {"sku_code": "", "code": problem, "message": str(MEANINGS[problem])}
            for problem in quote.problems
        ]
        told = "；".join(f"{each['sku_code']} {each['message']}".strip() for each in problems)
        raise OrderRefused(_("不能下单：%(told)s。") % {"told": told}, problems=problems)
    if quote.due_fen != wanted.due_fen:
        raise AmountChanged(
            _("应付金额已变为 %(due)s 元，请确认后重新下单。")
            % {"due": f"{quote.due_fen // 100}.{quote.due_fen % 100:02d}"},
            due_fen=quote.due_fen,
        )
    fresh = [line.sku_code for line in quote.lines if line.offer and line.offer.is_fresh]
    unconfirmed = [code for code in fresh if code not in wanted.waived]
    if unconfirmed:
        raise ReturnNotWaived(
            _("鲜活易腐商品不适用七天无理由退货，请逐项确认：%(skus)s。")
            % {"skus": "、".join(unconfirmed)},
            sku_codes=unconfirmed,
        )


def _valued(shopper: Shopper, code: str, quote: Quote, point: SalesPoint) -> Valued | None:
    """Return the voucher that the order names, valued; None for none. Raises OrderRefused."""
    if not code:
        return None
    # One order of a shopper at a time counts what they used today.
    Shopper.objects.select_for_update().get(pk=shopper.pk)
    found = valued_voucher(shopper, code, quote.basket, point)
    reason = found if isinstance(found, Unusable) else found.reason
    if reason is not None:
        raise OrderRefused(
            _("消费券不可用：%(why)s。") % {"why": VOUCHER_MEANINGS[reason]}, code=reason.value
        )
    return found if isinstance(found, Valued) else None


def _lines(
    order: StorefrontOrder, quote: Quote, waived: frozenset[str], shares: Shares
) -> list[StorefrontLine]:
    return [
        StorefrontLine(
            order=order,
            number=number,
            sku_id=line.offer.sku_id,
            title=line.offer.title,
            quantity=line.quantity,
            unit_price_fen=line.offer.price_fen,
            amount_fen=line.amount_fen,
            subsidies=by_funder(shares, line.subsidy_fen) if line.subsidy_fen else [],
            waives_return=line.offer.is_fresh and line.sku_code in waived,
            ships_by=line.offer.ships_by,
        )
        for number, line in enumerate(quote.lines, 1)
        if line.offer
    ]
