from marketplace.models.attribution import AttributionEntry, AttributionRun
from marketplace.models.campaign import Campaign, CampaignScope, CampaignVersion
from marketplace.models.campaign_draft import CampaignDraft
from marketplace.models.campaign_link import CampaignLink
from marketplace.models.decision import AttributionDecision
from marketplace.models.district import Centre, District, DistrictSuccession
from marketplace.models.facts import DeclaredFact
from marketplace.models.pairing import Pairing
from marketplace.models.store import RankObservation, StoreProfile
from marketplace.models.totals import DailyCount, DailyDigest, DailyMoney
from marketplace.models.touch_import import TouchImport
from marketplace.models.touchpoint import Touchpoint
from marketplace.models.uplift import (
    ControlSeries,
    ControlSeriesPoint,
    UpliftControl,
    UpliftEstimate,
)

__all__ = [
    "AttributionDecision",
    "AttributionEntry",
    "AttributionRun",
    "Campaign",
    "CampaignDraft",
    "CampaignLink",
    "CampaignScope",
    "CampaignVersion",
    "Centre",
    "ControlSeries",
    "ControlSeriesPoint",
    "DailyCount",
    "DailyDigest",
    "DailyMoney",
    "DeclaredFact",
    "District",
    "DistrictSuccession",
    "Pairing",
    "RankObservation",
    "StoreProfile",
    "TouchImport",
    "Touchpoint",
    "UpliftControl",
    "UpliftEstimate",
]
