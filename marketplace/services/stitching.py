"""Touches of a visitor become touches of the shopper who signs in on the same device."""

from __future__ import annotations

import hashlib

from accounts.models import Shopper
from common.sealing import keyed_hash
from marketplace.models import Touchpoint
from marketplace.services.touchpoints import NewTouch, Recorded, record_touches
from orders.selectors.storefront.quoting import storefront_sales_point
from orders.services.buyers import buyer_key_at

VISITORS = "visitor"
SOURCE = "stitched"
# The newest touches of a visitor; a longer history is no person's.
MOST_TOUCHES = 500


def visitor_key(visitor_id: str) -> str:
    """Return the keyed hash of a visitor's random id: nobody's name, no platform's buyer."""
    return keyed_hash(VISITORS, visitor_id)


def stitch_visitor(shopper: Shopper, visitor_id: str) -> int:
    """Tell a visitor's touches again as the shopper's; return how many are new.

    The visitor's own touches stay. Each is told once for a shopper, however often they sign
    in, and the shopper's orders that it may lead to are attributed again.
    """
    buyer_key = buyer_key_at(storefront_sales_point(), str(shopper.public_id))
    newest = Touchpoint.objects.filter(buyer_key=visitor_key(visitor_id)).order_by("-pk")
    touches = [
        NewTouch(
            source=SOURCE,
            source_id=hashlib.sha256(
                f"{buyer_key}\x1f{touch.source}\x1f{touch.source_id}".encode()
            ).hexdigest(),
            buyer_key=buyer_key,
            campaign_code=touch.campaign_code,
            kind=touch.kind,
            occurred_at=touch.occurred_at,
            sales_point_code=touch.sales_point_code,
            link_code=touch.link_code,
        )
        for touch in newest[:MOST_TOUCHES]
    ]
    return record_touches(touches).count(Recorded.ACCEPTED) if touches else 0
