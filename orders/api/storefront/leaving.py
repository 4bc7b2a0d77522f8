"""`me/export/`, `me/erasure/`: a shopper takes their data along, or leaves."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.shopper_shapes import (
    AddressShape,
    ShopperShape,
    address_as_json,
    shopper_as_json,
)
from accounts.api.shopper_tokens import ShopperView
from accounts.api.strict_fields import StrictSerializer, StrictText
from accounts.models import Address
from accounts.services.shoppers import phone_of
from orders.api.storefront.shapes import OrderShape, order_as_json
from orders.selectors.storefront.orders import delivery_of, orders_of
from orders.services.storefront.leaving import leave


class ErasureShape(StrictSerializer):
    """A fresh code to the shopper's phone."""

    code = StrictText(min_length=4, max_length=10)


class ExportShape(serializers.Serializer):
    """Everything that is kept of the shopper, in clear."""

    shopper = ShopperShape()
    phone = serializers.CharField()
    addresses = AddressShape(many=True)
    orders = OrderShape(many=True)


class MyData(ShopperView):
    """Everything that is kept of the shopper."""

    @extend_schema(operation_id="me_export", responses=ExportShape)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Return it in clear, to take along."""
        addresses = Address.objects.filter(shopper=self.shopper)
        return Response(
            {
                "shopper": shopper_as_json(self.shopper),
                "phone": phone_of(self.shopper),
                "addresses": [address_as_json(address) for address in addresses],
                "orders": [
                    order_as_json(order, delivery_of(order)) for order in orders_of(self.shopper)
                ],
            }
        )


class Erasure(ShopperView):
    """Leaving for good."""

    @extend_schema(operation_id="me_erasure", request=ErasureShape, responses={204: None})
    def post(self, request: Request) -> Response:
        """Erase who the shopper is, proven by a fresh code; what was sold stays counted."""
        asked = ErasureShape(data=request.data)
        asked.is_valid(raise_exception=True)
        leave(self.shopper, asked.validated_data["code"])
        return Response(status=204)
