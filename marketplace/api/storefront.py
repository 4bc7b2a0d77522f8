"""`centres/` and `campaigns/`: what the storefront shows of them, to anyone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.conditional import tagged
from accounts.api.paging import PAGE_PARAMETERS, Pages
from common.clock import today
from marketplace.selectors.storefront import campaigns_for_buyers, centres_on
from products.api.catalogue import PublicView
from products.api.catalogue_shapes import NamedShape


class CentreShape(NamedShape):
    """A centre (展销中心) with the district that it stands for today, where one is known."""

    address = serializers.CharField()
    district = NamedShape(allow_null=True)


class CampaignShape(NamedShape):
    """A published campaign: its window [starts_at, ends_at) and the business days in it."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    is_running = serializers.BooleanField()


class _Lists(PublicView):
    pagination_class = Pages

    def answer(self, request: Request, rows: list[dict[str, Any]]) -> HttpResponse:
        pages = self.pagination_class()
        page: Any = pages.paginate_queryset(rows, request, view=self)
        return tagged(request, pages.get_paginated_response(page).data)


class CentreList(_Lists):
    """Exhibition-and-sales centres."""

    @extend_schema(
        operation_id="centres_list", parameters=PAGE_PARAMETERS, responses=CentreShape(many=True)
    )
    def get(self, request: Request) -> HttpResponse:
        """List the centres in Hangzhou's districts."""
        return self.answer(request, centres_on(today()))


class CampaignList(_Lists):
    """Campaigns."""

    @extend_schema(
        operation_id="campaigns_list",
        parameters=PAGE_PARAMETERS,
        responses=CampaignShape(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List the published campaigns, the latest first."""
        return self.answer(request, campaigns_for_buyers())
