"""The report of one campaign, put together from its figures."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from common.clock import SHANGHAI, business_day
from marketplace.errors import CampaignNotPublished, NotAttributed
from marketplace.models import AttributionRun, CampaignVersion
from marketplace.rules.campaign_report import (
    Asked,
    CampaignReport,
    RunFacts,
    Totals,
    Window,
)
from marketplace.rules.path_indices import PathIndices
from marketplace.selectors.attribution import state_digest
from marketplace.selectors.campaigns import current_version_of, find_campaign
from marketplace.selectors.reports import breakdowns, names
from marketplace.selectors.reports.asking import check_basis
from marketplace.selectors.reports.counts import OrderCounts, order_counts
from marketplace.selectors.reports.definitions import definitions
from marketplace.selectors.reports.exclusions import excluded_lines
from marketplace.selectors.reports.leverage import leverage_by_funder
from marketplace.selectors.reports.people import count_buyers
from marketplace.selectors.reports.places import place_of
from marketplace.selectors.reports.sums import Sums, sums_of
from marketplace.selectors.reports.surroundings import surroundings_of
from marketplace.selectors.reports.uplift import uplift_of
from orders.models import ChangedOrder
from orders.selectors.imports import has_simulated_imports


def campaign_report(asked: Asked) -> CampaignReport:
    """Return the report that is asked for, as of the last run that ended well.

    The number of queries does not depend on the number of orders. Raises UnknownCampaign,
    CampaignNotPublished, BasisNotSplit, and NotAttributed before the first run has ended.
    """
    check_basis(asked)
    campaign = find_campaign(asked.campaign)
    version = current_version_of(campaign)
    if version is None:
        raise CampaignNotPublished(
            _("活动“%(code)s”还没有发布的版本，请先发布活动规则。") % {"code": campaign.code}
        )
    run, window, place = run_facts(), window_of(version), place_of(version)
    sums, counts, known = sums_of(asked), order_counts(asked), names.read_names()
    around = surroundings_of(asked, window, place)
    buyers, unnamed_orders = count_buyers(asked)
    return CampaignReport(
        asked=asked,
        name=campaign.name,
        version=version.number,
        window=window,
        run=run,
        totals=_totals(sums, counts, buyers, around.distinct_total_fen),
        buyers_keyed_orders=counts.orders - unnamed_orders,
        by_day=breakdowns.by_day(asked, window, counts),
        **breakdowns.by_dimension(asked, known, counts),
        model_net_fen=sums.model_net_fen,
        leverage=() if asked.is_analysis else leverage_by_funder(asked),
        uplift=uplift_of(version),
        excluded=excluded_lines(window, place),
        surroundings=around,
        unmatched_lines=sums.counts.unmatched,
        unmatched=breakdowns.unmatched(asked),
        definitions=definitions(asked),
        is_simulated=has_simulated_imports(place.sales_points),
        indices=_indices(window) if asked.is_analysis else None,
    )


def run_facts() -> RunFacts:
    """Return the last run that ended well, with the orders that changed since and still wait.

    The cut-off is that run's start: what was recorded before it is counted, or waits.
    Raises NotAttributed where no run has ended.
    """
    run = AttributionRun.objects.filter(status=AttributionRun.Status.DONE).order_by("-id").first()
    if run is None:
        raise NotAttributed(_("尚未计算归因，没有可报告的数据。请先运行 attribute。"))
    waiting = ChangedOrder.objects.values("order_id").distinct().count()
    later = AttributionRun.objects.filter(id__gt=run.pk).order_by("id").first()
    return RunFacts(
        run=run.pk,
        digest=state_digest(),
        as_of=run.started_at.astimezone(SHANGHAI),
        pending_orders=waiting,
        unfinished_run=later.pk if later else None,
    )


def window_of(version: CampaignVersion) -> Window:
    """Return a version's window in Shanghai time, with the first and last business day in it."""
    return Window(
        start=version.starts_at.astimezone(SHANGHAI),
        end=version.ends_at.astimezone(SHANGHAI),
        first_day=business_day(version.starts_at),
        last_day=business_day(version.ends_at - timedelta(microseconds=1)),
    )


def _indices(window: Window) -> PathIndices:
    # Loaded here: it loads the engine's libraries, which no other report needs.
    from marketplace.selectors.reports.path_indices import path_indices

    return path_indices(window.start, window.end)


def _totals(sums: Sums, counts: OrderCounts, buyers: int, distinct_total_fen: int) -> Totals:
    return Totals(
        orders=counts.orders,
        orders_stood=counts.stood,
        buyers=buyers,
        lines=sums.counts.lines,
        quantity=sums.counts.quantity,
        gross_fen=sums.money.gross_fen,
        refund_fen=sums.money.refund_fen,
        net_fen=sums.money.net_fen,
        consumer_paid_fen=sums.consumer_paid_fen,
        subsidy_fen=sums.subsidy_fen,
        participation_fen=sums.model_net_fen["participation"] or 0,
        distinct_total_fen=distinct_total_fen,
    )
