"""`me/...`: what a shopper sees and changes of themselves, and their addresses."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.paging import PAGE_PARAMETERS, Pages
from accounts.api.shopper_shapes import (
    AddressBodyShape,
    AddressShape,
    ShopperChangeShape,
    ShopperShape,
    address_as_json,
    shopper_as_json,
)
from accounts.api.shopper_tokens import ShopperView
from accounts.models import Address
from accounts.services.addresses import add_address, change_address, find_address, forget_address
from accounts.services.shoppers import change_shopper


class Me(ShopperView):
    """The shopper who asks."""

    @extend_schema(operation_id="me_retrieve", responses=ShopperShape)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Show the shopper."""
        return Response(shopper_as_json(self.shopper))

    @extend_schema(
        operation_id="me_partial_update", request=ShopperChangeShape, responses=ShopperShape
    )
    def patch(self, request: Request) -> Response:
        """Change the name, or agree to the privacy policy in force."""
        asked = ShopperChangeShape(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(shopper_as_json(change_shopper(self.shopper, **asked.validated_data)))


class Addresses(ShopperView):
    """The shopper's addresses."""

    pagination_class = Pages

    @extend_schema(
        operation_id="me_addresses_list",
        parameters=PAGE_PARAMETERS,
        responses=AddressShape(many=True),
    )
    def get(self, request: Request) -> Response:
        """List them, the default first."""
        pages = self.pagination_class()
        rows = Address.objects.filter(shopper=self.shopper)
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([address_as_json(address) for address in page])

    @extend_schema(
        operation_id="me_addresses_create", request=AddressBodyShape, responses={201: AddressShape}
    )
    def post(self, request: Request) -> Response:
        """Add one. The first is the default."""
        asked = AddressBodyShape(data=request.data)
        asked.is_valid(raise_exception=True)
        address = add_address(
            self.shopper, asked.postal(), is_default=asked.validated_data["is_default"]
        )
        return Response(address_as_json(address), status=201)


class AddressDetail(ShopperView):
    """One of the shopper's addresses. Somebody else's answers 404."""

    @extend_schema(operation_id="me_addresses_retrieve", responses=AddressShape)
    def get(self, request: Request, public_id: UUID) -> Response:  # noqa: ARG002
        """Show it."""
        return Response(address_as_json(find_address(self.shopper, public_id)))

    @extend_schema(
        operation_id="me_addresses_update", request=AddressBodyShape, responses=AddressShape
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Say it anew."""
        asked = AddressBodyShape(data=request.data)
        asked.is_valid(raise_exception=True)
        is_default = asked.validated_data["is_default"]
        changed = change_address(self.shopper, public_id, asked.postal(), is_default=is_default)
        return Response(address_as_json(changed))

    @extend_schema(operation_id="me_addresses_destroy", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:  # noqa: ARG002
        """Forget it."""
        forget_address(self.shopper, public_id)
        return Response(status=204)
