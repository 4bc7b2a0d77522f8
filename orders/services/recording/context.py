"""What every report of one import is recorded against, loaded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

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
    _districts: dict[date, str] = field(default_factory=dict)

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
        district = self._districts.get(day)
        if district is None:
            district = self._districts[day] = district_on(self.sales_point, day)
        return Frozen(
            channel_class=self.sales_point.channel_class,
            purchase_mode=MODE_ASSISTED_SALE,
            stage=self.sales_point.stage,
            helper_district_code=district,
            helper_evidence=EVIDENCE_SALES_POINT if district else EVIDENCE_NONE,
            county_code=sku.county_code if sku else "",
            producer_code=sku.producer_code if sku else "",
            sku_code=sku.sku_code if sku else "",
            is_certified=sku.is_certified_on(day) if sku else False,
            buyer_key=buyer_key,
            buyer_kind=BUYER_KIND_CONSUMER,
            beneficiary_unit_code="",
            reference_code=reference_code,
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
    )
