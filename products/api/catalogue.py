"""`products/`, `counties/`, `categories/`: what the storefront shows, to anyone."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Model, Q
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.conditional import tagged
from accounts.api.paging import PAGE_PARAMETERS, Pages
from accounts.api.throttling import AddressThrottle
from common.clock import today
from products.api.catalogue_shapes import (
    CategoryShape,
    CountyShape,
    ProductQuery,
    ProductShape,
)
from products.api.presenting import presented
from products.models import Category, County
from products.selectors.documents import product_documents, published_products
from products.selectors.finding import Ordering, Wanted, by_code, find_products


class SearchThrottle(AddressThrottle):
    """Let each address search so often a minute; lists without a search are not counted."""

    scope = "search"
    setting = "SEARCHES_PER_MINUTE"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Count searches alone."""
        return super().get_cache_key(request, view) if request.GET.get("search") else None


class PublicView(APIView):
    """A part of the catalogue that anyone may read."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class ProductList(PublicView):
    """Products in the storefront."""

    throttle_classes = (SearchThrottle,)
    pagination_class = Pages

    @extend_schema(
        operation_id="products_list",
        parameters=[ProductQuery, *PAGE_PARAMETERS],
        responses=ProductShape(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List products. Search finds characters, pinyin and initials; county names apart.

        `modified_since` keeps what changed since then; a product that is gone answers 404.
        """
        query = ProductQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked: dict[str, Any] = dict(query.validated_data)
        ordering = asked.pop("ordering")
        wanted = Wanted(**asked, ordering=Ordering(ordering) if ordering else None)
        day = today()
        pages = self.pagination_class()
        found = find_products(wanted, day).values_list("pk", flat=True)
        page = pages.paginate_queryset(found, request, view=self) or []
        documents = product_documents(page, day)
        shown = presented([documents[pk] for pk in page])
        return tagged(request, pages.get_paginated_response(shown).data)


class ProductDetail(PublicView):
    """One product in the storefront."""

    @extend_schema(operation_id="products_retrieve", responses=ProductShape)
    def get(self, request: Request, code: str) -> HttpResponse:
        """Return a product by its code; 404 for one that is not in the storefront."""
        # PostgreSQL has no text with this sign: no code has one.
        found = published_products().filter(code=code.replace("\x00", ""))
        pk = found.values_list("pk", flat=True).first()
        if pk is None or "\x00" in code:
            raise Http404
        [shown] = presented([product_documents([pk], today())[pk]])
        return tagged(request, shown)


class _Places(PublicView):
    """Rows of reference data, by code, with how many products each has in the storefront."""

    pagination_class = Pages
    model: type[Model]
    fields: tuple[str, ...]

    def answer(self, request: Request) -> HttpResponse:
        """Return a page of the rows."""
        shown = Q(products__in=published_products())
        rows = (
            self.model._default_manager.annotate(listed=Count("products", filter=shown))
            .order_by(by_code())
            .values(*self.fields, "listed")
        )
        pages = self.pagination_class()
        page: list[Any] = pages.paginate_queryset(rows, request, view=self) or []
        shown_rows = [{**row, "products": row["listed"]} for row in page]
        for row in shown_rows:
            del row["listed"]
        return tagged(request, pages.get_paginated_response(shown_rows).data)


class CountyList(_Places):
    """Counties of origin."""

    model = County
    fields = ("code", "name", "name_en", "name_pinyin")

    @extend_schema(
        operation_id="counties_list", parameters=PAGE_PARAMETERS, responses=CountyShape(many=True)
    )
    def get(self, request: Request) -> HttpResponse:
        """List the counties of Qiandongnan."""
        return self.answer(request)


class CategoryList(_Places):
    """Product categories."""

    model = Category
    fields = ("code", "name")

    @extend_schema(
        operation_id="categories_list",
        parameters=PAGE_PARAMETERS,
        responses=CategoryShape(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List the categories."""
        return self.answer(request)
