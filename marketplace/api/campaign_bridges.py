"""The bridge between two figures of a campaign over the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scoping import request_standing
from marketplace.api.permissions import ReadsReports
from marketplace.rules.campaign_report import BASES, MODEL_COLUMNS, Asked
from marketplace.rules.causes import Step
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.reports.bridge import read_bridge
from marketplace.selectors.reports.readers import check_model

_LAST_ID = 2**63 - 1


class BridgeQuery(serializers.Serializer):
    """Which bridge is asked for: ended runs, 0 for before the first."""

    model = serializers.ChoiceField(tuple(MODEL_COLUMNS), default="direct_rule")
    basis = serializers.ChoiceField(BASES, default="transaction")
    to = serializers.IntegerField(required=False, min_value=1, max_value=_LAST_ID)

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add `from`, which Python keeps for itself."""
        start = serializers.IntegerField(required=False, min_value=0, max_value=_LAST_ID)
        return {**super().get_fields(), "from": start}


class BridgeEndShape(serializers.Serializer):
    """A figure as one run left it."""

    run = serializers.IntegerField()
    finished_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    digest = serializers.CharField(allow_blank=True)
    net_fen = serializers.IntegerField()


class BridgeStepShape(serializers.Serializer):
    """What one cause moved."""

    step = serializers.ChoiceField([step.value for step in Step])
    name = serializers.CharField()
    entries = serializers.IntegerField()
    orders = serializers.IntegerField()
    net_fen = serializers.IntegerField()


class BridgeShape(serializers.Serializer):
    """from + the steps = to; every step is there."""

    campaign = serializers.CharField()
    model = serializers.CharField()
    basis = serializers.CharField()
    to = BridgeEndShape()
    steps = BridgeStepShape(many=True)
    difference_fen = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add `from`, which Python keeps for itself."""
        return {**super().get_fields(), "from": BridgeEndShape()}


class CampaignBridge(APIView):
    """The bridge from a campaign's figure after one run to its figure after a later one."""

    permission_classes = (ReadsReports,)

    @extend_schema(
        operation_id="reports_campaigns_bridge_retrieve",
        parameters=[BridgeQuery],
        responses=BridgeShape,
    )
    def get(self, request: Request, code: str) -> Response:
        """Return what the command `campaign_bridge --format json` prints."""
        query = BridgeQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        chosen = query.validated_data
        asked = Asked(code, chosen["model"], chosen["basis"])
        check_model(asked, request_standing(request))
        find_campaign(code)
        bridge = read_bridge(asked, start=chosen.get("from"), end=chosen.get("to"))
        return Response(bridge.as_json())
