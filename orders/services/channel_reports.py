"""Record what another system reports of one order, with the evidence of what it said."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from django.db import transaction

from accounts.services.integration import ProvenRequest, check_not_revoked, spend_nonce
from common import clock
from common.sealing import keyed_hash
from operations.services.bulk import allocate_ids
from orders.models import ChannelReport, SalesPoint
from orders.rules.sale import ReportedSale
from orders.services.recording import Plan, record_sale


@dataclass(frozen=True, slots=True)
class ReceivedBody:
    """A body as it came, and its JSON again without the people in it: only that is kept."""

    raw: bytes
    kept: bytes


@transaction.atomic
def record_channel_report(
    *, proven: ProvenRequest, sales_point: SalesPoint, sale: ReportedSale, body: ReceivedBody
) -> ChannelReport:
    """Record one report whole: nonce, order, ledger rows, and the report that they lead to.

    The writer is that of files, so a repeated report changes nothing and one that lies behind
    is stale. Raises NotSigned where the nonce was spent or the key revoked meanwhile,
    OrderTooLarge.
    """
    spend_nonce(proven)
    (report_id,) = allocate_ids(ChannelReport, 1)
    # From here on the sales point is held: two reports of one order queue up.
    plan = record_sale(sales_point, sale, source=f"channel:{report_id}")
    check_not_revoked(proven)  # queueing may have taken long
    body_hash = keyed_hash("channel_report", body.raw.hex())
    first = (
        ChannelReport.objects.filter(
            sales_point=sales_point,
            order_number=sale.order_number,
            body_hash=body_hash,
            same_as=None,
        )
        .only("pk")
        .first()
    )
    return ChannelReport.objects.create(
        pk=report_id,
        key=proven.key,
        sales_point=sales_point,
        order_number=sale.order_number,
        body_hash=body_hash,
        body=None if first else zlib.compress(body.kept, 6),
        same_as=first,
        result=_result(plan),
        received_at=clock.now(),
    )


def _result(plan: Plan) -> ChannelReport.Result:
    totals = plan.totals
    if totals.created:
        return ChannelReport.Result.CREATED
    if totals.updated:
        return ChannelReport.Result.UPDATED
    return ChannelReport.Result.STALE if totals.stale else ChannelReport.Result.UNCHANGED
