"""What every report of one import is recorded against, loaded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings

from common import clock
from common.sealing import keyed_hash
from orders.models import SalesPoint
from orders.rules.ledger import Frozen
from orders.selectors.sales_points import district_on
from products.selectors.catalogue import SkuBook, SkuFacts, sku_facts

# How a sale is counted until units, agreements and vouchers arrive (issue order in
# docs/decisions/0006-counting.md): everybody is a consumer and helped to sell.
BUYER_KIND_CONSUMER = "consumer"
MODE_ASSISTED_SALE = "assisted_sale"
EVIDENCE_SALES_POINT = "sales_point"
EVIDENCE_NONE = "none"


@dataclass(slots=True)
class RecordingContext:
    """One sales point, the catalogue, and the moment of recording.

    `business_date` dates what the source does not date; `source` names the import or door
    that speaks, and is stored on every row.
    """

    sales_point: SalesPoint
    book: SkuBook
    business_date: date
    recorded_at: datetime
    source: str
    fingerprint_key: bytes = field(repr=False)
    _districts: dict[date, str] = field(default_factory=dict)
    _codes: dict[tuple[str, date], tuple[Any, ...]] = field(default_factory=dict)

    def sku_for(self, seller_code: str) -> SkuFacts | None:
        """Return the SKU of a seller code; a title alone never matches."""
        return self.book.find(seller_code) if seller_code else None

    def sku_code(self, seller_code: str) -> str:
        """Return the SKU code of a seller code, '' where it matches none."""
        sku = self.sku_for(seller_code)
        return sku.sku_code if sku else ""

    def buyer_key(self, buyer: str) -> str:
        """Return the keyed hash of a platform's buyer name, '' for no name.

        Namespaced per platform: the same name on two platforms is two people.
        """
        namespace = self.sales_point.platform or self.sales_point.code
        return keyed_hash(namespace, buyer) if buyer else ""

    def frozen(
        self, sku: SkuFacts | None, *, day: date, buyer_key: str, reference_code: str
    ) -> Frozen:
        """Freeze the codes of a line sold on a business day."""
        key = sku.sku_code if sku else "", day
        codes = self._codes.get(key)
        if codes is None:
            codes = self._codes[key] = self._codes_of(sku, day)
        return Frozen._make((*codes, buyer_key, BUYER_KIND_CONSUMER, "", reference_code))

    def _codes_of(self, sku: SkuFacts | None, day: date) -> tuple[Any, ...]:
        """Return the first fields of Frozen, which all lines of a SKU and day share."""
        district = self._districts.get(day)
        if district is None:
            district = self._districts[day] = district_on(self.sales_point, day)
        return (
            self.sales_point.channel_class,
            MODE_ASSISTED_SALE,
            self.sales_point.stage,
            district,
            EVIDENCE_SALES_POINT if district else EVIDENCE_NONE,
            sku.county_code if sku else "",
            sku.producer_code if sku else "",
            sku.sku_code if sku else "",
            sku.is_certified_on(day) if sku else False,
        )


def open_context(
    sales_point: SalesPoint, *, source: str, business_date: date | None = None
) -> RecordingContext:
    """Load what recording at a sales point needs. `business_date` defaults to today."""
    return RecordingContext(
        sales_point=sales_point,
        book=sku_facts(),
        business_date=business_date or clock.today(),
        recorded_at=clock.now(),
        source=source,
        fingerprint_key=settings.BUYER_KEY.encode()[:64],
    )
