"""Record what a source reports as sold."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from orders.models import SalesPoint
from orders.rules.sale import ReportedSale
from orders.services.recording.comparing import renew_fingerprints
from orders.services.recording.context import RecordingContext, open_context
from orders.services.recording.planning import Plan, plan_sales
from orders.services.recording.restating import restate_duplicates
from orders.services.recording.revising import keep_confirmations, keep_stale_reports
from orders.services.recording.writing import write_orders


@transaction.atomic
def record_sales(context: RecordingContext, sales: Sequence[ReportedSale]) -> Plan:
    """Record a chunk of reports at one sales point, whole or not at all.

    Writers of one sales point queue up on its row, so two imports at once cannot write the
    same order twice. Repeating a chunk changes nothing. Returns what it came to.
    """
    context.keep_up(SalesPoint.objects.select_for_update().get(pk=context.sales_point.pk))
    plan = plan_sales(context, sales)
    write_orders(context, plan.orders)
    renew_fingerprints(plan.renewed)
    keep_confirmations(context, plan.confirmed)
    keep_stale_reports(context, plan.stale)
    returned = [o.recorded.order_id for o in plan.orders if o.recorded and o.recorded.is_withdrawn]
    if returned:
        restate_duplicates(returned, source=context.source)
    return plan


def record_sale(sales_point: SalesPoint, sale: ReportedSale, *, source: str) -> Plan:
    """Record one report. It is never refused; doubts stay on the order as flags."""
    return record_sales(open_context(sales_point, source=source), [sale])
