"""Campaign reports over the API: the same figures as the pages and the command."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.paging import PAGE_PARAMETERS, Pages
from accounts.api.scoping import request_standing
from marketplace.api.permissions import ReadsReports
from marketplace.api.report_shapes import CampaignReportShape, HeadlineShape, ReportQuery
from marketplace.rules.campaign_report import Asked
from marketplace.selectors.reports import campaign_headlines, campaign_report
from marketplace.selectors.reports.readers import check_model, may_read_analysis


class CampaignReportList(APIView):
    """Every published campaign with what it earned."""

    permission_classes = (ReadsReports,)
    pagination_class = Pages

    @extend_schema(
        operation_id="reports_campaigns_list",
        parameters=PAGE_PARAMETERS,
        responses=HeadlineShape(many=True),
    )
    def get(self, request: Request) -> Response:
        """List campaigns, the latest first: direct rule, transaction basis, cohort view."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(campaign_headlines(), request, view=self)
        return pages.get_paginated_response([headline.as_json() for headline in page or []])


class CampaignReportDetail(APIView):
    """The report of one campaign."""

    permission_classes = (ReadsReports,)

    @extend_schema(
        operation_id="reports_campaigns_retrieve",
        parameters=[ReportQuery],
        responses=CampaignReportShape,
    )
    def get(self, request: Request, code: str) -> Response:
        """Return the report that the command `campaign_report --format json` prints.

        Path models are for analysts: others are refused them, and `models` names two.
        """
        query = ReportQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        chosen: dict[str, Any] = query.validated_data
        asked, standing = Asked(code, **chosen), request_standing(request)
        check_model(asked, standing)
        report = campaign_report(asked)
        shown = report if may_read_analysis(standing) else report.for_officials()
        return Response(shown.as_json())
