"""Ledger rows, pairings and declared rows written directly, for tests of counting figures."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta

from common import clock
from marketplace.models import Centre, DeclaredFact, District, Pairing
from marketplace.rules.counting import Asked
from orders.models import DeclaredSale, Order, SalesEntry, SalesPoint, Unit
from tests.builders import make_county
from tests.workers import ROOT

GONGSHU, XIAOSHAN = "330105", "330109"
HUANGPING, LEISHAN, CONGJIANG = "522622", "522634", "522633"
# Rows are recorded on this day unless a test says otherwise.
RECORDED = datetime(2021, 1, 1, 12, tzinfo=clock.SHANGHAI)


def day(text: str) -> date:
    """Read "2020-05-01"."""
    return date.fromisoformat(text)


def asked(first: str = "", last: str = "2020-12-31", **parameters: object) -> Asked:
    """Return the parameters of a report."""
    return Asked(last_day=day(last), first_day=day(first) if first else None, **parameters)


def make_places() -> None:
    """Make two districts and three counties."""
    for code, name in ((GONGSHU, "拱墅区"), (XIAOSHAN, "萧山区")):
        District.objects.create(code=code, name=name, kind="区", source="test")
    for code, name in ((HUANGPING, "黄平县"), (LEISHAN, "雷山县"), (CONGJIANG, "从江县")):
        make_county(code, name)


def pair(
    district: str = GONGSHU,
    county: str = HUANGPING,
    first: str = "2013-01-01",
    last: str = "",
    **fields: object,
) -> Pairing:
    """Write a pairing, known since 2013 unless told otherwise."""
    values = {"recorded_at": datetime(2013, 1, 1, tzinfo=clock.SHANGHAI), "source": "test"}
    return Pairing.objects.create(
        district_id=district,
        county_id=county,
        valid_from=day(first),
        valid_to=day(last) if last else None,
        **(values | fields),
    )


def noon(on: date | str) -> datetime:
    """Return noon of a Shanghai day."""
    wanted = day(on) if isinstance(on, str) else on
    return datetime.combine(wanted, time(12), tzinfo=clock.SHANGHAI)


def shop(code: str) -> SalesPoint:
    """Return a sales point, made if missing."""
    return SalesPoint.objects.get_or_create(
        code=code, defaults={"name": code, "channel_class": "centre"}
    )[0]


class Sale:
    """One order with one line; every change appends rows, as the ledger's writer does."""

    made = 0

    def __init__(
        self,
        fen: int,
        on: date | str = "2020-05-01",
        *,
        district: str = "",
        county: str = "",
        point: str = "shop",
        recorded_at: datetime = RECORDED,
        excluded: str = "",
        **codes: object,
    ) -> None:
        Sale.made += 1
        paid = noon(on)
        self.codes = {
            "helper_district_code": district,
            "county_code": county,
            "channel_class": "centre",
            "purchase_mode": "assisted_sale",
            "stage": "final",
            "helper_evidence": "sales_point" if district else "none",
            "is_certified": True,
            "buyer_kind": "consumer",
            **codes,
        }
        self.point = shop(point)
        self.order = Order.objects.create(
            sales_point=self.point,
            number=f"C{Sale.made}",
            status="succeeded",
            placed_at=paid,
            goods_fen=0,
            paid_at=paid,
            fingerprint="",
            source="test",
            recorded_at=recorded_at,
            updated_at=recorded_at,
        )
        money = {"excluded_fen": fen} if excluded else {"amount_fen": fen}
        self.sold = self._write(
            kind="sale",
            side="gross",
            quantity=1,
            occurred_at=paid,
            recorded_at=recorded_at,
            excluded_reason=excluded,
            **money,
        )

    def refund(
        self,
        fen: int,
        on: date | str,
        recorded_at: datetime = RECORDED,
        *,
        is_assumed: bool = False,
    ) -> SalesEntry:
        """Append a refund; `is_assumed` where no source gave its day."""
        return self._write(
            kind="refund",
            side="refund",
            quantity=0,
            amount_fen=-fen,
            occurred_at=noon(on),
            is_event_date_assumed=is_assumed,
            recorded_at=recorded_at,
        )

    def reverse(self, recorded_at: datetime) -> None:
        """Take the sale row back."""
        sold = self.sold
        self._write(
            kind="correction",
            side="gross",
            corrects=sold,
            quantity=-sold.quantity,
            amount_fen=-sold.amount_fen,
            excluded_fen=-sold.excluded_fen,
            excluded_reason=sold.excluded_reason,
            occurred_at=sold.occurred_at,
            recorded_at=recorded_at,
        )

    def restate(self, recorded_at: datetime, *, excluded: str = "", **codes: object) -> None:
        """Reverse the sale row and say it again, with other codes or as an excluded line."""
        sold = self.sold
        fen = sold.amount_fen + sold.excluded_fen
        self.reverse(recorded_at)
        self.codes |= codes
        money = {"excluded_fen": fen} if excluded else {"amount_fen": fen}
        self.sold = self._write(
            kind="sale",
            side="gross",
            corrects=sold,
            quantity=sold.quantity,
            excluded_reason=excluded,
            occurred_at=sold.occurred_at,
            recorded_at=recorded_at,
            **money,
        )

    def _write(self, **values: object) -> SalesEntry:
        occurred_at = values["occurred_at"]
        assert isinstance(occurred_at, datetime)
        paid = self.order.paid_at
        assert paid is not None
        return SalesEntry.objects.create(
            order=self.order,
            sales_point_code=self.point.code,
            order_number=self.order.number,
            line_key="line",
            sequence=SalesEntry.objects.filter(order=self.order).count(),
            source="test",
            **({"amount_fen": 0} | values),
            consumer_paid_fen=values.get("amount_fen", 0),
            subsidy_fen=0,
            paid_at=paid,
            order_date=clock.business_day(paid),
            event_date=clock.business_day(occurred_at),
            seal=0,
            **self.codes,
        )


