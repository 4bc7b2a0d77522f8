"""How lists of the API are cut into pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import PageNumberPagination

MOST_ROWS = 200


class Pages(PageNumberPagination):
    """`{"count", "next", "previous", "results"}`, 50 rows unless asked, 200 at most."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = MOST_ROWS


PAGE_PARAMETERS = [
    OpenApiParameter("page", int, description=_("页码，从 1 开始")),
    OpenApiParameter("page_size", int, description=_("每页行数，最多 200")),
]
