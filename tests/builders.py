"""Plain functions that make things with sane defaults; tests name only what matters to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from common.clock import SHANGHAI
from marketplace.models import District
from orders.models import SalesPoint, SalesPointDistrict, Unit, UnitDistrict
from orders.rules.line_keys import line_keys
from orders.rules.sale import ReportedContact, ReportedLine, ReportedSale, StatedAmounts
from orders.rules.states import OrderStatus
from products.models import BundleComponent, Category, County, Product, SellerCode, Sku


def moment(text: str) -> datetime:
    """Read "2020-05-01 10:00:00" as Shanghai time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def make_sales_point(
    code: str = "xunqianji", *, district: str = "", **fields: object
) -> SalesPoint:
    values: dict[str, object] = {
        "name": "寻黔记",
        "channel_class": "platform",
        "platform": "taobao",
        "shop_name": "寻黔记",
    }
    point = SalesPoint.objects.create(code=code, **(values | fields))
    if district:
        SalesPointDistrict.objects.create(sales_point=point, district_code=district)
    return point


def make_county(code: str = "522634", name: str = "雷山县") -> County:
    return County.objects.get_or_create(
        code=code, defaults={"name": name, "kind": "county", "source": "test"}
    )[0]


def make_district(code: str = "330105", **fields: object) -> District:
    values = {"name": code, "kind": "区", "source": "test"} | fields
    return District.objects.get_or_create(code=code, defaults=values)[0]


def make_sku(code: str = "QDN-LS-001", *, county: str = "522634", price_fen: int = 16800) -> Sku:
    category = Category.objects.get_or_create(code="tea", defaults={"name": "茶叶"})[0]
    product = Product.objects.create(
        code=code, name=code, category=category, county=make_county(county), source="test"
    )
    sku = Sku.objects.create(code=code, product=product, name=code, unit="盒", price_fen=price_fen)
    SellerCode.objects.create(code=code, sku=sku)
    return sku


def make_user(name: str) -> User:
    return User.objects.get_or_create(username=name)[0]


def make_unit(code: str, *, district: str = "", **fields: object) -> Unit:
    unit = Unit.objects.create(
        code=code, **({"name": f"单位 {code}", "kind": "government"} | fields)
    )
    if district:
        UnitDistrict.objects.create(unit=unit, district_code=district)
    return unit


def make_bundle(code: str, parts: Sequence[tuple[str, int, int]], **dates: object) -> Sku:
    """Make a gift box of (SKU code, packs, reference price in fen); missing SKUs are made."""
    bundle = Sku.objects.filter(code=code).first() or make_sku(code)
    for ordinal, (sku_code, quantity, price_fen) in enumerate(parts, 1):
        sku = Sku.objects.filter(code=sku_code).first() or make_sku(sku_code)
        BundleComponent.objects.create(
            bundle=bundle,
            ordinal=ordinal,
            component=sku,
            quantity=quantity,
            reference_price_fen=price_fen,
            **dates,
        )
    return bundle


def stated_line(
    code: str,
    amount_fen: int,
    *,
    quantity: int = 1,
    subsidies: tuple[tuple[str, int], ...] = (),
    refunded_fen: int = 0,
    **fields: object,
) -> ReportedLine:
    """Make a line whose source states its amounts, as a generic file does."""
    values: dict[str, object] = {
        "line_key": f"L-{code}",
        "title": f"标题 {code}",
        "attributes": "",
        "seller_code": code,
        "unit_price_fen": amount_fen // quantity,
        "quantity": quantity,
        "list_fen": amount_fen,
        "is_closed": False,
        "source": "1:1",
        "stated": StatedAmounts(amount_fen, subsidies, refunded_fen, None),
    }
    return ReportedLine(**(values | fields))


def stated_sale(number: str, *lines: ReportedLine, **fields: object) -> ReportedSale:
    """Make an order of stated lines: its sums are theirs."""
    subsidies: dict[str, int] = {}
    for line in lines:
        for funder, fen in line.stated.subsidies:
            subsidies[funder] = subsidies.get(funder, 0) + fen
    return reported_sale(
        number,
        **(
            {
                "lines": lines,
                "goods_fen": sum(line.stated.amount_fen for line in lines),
                "subsidies": tuple(sorted(subsidies.items())),
                "refunded_fen": sum(line.stated.refunded_fen for line in lines),
                "contact": None,
            }
            | fields
        ),
    )


def reported_lines(
    rows: Sequence[tuple[str, int, int]], *, closed: Sequence[int] = (), codes: bool = True
) -> tuple[ReportedLine, ...]:
    """Make lines of (seller code, unit price in fen, quantity); `closed` lists positions."""
    keys = line_keys(
        [(f"标题 {code}", "", price, n, i in closed) for i, (code, price, n) in enumerate(rows)]
    )
    return tuple(
        ReportedLine(
            line_key=keys[position],
            title=f"标题 {code}",
            attributes="",
            seller_code=code if codes else "",
            unit_price_fen=price,
            quantity=quantity,
            list_fen=price * quantity,
            is_closed=position in closed,
            source=f"2:{position + 1}",
        )
        for position, (code, price, quantity) in enumerate(rows)
    )


def reported_sale(number: str = "954000000000000001", **fields: object) -> ReportedSale:
    """Make a paid order of 168.00 yuan, one line of 雷山银球茶, unless told otherwise.

    `goods_fen` defaults to the lines' list amount, `consumer_paid_fen` to what fits.
    """
    lines = fields.pop("lines", reported_lines([("QDN-LS-001", 16800, 1)]))
    subsidies = fields.pop("subsidies", ())
    goods_fen = fields.pop("goods_fen", sum(line.list_fen for line in lines or ()) or 16800)
    freight_fen = fields.pop("freight_fen", 0)
    paid_at = fields.pop("paid_at", moment("2020-05-01 10:00:40"))
    consumer = goods_fen + freight_fen - sum(fen for _, fen in subsidies)
    values: dict[str, object] = {
        "order_number": number,
        "status": OrderStatus.SUCCEEDED if paid_at else OrderStatus.UNPAID,
        "placed_at": moment("2020-05-01 10:00:00"),
        "paid_at": paid_at,
        "goods_fen": goods_fen,
        "freight_fen": freight_fen,
        "consumer_paid_fen": consumer if paid_at else 0,
        "subsidies": subsidies,
        "refunded_fen": 0,
        "refunded_at": None,
        "lines": lines,
        "title": "标题",
        "quantity": 1,
        "buyer": "tb_sample",
        "contact": ReportedContact("样甲", "12000000001", "浙江省 杭州市 拱墅区 样例街道1号"),
        "reference_code": "",
        "flags": (),
        "source": "1:1",
    }
    return ReportedSale(**(values | fields))
