"""Sales, campaigns and runs for the tests of reports, all through the public services."""

from __future__ import annotations

from marketplace.models import AttributionRun
from marketplace.rules.campaign_report import Asked, CampaignReport
from marketplace.selectors.reports import campaign_report
from marketplace.services.attribution import request_run, work_run
from marketplace.services.campaigns import publish_version
from orders.models import SalesPoint
from orders.services.recording import record_sale
from tests.builders import make_county, make_sales_point, make_sku, moment, reported_sale

TEA, RICE = "QDN-LS-001", "QDN-HP-001"


def make_shop() -> SalesPoint:
    """Make 寻黔记 with tea of 雷山 and rice of 黄平."""
    make_county("522622", "黄平县")
    make_sku(TEA, county="522634")
    make_sku(RICE, county="522622", price_fen=4500)
    return make_sales_point()


def publish(code: str = "mayday", **rules: object) -> None:
    """Publish a campaign on 2020-05-01 to 2020-05-03, everywhere, unless told otherwise."""
    values: dict[str, object] = {
        "campaign_code": code,
        "name": code,
        "starts_at": moment("2020-05-01 00:00:00"),
        "ends_at": moment("2020-05-04 00:00:00"),
        "minimum_level": 1,
        "scopes": {},
    }
    publish_version(**(values | rules))


def sell(point: SalesPoint, number: int, **fields: object) -> None:
    """Record a sale under an order number; a second call updates it."""
    record_sale(point, reported_sale(str(954_000_000_000_000_000 + number), **fields), source="t")


def attribute(kind: str = AttributionRun.Kind.CHANGED) -> AttributionRun:
    """Run attribution in this process."""
    return work_run(request_run(kind=kind).pk)


def report(code: str = "mayday", **asked: str) -> CampaignReport:
    """Read a report."""
    return campaign_report(Asked(code, **asked))
