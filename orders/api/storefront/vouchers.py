"""`voucher-batches/...`, `vouchers/`: what can be claimed, and what a shopper holds."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.paging import PAGE_PARAMETERS, Pages
from accounts.api.shopper_tokens import ShopperView
from accounts.api.throttling import ShopperThrottle
from common.clock import in_shanghai
from operations.services.idempotency import Answer
from orders.api.storefront.keys import PARAMETER, answered_once
from orders.models import Voucher, VoucherBatch
from orders.selectors.storefront.vouchers import open_batches, vouchers_of
from orders.services.storefront.vouchers import claim_vouchers
from products.api.catalogue import PublicView


class ClaimThrottle(ShopperThrottle):
    """Let each shopper claim so often a minute; the limits of a batch hold besides."""

    scope = "claims"
    setting = "CLAIMS_PER_MINUTE"


class BatchShape(serializers.Serializer):
    """A batch: fixed (`face_fen`) or percentage (`off_bp` in basis points, at most `cap_fen`)."""

    code = serializers.CharField()
    name = serializers.CharField()
    pack_code = serializers.CharField()
    face_fen = serializers.IntegerField()
    off_bp = serializers.IntegerField()
    cap_fen = serializers.IntegerField()
    threshold_fen = serializers.IntegerField()
    pieces_per_claim = serializers.IntegerField()
    claims_left = serializers.IntegerField()
    per_person = serializers.IntegerField()
    per_person_days = serializers.IntegerField(allow_null=True)
    uses_per_day = serializers.IntegerField(allow_null=True)
    claim_from = serializers.DateTimeField()
    claim_to = serializers.DateTimeField()
    valid_days = serializers.IntegerField(allow_null=True)
    valid_to = serializers.DateTimeField(allow_null=True)
    product_codes = serializers.ListField(child=serializers.CharField())
    county_codes = serializers.ListField(child=serializers.CharField())
    is_paused = serializers.BooleanField()


class ShopperVoucherShape(serializers.Serializer):
    """One of the shopper's vouchers; `order_number` is set while an order has it."""

    code = serializers.CharField()
    batch = BatchShape()
    state = serializers.ChoiceField(Voucher.States.choices)
    claimed_at = serializers.DateTimeField()
    valid_to = serializers.DateTimeField()
    order_number = serializers.CharField()
    discount_fen = serializers.IntegerField()


class ClaimedShape(serializers.Serializer):
    """What a claim gave."""

    vouchers = ShopperVoucherShape(many=True)


class VoucherBatches(PublicView):
    """Batches that can be claimed now or later."""

    pagination_class = Pages

    @extend_schema(
        operation_id="voucher_batches_list",
        parameters=PAGE_PARAMETERS,
        responses=BatchShape(many=True),
    )
    def get(self, request: Request) -> Response:
        """List them, the earliest first."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(open_batches(), request, view=self) or []
        return pages.get_paginated_response([_batch(batch) for batch in page])


class Claims(ShopperView):
    """Claiming."""

    throttle_classes = (ClaimThrottle,)

    @extend_schema(
        operation_id="voucher_batches_claims_create",
        parameters=[PARAMETER],
        request=None,
        responses={201: ClaimedShape},
    )
    def post(self, request: Request, code: str) -> Response:
        """Claim a batch, or a pack by its code, once for an Idempotency-Key."""

        def act() -> Answer:
            vouchers = claim_vouchers(self.shopper, code)
            return Answer(201, {"vouchers": [_voucher(voucher) for voucher in vouchers]})

        return answered_once(request, self.shopper, act, has_body=False)


class Vouchers(ShopperView):
    """The shopper's vouchers."""

    pagination_class = Pages

    @extend_schema(
        operation_id="vouchers_list",
        parameters=PAGE_PARAMETERS,
        responses=ShopperVoucherShape(many=True),
    )
    def get(self, request: Request) -> Response:
        """List them, the newest first."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(vouchers_of(self.shopper), request, view=self) or []
        return pages.get_paginated_response([_voucher(voucher) for voucher in page])


_PLAIN = (
    *("code", "name", "pack_code", "face_fen", "off_bp", "cap_fen", "threshold_fen"),
    *("pieces_per_claim", "per_person", "per_person_days", "uses_per_day", "valid_days"),
    *("product_codes", "county_codes", "is_paused"),
)

_MOMENTS = ("claim_from", "claim_to", "valid_to")


def _batch(batch: VoucherBatch) -> dict[str, Any]:
    return {
        **{name: getattr(batch, name) for name in _PLAIN},
        "claims_left": batch.most_claims - batch.claims,
        **{
            name: in_shanghai(getattr(batch, name))
            for name in ("claim_from", "claim_to", "valid_to")
        },
    }


def _voucher(voucher: Voucher) -> dict[str, Any]:
    return {
        "code": voucher.code,
        "batch": _batch(voucher.batch),
        "state": voucher.state,
        "claimed_at": in_shanghai(voucher.claimed_at),
        "valid_to": in_shanghai(voucher.valid_to),
        "order_number": voucher.order.number if voucher.order else "",
        "discount_fen": voucher.discount_fen,
    }