def monthly(
    fen: int,
    month: str = "2020-05",
    *,
    point: str = "",
    unit: str = "",
    last: date | None = None,
    checked_at: datetime = RECORDED,
    **fields: object,
) -> DeclaredSale:
    """Write a monthly ledger in force, of a sales point, a unit, or a unit at a sales point.

    Without either it is that of the sales point "shop".
    """
    first = day(f"{month}-01")
    end = last or (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    where = shop(point or "shop")
    who = Unit.objects.get_or_create(code=unit, defaults={"name": unit, "kind": "other"})[0]
    return DeclaredSale.objects.create(
        kind="monthly",
        sales_point=where if point or not unit else None,
        unit=who if unit else None,
        period_start=first,
        period_end=end,
        amount_fen=fen,
        source="test",
        state="approved",
        checked_at=checked_at,
        **fields,
    )


def opening(
    fen: int, cutoff: str, *, district: str = "", county: str = "", **fields: object
) -> DeclaredSale:
    """Write an opening figure in force."""
    values = {"bound": "exact", "source": "test", "state": "approved", "checked_at": RECORDED}
    return DeclaredSale.objects.create(
        kind="opening",
        helper_district_code=district,
        county_code=county,
        period_end=day(cutoff),
        amount_fen=fen,
        **(values | fields),
    )


def fact(key: str, section: str, value: int | None, **fields: object) -> DeclaredFact:
    """Write a declared fact of 拱墅 and 黄平 in force, a count unless told otherwise."""
    values: dict[str, object] = {
        "district_code": GONGSHU,
        "county_code": HUANGPING,
        "label": key,
        "kind": "count",
        "period_start": day("2018-01-01"),
        "period_end": day("2020-06-11"),
        "source": "test",
        "state": "approved",
        "checked_at": RECORDED,
    }
    return DeclaredFact.objects.create(key=key, section=section, value=value, **(values | fields))


def state_the_article() -> None:
    """Enter what the article of 2020 states, and the two centres that it names."""
    with (ROOT / "tests" / "data" / "scorecard" / "facts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            value = int(row["value"]) if row["value"] else None
            fact(**(row | {"value": value}))
    for code, name in (
        ("fenghuang-shangshan", "“凤凰上山”名特优农产品展示展销中心"),
        ("miaoyin-shijia", "水晶城“苗银世家生活馆”"),
    ):
        point = Sale(1, "2000-01-01", point=code).point
        district = District.objects.get(code=GONGSHU)
        Centre.objects.create(
            code=code, name=name, sales_point=point, district=district, source="test"
        )
    opening(
        5_207_390_000,
        "2020-06-11",
        district=GONGSHU,
        county=HUANGPING,
        period_start=day("2018-01-01"),
        wording="5207.39万元",
    )
