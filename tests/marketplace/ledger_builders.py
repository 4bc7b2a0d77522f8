"""Write ledger rows directly, as `record_sale` would freeze them, for tests of attribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from common import clock
from common.clock import business_day
from marketplace.models import (
    AttributionDecision,
    Campaign,
    CampaignScope,
    CampaignVersion,
    Touchpoint,
)
from marketplace.services.attribution_decisions import approve_decision, decide_attribution
from orders.models import ChangedOrder, Order, SalesEntry, SalesPoint, VoucherRedemption


@dataclass
class Line:
    """What is sold: one line and what it freezes. Amounts in fen."""

    key: str = "line"
    amount_fen: int = 10_000
    subsidy_fen: int = 0
    quantity: int = 1
    sku: str = "SKU-1"
    county: str = "522631"
    is_certified: bool = True
    component: int = 0
    bundle: str = ""


def sales_point(code: str = "shop", channel: str = "platform") -> SalesPoint:
    """Return a sales point, made if missing."""
    return SalesPoint.objects.get_or_create(
        code=code, defaults={"name": code, "channel_class": channel}
    )[0]


def campaign(
    code: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    minimum_level: int = 1,
    priority: int = 0,
    scopes: dict[str, Sequence[str]] | None = None,
    is_certified_only: bool = False,
    minimum_order_fen: int = 0,
    lookback_days: int = 30,
) -> CampaignVersion:
    """Write the next version of a campaign without marking any order."""
    head, _ = Campaign.objects.get_or_create(code=code, defaults={"name": code})
    version = CampaignVersion.objects.create(
        campaign=head,
        number=head.versions.count() + 1,
        starts_at=starts_at,
        ends_at=ends_at,
        minimum_level=minimum_level,
        priority=priority,
        is_certified_only=is_certified_only,
        minimum_order_fen=minimum_order_fen,
        lookback_days=lookback_days,
        published_at=clock.now(),
        rule_hash=f"{code}-{head.versions.count() + 1}",
    )
    for kind, codes in (scopes or {}).items():
        for each in codes:
            CampaignScope.objects.create(version=version, kind=kind, code=each)
    return version


def touch(
    buyer_key: str,
    occurred_at: datetime,
    campaign_code: str = "",
    *,
    kind: str = "click",
    source: str = "test",
    source_id: str = "",
) -> Touchpoint:
    """Write a touch; '' is a direct one. It marks no order."""
    return Touchpoint.objects.create(
        buyer_key=buyer_key,
        campaign_code=campaign_code,
        kind=kind,
        occurred_at=occurred_at,
        recorded_at=clock.now(),
        source=source,
        source_id=source_id or str(Touchpoint.objects.count()),
    )


class Sale:
    """One order and its ledger rows. Every change puts the order into the feed."""

    def __init__(
        self,
        number: str,
        paid_at: datetime,
        lines: Sequence[Line],
        *,
        shop: str = "shop",
        channel: str = "platform",
        reference_code: str = "",
        buyer_kind: str = "consumer",
        buyer_key: str = "",
    ) -> None:
        self.point = sales_point(shop, channel)
        self.paid_at = paid_at
        self.reference_code = reference_code
        self.buyer_kind = buyer_kind
        self.buyer_key = buyer_key
        self.order = Order.objects.create(
            sales_point=self.point,
            number=number,
            status="succeeded",
            placed_at=paid_at,
            goods_fen=0,
            paid_at=paid_at,
            reference_code=reference_code,
            fingerprint="",
            source="test",
            recorded_at=clock.now(),
            updated_at=clock.now(),
        )
        # By line key; the parts of a bundle by key and part: "box#2".
        self.sold = {
            line.key + (f"#{line.component}" if line.component else ""): self._sell(line)
            for line in lines
        }
        self.standing = {key: [entry] for key, entry in self.sold.items()}
        self.mark()

    def refund(self, key: str, amount_fen: int, at: datetime | None = None) -> SalesEntry:
        """Append a refund of a line; the subsidy goes back in proportion, rounded down."""
        sale = self.sold[key]
        subsidy = sale.subsidy_fen * amount_fen // sale.amount_fen
        entry = self._append(
            sale,
            kind="refund",
            side="refund",
            quantity=0,
            amount_fen=-amount_fen,
            subsidy_fen=-subsidy,
            occurred_at=at or self.paid_at + timedelta(days=3),
        )
        self.standing[key].append(entry)
        self.mark()
        return entry

    def restate(self, key: str, **changes: object) -> None:
        """Reverse every standing row of a line and append it again with other frozen codes."""
        for entry in self.standing[key]:
            self._append(
                entry,
                kind="correction",
                corrects=entry,
                quantity=-entry.quantity,
                amount_fen=-entry.amount_fen,
                subsidy_fen=-entry.subsidy_fen,
            )
        again = [self._append(entry, **changes) for entry in self.standing[key]]
        self.standing[key] = again
        self.sold[key] = again[0]
        self.mark()

    def exclude(self, key: str, fen: int) -> SalesEntry:
        """Append an excluded line: no amount, its own column."""
        return self._sell(Line(key=key, amount_fen=0), excluded_fen=fen, excluded_reason="top_up")

    def redeem(
        self, key: str, campaign_code: str, fen: int = 100, voucher: str = "V1"
    ) -> VoucherRedemption:
        """Write what a re-import states: a voucher of a campaign covers a line."""
        row, _ = VoucherRedemption.objects.update_or_create(
            order=self.order,
            line_key=key,
            voucher_code=voucher,
            defaults={"campaign_code": campaign_code, "discount_fen": fen},
        )
        self.mark()
        return row

    def decide(
        self, campaign_code: str, verdict: str = "credit", line_key: str = ""
    ) -> AttributionDecision:
        """Decide by one person and check by another: in force."""
        row = decide_attribution(
            order=self.order,
            line_key=line_key,
            campaign=Campaign.objects.get(code=campaign_code),
            verdict=verdict,
            reason="现场核对",
            actor=person("jingban"),
        )
        return approve_decision(row, person("shenhe"))

    def mark(self) -> None:
        """Put the order into the feed."""
        ChangedOrder.objects.create(order=self.order, reason="test")

    def _sell(self, line: Line, **extra: object) -> SalesEntry:
        values: dict[str, object] = {
            "kind": "sale",
            "side": "gross",
            "line_key": line.key,
            "county_code": line.county,
            "sku_code": line.sku,
            "is_certified": line.is_certified,
            "component": line.component,
            "bundle_sku_code": line.bundle,
            "quantity": line.quantity,
            "amount_fen": line.amount_fen,
            "subsidy_fen": line.subsidy_fen,
            "occurred_at": self.paid_at,
            "channel_class": self.point.channel_class,
            "buyer_kind": self.buyer_kind,
            "buyer_key": self.buyer_key,
            "reference_code": self.reference_code,
            **extra,
        }
        return self._write(values)

    def _append(self, like: SalesEntry, **changes: object) -> SalesEntry:
        """Append a row that freezes what another row froze, but for the changes."""
        names = (
            "kind", "side", "line_key", "channel_class", "county_code", "sku_code",
            "is_certified", "component", "bundle_sku_code", "buyer_kind", "buyer_key",
            "reference_code",
            "quantity", "amount_fen", "subsidy_fen", "occurred_at",
        )  # fmt: skip
        return self._write({**{name: getattr(like, name) for name in names}, **changes})

    def _write(self, values: dict[str, object]) -> SalesEntry:
        occurred_at = values["occurred_at"]
        assert isinstance(occurred_at, datetime)
        return SalesEntry.objects.create(
            order=self.order,
            sales_point_code=self.point.code,
            order_number=self.order.number,
            sequence=SalesEntry.objects.filter(order=self.order).count(),
            purchase_mode="assisted_sale",
            stage="final",
            helper_evidence="none",
            source="test",
            consumer_paid_fen=int(str(values["amount_fen"])) - int(str(values["subsidy_fen"])),
            paid_at=self.paid_at,
            order_date=business_day(self.paid_at),
            event_date=business_day(occurred_at),
            recorded_at=clock.now(),
            seal=0,
            **values,
        )


def person(name: str) -> User:
    """Return a user, made if missing."""
    return User.objects.get_or_create(username=name)[0]


def moment(text: str) -> datetime:
    """Read "2020-05-01 12:00:00" in Shanghai time."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


def day(text: str) -> datetime:
    """Return the first instant of a Shanghai day."""
    return clock.start_of_day(date.fromisoformat(text))


def ledger_of(count: int) -> list[Sale]:
    """Write a campaign and some orders, half of them inside its window."""
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    return [
        Sale(f"N{n}", moment("2020-05-01 12:00:00") + timedelta(days=n % 14), [Line()])
        for n in range(count)
    ]
