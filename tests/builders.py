"""Plain functions that make things with sane defaults; tests name only what matters to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.clock import SHANGHAI
from orders.models import SalesPoint, SalesPointDistrict
from orders.rules.line_keys import line_keys
from orders.rules.sale import ReportedContact, ReportedLine, ReportedSale
from orders.rules.states import OrderStatus
from products.models import Category, County, Product, SellerCode, Sku


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


def make_sku(code: str = "QDN-LS-001", *, county: str = "522634", price_fen: int = 16800) -> Sku:
    category = Category.objects.get_or_create(code="tea", defaults={"name": "茶叶"})[0]
    product = Product.objects.create(
        code=code, name=code, category=category, county=make_county(county), source="test"
    )
    sku = Sku.objects.create(code=code, product=product, name=code, unit="盒", price_fen=price_fen)
    SellerCode.objects.create(code=code, sku=sku)
    return sku


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
