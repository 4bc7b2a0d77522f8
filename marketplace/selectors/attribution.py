"""Questions about attribution: runs, the digest of the state, what is credited."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, F, Q, QuerySet, Sum

from marketplace.models import (
    AttributionDecision,
    AttributionEntry,
    AttributionRun,
    Campaign,
    CampaignVersion,
    DailyDigest,
    DailyMoney,
)
from marketplace.rules.attribution_models import ENGINE_VERSION
from marketplace.rules.campaigns import CHANNEL_CLASS, SALES_POINT, VersionRules
from marketplace.rules.state_digest import LIMBS, hexadecimal
from marketplace.rules.totals import COHORT
from marketplace.selectors.campaigns import version_rules
from operations.models import STATES_IN_FORCE, Job, JobState
from orders.models import Order, SalesEntry, VoucherRedemption


def ended_runs() -> QuerySet[AttributionRun]:
    """Return the runs that have ended, done or failed, the newest first."""
    return AttributionRun.objects.exclude(status=AttributionRun.Status.OPEN).order_by("-id")


def open_run() -> AttributionRun | None:
    """Return the run that is open, if one is."""
    return AttributionRun.objects.filter(status=AttributionRun.Status.OPEN).first()


def is_of_another_engine() -> bool:
    """Say whether credits stand that another version of the engine computed.

    They do until a full run of this version has ended.
    """
    runs = AttributionRun.objects.all()
    renewed = runs.filter(
        kind=AttributionRun.Kind.FULL,
        status=AttributionRun.Status.DONE,
        engine_version=ENGINE_VERSION,
    )
    older = runs.exclude(engine_version=ENGINE_VERSION).order_by("-id").values_list("id")[:1]
    last = older.first()
    return last is not None and not renewed.filter(id__gt=last[0]).exists()


def can_be_retried(run: AttributionRun) -> bool:
    """Say whether a failed run may go on: no later one has opened, its engine is ours."""
    is_last = not AttributionRun.objects.filter(pk__gt=run.pk).exists()
    return is_last and run.engine_version == ENGINE_VERSION


def run_group(run_id: int) -> str:
    """Return the job group of a run's partitions."""
    return f"attribution-run:{run_id}"


def partitions_of(run_id: int) -> QuerySet[Job]:
    """Return the jobs of a run's partitions."""
    return Job.objects.filter(group=run_group(run_id))


def open_partitions(run_id: int) -> QuerySet[Job]:
    """Return the jobs of a run that still wait or work, in their order."""
    live = [JobState.PENDING, JobState.RUNNING]
    return partitions_of(run_id).filter(state__in=live).order_by("ordinal", "id")


def run_of_partition(job_id: int) -> int | None:
    """Return the id of the run that a partition belongs to; None where there is no such job."""
    payload = Job.objects.filter(pk=job_id).values_list("payload", flat=True).first()
    return None if payload is None else int(payload["run"])


def has_open_partitions(run_id: int) -> bool:
    """Say whether any partition of a run still waits or works."""
    return open_partitions(run_id).exists()


def state_digest() -> str:
    """Return the digest of the whole state of attribution: 40 hexadecimal characters."""
    return _digest(DailyDigest.objects.all())


def campaign_digest(code: str) -> str:
    """Return the digest of one campaign's part of the state; '' is what no campaign earned."""
    return _digest(DailyDigest.objects.filter(campaign_code=code))


def credited_and_none() -> tuple[int, int]:
    """Return the net (fen) that campaigns earned under the direct rule, and that none did.

    Together they are the ledger's net sales once every changed order has been attributed.
    """
    net = Sum(F("direct_gross_fen") + F("direct_refund_fen"), default=0)
    cohort = DailyMoney.objects.filter(view=COHORT)
    credited = cohort.exclude(campaign_code="").aggregate(fen=net)["fen"]
    return int(credited), int(cohort.filter(campaign_code="").aggregate(fen=net)["fen"])


