"""Cut a run into partitions, and work one: ranges of order ids that never share an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marketplace.errors import RunClosed
from marketplace.models import AttributionRun
from marketplace.rules.causes import cause_of
from marketplace.selectors.attribution import orders_of_campaign
from marketplace.selectors.campaigns import current_versions
from marketplace.selectors.ledger_frames import OrderSet, orders_between, orders_listed
from marketplace.services.attribution.batches import attribute_orders, rules_hash
from marketplace.services.attribution.edges import delete_feed, lock_open_run, read_feed
from operations.services.jobs import Claim, NewJob, finish, renew
from orders.models import ChangedOrder, SalesEntry

TASK = "marketplace.tasks.attribute_partition"
JOB_KIND = "attribution"
Range = tuple[int, int]
FeedRow = tuple[int, int, str]


def partition_jobs(run: AttributionRun, group: str, batch_orders: int) -> list[NewJob]:
    """Return the jobs of a run that is about to open.

    A full run covers every order with ledger rows, a changed run those in the feed so far, a
    campaign run those that the campaign may count or does count.
    """
    until = None
    if run.kind == AttributionRun.Kind.CHANGED:
        until = ChangedOrder.objects.aggregate(last=Max("id"))["last"] or 0
        ranges = _ranges(ChangedOrder._meta.db_table, batch_orders, until)
    elif run.kind == AttributionRun.Kind.FULL:
        ranges = ledger_ranges(batch_orders)
    else:
        ranges = list(_slices(sorted(orders_of_campaign(run.campaign_code)), batch_orders))
    return [
        NewJob(
            kind=JOB_KIND,
            task_name=TASK,
            payload={"run": run.pk, "low": low, "high": high, "feed_until": until},
            group=group,
            ordinal=ordinal,
        )
        for ordinal, (low, high) in enumerate(ranges)
    ]


def ledger_ranges(batch_orders: int) -> list[Range]:
    """Cut the orders with ledger rows into ranges of at most `batch_orders`."""
    return _ranges(SalesEntry._meta.db_table, batch_orders, None)


def work_partition(claim: Claim) -> None:
    """Attribute one partition and finish its job, all in one transaction.

    The job row is taken first and held to the end: a worker that lost its lease writes
    nothing, and nobody takes the job over while its owner commits. The feed is read before
    the orders, so that a change that arrives meanwhile stays in it for the next run.
    Raises LeaseLost, or RunClosed when the run has already ended.
    """
    payload = claim.payload
    run_id = int(payload["run"])
    with transaction.atomic():
        renew(claim)
        if lock_open_run(AttributionRun._meta.db_table, run_id) != AttributionRun.Status.OPEN:
            raise RunClosed(
                _("计算批次 #%(run)s 已经结束，请重新发起计算。") % {"run": run_id}, run=run_id
            )
        feed = read_feed(payload["low"], payload["high"], payload["feed_until"])
        orders, wanted = _orders_of(AttributionRun.objects.get(pk=run_id), payload, feed)
        versions = current_versions()
        outcome = attribute_orders(run_id, orders, versions, _causes(feed))
        delete_feed([row[0] for row in feed if wanted is None or row[1] in wanted])
        finish(
            claim,
            {
                "orders": outcome.orders,
                "candidates": outcome.candidates,
                "entries_written": outcome.entries_written,
                "rules_hash": rules_hash(versions),
            },
        )


def _causes(feed: Sequence[FeedRow]) -> dict[int, str]:
    """Return why each order of the feed is looked at again."""
    reasons: dict[int, set[str]] = defaultdict(set)
    for _feed_id, order_id, reason in feed:
        reasons[order_id].add(reason)
    return {order_id: cause_of(said) for order_id, said in reasons.items()}


def _orders_of(
    run: AttributionRun, payload: dict[str, Any], feed: Sequence[FeedRow]
) -> tuple[OrderSet, set[int] | None]:
    """Return the orders of a partition; also as ids where they are not the whole range."""
    low, high = payload["low"], payload["high"]
    if run.kind == AttributionRun.Kind.FULL:
        return orders_between(low, high), None
    if run.kind == AttributionRun.Kind.CHANGED:
        wanted = {order_id for _, order_id, _ in feed}
    else:
        wanted = orders_of_campaign(run.campaign_code, low=low, high=high)
    return orders_listed(sorted(wanted)), wanted


def _ranges(table: str, size: int, until: int | None) -> list[Range]:
    """Cut the distinct order ids of a table into ranges of at most `size` orders."""
    some, params = ("", []) if until is None else ("WHERE id <= %s", [until])
    distinct = f"SELECT DISTINCT order_id FROM {table} {some}"
    select = (
        "SELECT min(order_id), max(order_id) FROM "
        f"(SELECT order_id, (row_number() OVER (ORDER BY order_id) - 1) / %s AS part "
        f"FROM ({distinct}) AS distinct_orders) AS numbered GROUP BY part ORDER BY part"
    )
    with connection.cursor() as cursor:
        cursor.execute(select, [size, *params])
        return [(int(low), int(high)) for low, high in cursor.fetchall()]


def _slices(order_ids: list[int], size: int) -> Iterator[Range]:
    for start in range(0, len(order_ids), size):
        part = order_ids[start : start + size]
        yield part[0], part[-1]
