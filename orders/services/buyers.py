"""Who a buyer is: one keyed hash per platform, the only name that orders and touches keep."""

from __future__ import annotations

from common.sealing import keyed_hash
from orders.models import SalesPoint


def buyer_key_at(sales_point: SalesPoint, buyer: str) -> str:
    """Return the keyed hash of a platform's buyer name, '' for no name.

    Namespaced per platform: the same name on two platforms is two people
    (docs/decisions/0010-privacy.md).
    """
    namespace = sales_point.platform or sales_point.code
    return keyed_hash(namespace, buyer) if buyer else ""
