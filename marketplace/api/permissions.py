"""Who may read reports over the API."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.api.scoping import request_standing
from marketplace.selectors.reports.readers import may_read_reports, out_of_reach_message


class ReadsReports(BasePermission):
    """Staff whose roles reach everything, as for the report pages."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        """Say whether the caller may read reports."""
        self.message = out_of_reach_message()
        return bool(request.user.is_staff) and may_read_reports(request_standing(request))
