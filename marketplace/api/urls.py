"""The HTTP interface under /api/v1/."""

from django.urls import path

from marketplace.api.campaign_bridges import CampaignBridge
from marketplace.api.campaign_reports import CampaignReportDetail, CampaignReportList
from marketplace.api.storefront import CampaignList, CentreList
from marketplace.api.touchpoints import Touchpoints

urlpatterns = [
    path("touchpoints/", Touchpoints.as_view(), name="api-touchpoints"),
    path("centres/", CentreList.as_view(), name="api-centres"),
    path("campaigns/", CampaignList.as_view(), name="api-campaigns"),
    path("reports/campaigns/", CampaignReportList.as_view(), name="api-campaign-reports"),
    path(
        "reports/campaigns/<slug:code>/",
        CampaignReportDetail.as_view(),
        name="api-campaign-report",
    ),
    path(
        "reports/campaigns/<slug:code>/bridge/",
        CampaignBridge.as_view(),
        name="api-campaign-bridge",
    ),
]