def campaigns_of_import(import_id: int) -> list[tuple[str, int, int]]:
    """Return (campaign code, orders, credited net in fen) of the orders an import brought.

    Direct rule; what no campaign earned is left out. By ascending code.
    """
    rows = (
        AttributionEntry.objects.filter(entry__order__last_import=import_id)
        .exclude(campaign_code="")
        .values("campaign_code")
        .annotate(orders=Count("entry__order", distinct=True), fen=Sum("direct_fen"))
        .order_by("campaign_code")
        .values_list("campaign_code", "orders", "fen")
    )
    return [(code, orders, int(fen)) for code, orders, fen in rows]


def unknown_references() -> dict[str, int]:
    """Return the campaign marks that name no campaign, with the number of orders that carry them.

    Marks stand on orders and on their redeemed vouchers. Downstairs a mark is opaque text; here
    it is held against the campaigns.
    """
    known = Campaign.objects.values("code")
    marks = Order.objects.exclude(reference_code="").exclude(reference_code__in=known)
    vouchers = VoucherRedemption.objects.exclude(campaign_code="").exclude(campaign_code__in=known)
    # A union, so that an order whose mark and voucher say the same counts once.
    pairs = (
        marks.order_by()
        .values_list("reference_code", "id")
        .union(vouchers.order_by().values_list("campaign_code", "order_id"))
    )
    orders = Counter(code for code, _order in pairs)
    return dict(sorted(orders.items()))


def orders_of_campaign(
    code: str,
    *,
    low: int = 0,
    high: int = 2**63 - 1,
    proposed: VersionRules | None = None,
) -> set[int]:
    """Return the ids, within a range, of the orders that a campaign may count or does count.

    Those are the orders in the window and place of any of its versions, or of `proposed` ones,
    those that hold a credit of it, and those with a voucher of it or a decision on it. Which
    lines really count, the engine decides.
    """
    places = _places(code) if proposed is None else [*_places(code), _place(proposed)]
    named = (
        (AttributionEntry.objects.filter(campaign_code=code), "entry__order_id"),
        *((SalesEntry.objects.filter(place), "order_id") for place in places),
        (VoucherRedemption.objects.filter(campaign_code=code), "order_id"),
        (
            AttributionDecision.objects.filter(campaign__code=code, state__in=STATES_IN_FORCE),
            "order_id",
        ),
    )
    found: set[int] = set()
    for rows, order in named:
        within = rows.filter(**{f"{order}__gte": low, f"{order}__lte": high})
        found.update(within.order_by().values_list(order, flat=True).distinct())
    return found


def decided_orders(code: str) -> list[int]:
    """Return the ids of the orders with a decision in force on a campaign, ascending."""
    decisions = AttributionDecision.objects.filter(campaign__code=code, state__in=STATES_IN_FORCE)
    return sorted(set(decisions.order_by().values_list("order_id", flat=True)))


def _places(code: str) -> list[Q]:
    """Return, per version of a campaign, the condition of its window and place."""
    versions = CampaignVersion.objects.filter(campaign__code=code).prefetch_related("scopes")
    return [_place(version_rules(version)) for version in versions]


def _place(stated: VersionRules) -> Q:
    """Return the condition of the window and place of rules on a ledger row."""
    condition = Q(paid_at__gte=stated.starts_at, paid_at__lt=stated.ends_at)
    columns = ((SALES_POINT, "sales_point_code"), (CHANNEL_CLASS, "channel_class"))
    for kind, column in columns:
        if allowed := stated.scopes.get(kind):
            condition &= Q(**{f"{column}__in": allowed})
    return condition


def _digest(rows: QuerySet[DailyDigest]) -> str:
    sums = rows.aggregate(**{f"sum_{name}": Sum(name, default=0) for name in LIMBS})
    return hexadecimal([int(sums[f"sum_{name}"]) for name in LIMBS])
