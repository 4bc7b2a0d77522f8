"""What every report of one import is recorded against, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings

from common import clock
from orders.models import SalesPoint, Unit
from orders.rules.ledger_rows import Frozen
from orders.rules.line_keys import PLACEHOLDER_KEY
from orders.rules.matching import Goods
from orders.rules.sale import ReportedLine
from orders.selectors.helper_districts import HelperBook, UnitFacts, helper_book
from orders.selectors.matching import learned_skus
from orders.services.buyers import buyer_key_at
from products.selectors.catalogue import SkuBook, SkuFacts, sku_facts

# How a sale is counted (docs/decisions/0006-counting.md).
BUYER_KIND_CONSUMER, BUYER_KIND_UNIT = "consumer", "unit"
MODE_ASSISTED_SALE, MODE_DIRECT_PURCHASE = "assisted_sale", "direct_purchase"
# The kinds of sale to institutions: canteen and office, union welfare, individuals on the spot.
KIND_CANTEEN, KIND_UNION_WELFARE, KIND_OFFICE_FAIR = "canteen", "union_welfare", "office_fair"


class Buying(NamedTuple):
    """Who stands behind a line besides its buyer key: payer, 计入单位, stated origin, mark."""

    buyer_key: str
    reference_code: str
    payer: UnitFacts | None = None
    beneficiary: UnitFacts | None = None
    county_code: str = ""


@dataclass(slots=True)
class RecordingContext:
    """One sales point, the catalogue, and the moment of recording.

    `business_date` dates what the source does not date; `source` names the import or door
    that speaks, and is stored on every row. `import_id` is the import that speaks, if one does.
    `learned` are the remembered matches of the sales point (商品匹配), as of `matching_version`.
    """

    sales_point: SalesPoint
    book: SkuBook
    learned: Mapping[Goods, SkuFacts]
    matching_version: int
    helpers: HelperBook
    business_date: date
    recorded_at: datetime
    source: str
    import_id: int | None
    fingerprint_key: bytes = field(repr=False)
    _codes: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict)

    def may_be_intermediate(self, payer: UnitFacts | None) -> bool:
        """Say whether a sale here may be one of the intermediate stage: nearly none is."""
        point = self.sales_point
        is_usual = point.stage == SalesPoint.Stage.FINAL
        is_usual = is_usual and point.code not in self.helpers.counted_stages
        return not is_usual or bool(payer and payer.is_reseller)

    def sku_of(self, line: ReportedLine) -> SkuFacts | None:
        """Return the SKU of a line: by its seller code, else by a remembered match.

        A title without a decision never matches, nor does the placeholder of an order.
        """
        code = line.seller_code
        sku = self.book.find(code) if code else None
        if sku is None and self.learned and line.line_key != PLACEHOLDER_KEY:
            sku = self.learned.get(Goods(code, line.title, line.attributes))
        return sku

    def keep_up(self, locked: SalesPoint) -> None:
        """Load codes and matches again where somebody decided since; `locked` is held for writing.

        Without it, an import that runs would go on with what it knew when it started.
        """
        if locked.matching_version != self.matching_version:
            self.book = sku_facts()
            self.learned = _learned(locked, self.book)
            self.matching_version = locked.matching_version
            self._codes.clear()

    def buyer_key(self, buyer: str) -> str:
        """Return the keyed hash of a platform's buyer name, '' for no name."""
        return buyer_key_at(self.sales_point, buyer)

    def frozen(
        self, sku: SkuFacts | None, buying: Buying, *, day: date, bundle: str = ""
    ) -> Frozen:
        """Freeze the codes of a line, or of a part of the `bundle`, sold on a business day."""
        payer, beneficiary = buying.payer, buying.beneficiary
        key = (
            sku.sku_code if sku else "",
            day,
            payer.code if payer else "",
            beneficiary.code if beneficiary else "",
            buying.county_code,
            bundle,
        )
        codes = self._codes.get(key)
        if codes is None:
            codes = self._codes[key] = self._codes_of(sku, buying, day, bundle)
        return Frozen._make(
            (*codes[:9], buying.buyer_key, *codes[9:11], buying.reference_code, *codes[11:])
        )

    def _codes_of(
        self, sku: SkuFacts | None, buying: Buying, day: date, bundle: str
    ) -> tuple[Any, ...]:
        """Return the fields of Frozen without buyer key and mark, which many lines share."""
        payer = buying.payer
        counted_for = buying.beneficiary or payer
        district, evidence = self.helpers.helper_on(day, (buying.beneficiary, payer))
        return (
            self.sales_point.channel_class,
            MODE_DIRECT_PURCHASE if payer else MODE_ASSISTED_SALE,
            self.helpers.stage_on(self.sales_point, payer, day),
            district,
            evidence,
            sku.county_code if sku else buying.county_code,
            sku.producer_code if sku else "",
            sku.sku_code if sku else "",
            sku.is_certified_on(day) if sku else False,
            BUYER_KIND_UNIT if payer else BUYER_KIND_CONSUMER,
            counted_for.code if counted_for else "",
            self._channel_kind(payer),
            payer.code if payer else "",
            bundle,
        )

    def _channel_kind(self, payer: UnitFacts | None) -> str:
        """Return which of the three kinds of sale to institutions this is, '' elsewhere."""
        if self.sales_point.channel_class != SalesPoint.ChannelClass.INSTITUTION:
            return ""
        if payer is None:
            return KIND_OFFICE_FAIR
        return KIND_UNION_WELFARE if payer.kind == Unit.Kind.UNION else KIND_CANTEEN


def open_context(
    sales_point: SalesPoint,
    *,
    source: str,
    business_date: date | None = None,
    import_id: int | None = None,
) -> RecordingContext:
    """Load what recording at a sales point needs. `business_date` defaults to today."""
    book = sku_facts()
    return RecordingContext(
        sales_point=sales_point,
        book=book,
        learned=_learned(sales_point, book),
        matching_version=sales_point.matching_version,
        helpers=helper_book(sales_point),
        business_date=business_date or clock.today(),
        recorded_at=clock.now(),
        source=source,
        import_id=import_id,
        fingerprint_key=settings.BUYER_KEY.encode()[:64],
    )


def _learned(sales_point: SalesPoint, book: SkuBook) -> dict[Goods, SkuFacts]:
    # A SKU that came after the book was read is left to `keep_up`: its decision raised the version.
    return {
        goods: book.by_code[code]
        for goods, code in learned_skus(sales_point.pk).items()
        if code in book.by_code
    }
