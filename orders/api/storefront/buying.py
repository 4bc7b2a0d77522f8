"""`quotes/`, `orders/...`: a shopper prices, orders, pays, cancels and receives."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.paging import PAGE_PARAMETERS, Pages
from accounts.api.shopper_tokens import ShopperView
from accounts.api.throttling import ShopperThrottle
from accounts.services.addresses import find_address, opened
from common.clock import in_shanghai
from operations.services.idempotency import Answer
from orders.api.storefront.keys import PARAMETER, answered_once
from orders.api.storefront.shapes import (
    OrderBodyShape,
    OrderShape,
    PaymentBodyShape,
    PaymentShape,
    QuoteBodyShape,
    QuoteShape,
    ShipmentShape,
    order_as_json,
    quote_as_json,
)
from orders.models import StorefrontOrder
from orders.rules.storefront.vouchers import normalised_code
from orders.selectors.storefront.orders import delivery_of, order_of, orders_of
from orders.selectors.storefront.quoting import quote_for, storefront_sales_point
from orders.selectors.storefront.vouchers import valued_vouchers
from orders.services.payments.paying import start_payment
from orders.services.payments.providers import provider_named
from orders.services.storefront.ending import cancel_order
from orders.services.storefront.placing import WantedOrder, place_order
from orders.services.storefront.sending import receive_order


class CheckoutThrottle(ShopperThrottle):
    """Let each shopper order so often a minute."""

    scope = "checkout"
    setting = "CHECKOUTS_PER_MINUTE"


class Quotes(ShopperView):
    """Prices before buying."""

    @extend_schema(operation_id="quotes_create", request=QuoteBodyShape, responses=QuoteShape)
    def post(self, request: Request) -> Response:
        """Price a basket, with a voucher if one is named. Nothing is promised.

        What cannot be sold is named with its reason, and so is each voucher of no use.
        """
        asked = QuoteBodyShape(data=request.data)
        asked.is_valid(raise_exception=True)
        quote = quote_for(asked.wanted(), asked.validated_data["region_code"])
        vouchers = valued_vouchers(self.shopper, quote.basket, storefront_sales_point())
        code = normalised_code(asked.validated_data["voucher_code"])
        for valued in vouchers:
            if valued.voucher.code == code:
                quote = quote.with_voucher(valued.parts)
        return Response(quote_as_json(quote, vouchers))


class Orders(ShopperView):
    """The shopper's orders."""

    pagination_class = Pages
    throttle_classes = (CheckoutThrottle,)

    @extend_schema(
        operation_id="orders_list", parameters=PAGE_PARAMETERS, responses=OrderShape(many=True)
    )
    def get(self, request: Request) -> Response:
        """List them, the newest first."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(orders_of(self.shopper), request, view=self) or []
        return pages.get_paginated_response([_shown(order) for order in page])

    @extend_schema(
        operation_id="orders_create",
        parameters=[PARAMETER],
        request=OrderBodyShape,
        responses={201: OrderShape},
    )
    def post(self, request: Request) -> Response:
        """Order, once for an Idempotency-Key, for exactly the amount that was shown."""
        asked = OrderBodyShape(data=request.data)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data

        def act() -> Answer:
            order = place_order(
                self.shopper,
                WantedOrder(
                    lines=asked.wanted(),
                    address=opened(find_address(self.shopper, told["address_id"])),
                    due_fen=told["due_fen"],
                    waived=frozenset(told["waived_returns"]),
                    reference_code=told["campaign_code"],
                    voucher_code=told["voucher_code"],
                ),
            )
            return Answer(201, _shown(order_of(self.shopper, order.number)))

        return answered_once(request, self.shopper, act)


class OrderDetail(ShopperView):
    """One of the shopper's orders. Somebody else's answers 404."""

    @extend_schema(operation_id="orders_retrieve", responses=OrderShape)
    def get(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Show it."""
        return Response(_shown(order_of(self.shopper, number)))


class Cancellation(ShopperView):
    """Taking an unpaid order back."""

    @extend_schema(operation_id="orders_cancellation", request=None, responses=OrderShape)
    def post(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Cancel it; its goods are free again."""
        cancel_order(order_of(self.shopper, number), actor=_actor(self))
        return Response(_shown(order_of(self.shopper, number)))


class Receipt(ShopperView):
    """The goods arrived."""

    @extend_schema(operation_id="orders_receipt", request=None, responses=OrderShape)
    def post(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Note it."""
        receive_order(order_of(self.shopper, number), actor=_actor(self))
        return Response(_shown(order_of(self.shopper, number)))


class Payments(ShopperView):
    """Paying an order."""

    @extend_schema(
        operation_id="orders_payments_create",
        request=PaymentBodyShape,
        responses={201: PaymentShape},
    )
    def post(self, request: Request, number: str) -> Response:
        """Begin to pay, or go on with an open try; the provider tells us when money came."""
        asked = PaymentBodyShape(data=request.data)
        asked.is_valid(raise_exception=True)
        provider = asked.validated_data["provider"]
        payment = start_payment(order_of(self.shopper, number), provider)
        shown = {
            "number": payment.number,
            "provider": payment.provider,
            "amount_fen": payment.amount_fen,
            "state": payment.state,
            "parameters": provider_named(provider).parameters(payment),
        }
        return Response(shown, status=201)


class Shipments(ShopperView):
    """Where the parcels are."""

    pagination_class = Pages

    @extend_schema(
        operation_id="orders_shipments_list",
        parameters=PAGE_PARAMETERS,
        responses=ShipmentShape(many=True),
    )
    def get(self, request: Request, number: str) -> Response:
        """List the parcels of an order."""
        rows = order_of(self.shopper, number).shipments.order_by("-pk")
        values = rows.values("carrier", "tracking_number", "shipped_at")
        pages = self.pagination_class()
        page: list[Any] = pages.paginate_queryset(values, request, view=self) or []
        parcels = [{**row, "shipped_at": in_shanghai(row["shipped_at"])} for row in page]
        return pages.get_paginated_response(parcels)


def _shown(order: StorefrontOrder) -> dict[str, Any]:
    return order_as_json(order, delivery_of(order))


def _actor(view: ShopperView) -> str:
    return f"shopper:{view.shopper.public_id}"
