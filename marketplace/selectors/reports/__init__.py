"""Reports: figures read from the daily totals, each one with its definition.

Money comes from `DailyMoney`, order counts from `DailyCount`; only buyers, leverage, exclusions
and the order lines themselves read the entries.
"""

from marketplace.selectors.reports.campaign import campaign_report
from marketplace.selectors.reports.headlines import Headline, campaign_headlines
from marketplace.selectors.reports.lines import (
    LineFilter,
    ReportLine,
    campaign_lines,
    lines_of_page,
    money_of_lines,
)

__all__ = [
    "Headline",
    "LineFilter",
    "ReportLine",
    "campaign_headlines",
    "campaign_lines",
    "campaign_report",
    "lines_of_page",
    "money_of_lines",
]
