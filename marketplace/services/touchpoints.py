"""The only writer of touchpoints. A touch that comes late puts the buyer's orders into the feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.services.integration import ProvenRequest, spend_nonce
from common import clock
from marketplace.models import CampaignVersion, Touchpoint
from operations.selectors.among import among
from operations.services.bulk import fetch_columns, insert_rows
from orders.services.feed import mark_orders_of_buyers

# The reason written beside orders that a touch may count differently.
FEED_REASON = "touch"
_TABLE = Touchpoint._meta.db_table
_SAID = (
    *("source", "source_id", "buyer_key", "campaign_code", "kind", "occurred_at"),
    *("sales_point_code", "link_code"),
)


@dataclass(frozen=True, slots=True)
class NewTouch:
    """A touch as it was told. (source, source_id) is the sender's name for the event.

    `campaign_code` '' is a direct touch; `buyer_key` is never ''. `occurred_at` is aware.
    """

    source: str
    source_id: str
    buyer_key: str
    campaign_code: str
    kind: str
    occurred_at: datetime
    sales_point_code: str = ""
    link_code: str = ""


class Recorded(StrEnum):
    """What became of a told touch.

    DUPLICATE: the same event again. CONFLICT: another event of that name stands; it stays.
    """

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


def record_touches(touches: Sequence[NewTouch]) -> list[Recorded]:
    """Record touches and return what became of each, in their order.

    Orders that their buyers paid from the touch on, as far as the longest lookback reaches, go
    into the feed in the same transaction: a touch counts whenever it arrives. The number of
    statements does not depend on the number of touches.
    """
    try:
        return _record(touches)
    except IntegrityError:
        # Another writer told of the same events meanwhile; now they are seen.
        return _record(touches)


@transaction.atomic
def record_proven_touches(proven: ProvenRequest, touches: Sequence[NewTouch]) -> list[Recorded]:
    """Record what a signed request tells, with its nonce. Raises NotSigned for a replay."""
    spend_nonce(proven)
    return record_touches(touches)


@transaction.atomic
def _record(touches: Sequence[NewTouch]) -> list[Recorded]:
    standing = _standing(touches)
    results: list[Recorded] = []
    accepted: list[NewTouch] = []
    for touch in touches:
        name = (touch.source, touch.source_id)
        known = standing.setdefault(name, touch)
        if known is touch:
            accepted.append(touch)
            results.append(Recorded.ACCEPTED)
        else:
            results.append(Recorded.DUPLICATE if known == touch else Recorded.CONFLICT)
    now = clock.now()
    insert_rows(Touchpoint, [*_SAID, "recorded_at"], ((*astuple(touch), now) for touch in accepted))
    mark_orders_of_buyers(_spans(accepted), FEED_REASON)
    return results


def _standing(touches: Sequence[NewTouch]) -> dict[tuple[str, str], NewTouch]:
    """Return the recorded touches of the same names."""
    names: dict[str, list[str]] = defaultdict(list)
    for touch in touches:
        names[touch.source].append(touch.source_id)
    found: dict[tuple[str, str], NewTouch] = {}
    for source, ids in names.items():
        condition, parameters = among("source_id", ids)
        for row in fetch_columns(
            f"SELECT {', '.join(_SAID)} FROM {_TABLE} WHERE source = %s AND {condition}",
            [source, *parameters],
        ):
            found[row[0], row[1]] = NewTouch(*row)
    return found


def _spans(touches: Sequence[NewTouch]) -> dict[str, tuple[datetime, datetime]]:
    """Return when orders of each touched buyer may have been paid to be led by these touches."""
    days = CampaignVersion.objects.aggregate(longest=Max("lookback_days"))["longest"] or 0
    reach = timedelta(days=days)
    spans: dict[str, tuple[datetime, datetime]] = {}
    for touch in touches:
        first, last = touch.occurred_at, touch.occurred_at + reach
        known = spans.get(touch.buyer_key, (first, last))
        spans[touch.buyer_key] = min(known[0], first), max(known[1], last)
    return spans
