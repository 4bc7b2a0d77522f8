"""What the simulated shop sells: the seeded products at their campaign prices."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from common.money import parse_yuan

# The campaign's shelf price in percent of the list price, then rounded to a price ending .90.
CAMPAIGN_PRICE_PERCENT = 75
# How strongly buyers prefer cheap goods: the weight of a product is price ** -PREFERENCE.
# Calibrated so that an order nets 56.6 yuan on average, as the published 3.43 million yuan
# from 60,000 orders say (reference article: seven days, 60,000+ orders, 3.43 million yuan).
PREFERENCE = 1.558

SPECIAL_TITLES = {
    "QDN-KL-001": "凯里红酸汤500g*3瓶，火锅底料 满40减10",
    "QDN-HP-003": '㵲阳湖林下有机茶 100g,明前"头采" 黄平特产',
}


class UnusableCatalogue(ValueError):
    """The product or county file cannot be read as the seeds state it."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a buyer can put into an order. `unit_price_fen` is the detail's 价格.

    `title` is as the file can carry it: characters outside GBK are already lost to '?'.
    `excluded` marks top-up and freight links, which are no goods.
    """

    seller_code: str
    county_code: str
    title: str
    attributes: str
    unit_price_fen: int
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The shelf: items with cumulative popularity, and county names by code."""

    items: tuple[Item, ...]
    cumulative_weights: tuple[int, ...]
    county_names: dict[str, str]


def as_in_gbk(text: str) -> str:
    """Return `text` as it comes back from a GBK file: what GBK lacks is '?'."""
    return text.encode("gbk", "replace").decode("gbk")


# Sold without a seller code: nobody can match them but an operator.
UNCODED_ITEMS = (
    Item("", "", "【消费扶贫】苗家腊肉礼盒 1kg 黔东南苗侗山珍 寻黔记", "规格：1kg", 8800),
    Item("", "", "侗家豆腐干 400g\n手工现做 寻黔记", "规格：400g", 2590),
    Item("", "", '"酸汤鱼"半成品,两人份 寻黔记', "规格：600g", 3990),
)
TOP_UP_ITEMS = (
    Item("", "", "补差价专用链接 差多少拍多少件", "规格：1元", 100, excluded=True),
    Item("", "", "补运费专用链接 请按客服说的件数拍", "规格：1元", 100, excluded=True),
)


def campaign_price_fen(list_price_fen: int) -> int:
    """Return the shelf price during the campaign: three quarters of the list price, x.90."""
    return max(90, list_price_fen * CAMPAIGN_PRICE_PERCENT // 10_000 * 100 - 10)


def read_catalogue(seeds: Path) -> Catalogue:
    """Read the shelf from the folder of seed files.

    Columns used: `skus.csv`: product, name, net_content, price_yuan, seller_code;
    `products.csv`: code, county; `counties.csv`: code, name.
    Raises UnusableCatalogue when a file is missing, lacks a column or holds a bad price.
    """
    try:
        county_of = {row["code"]: row["county"] for row in _rows(seeds / "products.csv")}
        county_names = {row["code"]: row["name"] for row in _rows(seeds / "counties.csv")}
        skus = sorted(_rows(seeds / "skus.csv"), key=lambda row: row["seller_code"])
        items = tuple(_item(row, county_of[row["product"]]) for row in skus)
    except (OSError, KeyError, ValueError) as error:
        raise UnusableCatalogue(f"{type(error).__name__}: {error}") from error
    if not items:
        raise UnusableCatalogue("skus.csv: no rows")
    # Whole numbers, so that no machine's last bit of a float moves a draw.
    weights = (round(10**12 * item.unit_price_fen**-PREFERENCE) for item in items)
    return Catalogue(items, tuple(accumulate(weights)), county_names)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _item(row: dict[str, str], county_code: str) -> Item:
    name, content, code = row["name"], row["net_content"], row["seller_code"]
    title = SPECIAL_TITLES.get(code, f"【消费扶贫】{name} {content} 黔东南苗侗山珍 寻黔记")
    return Item(
        seller_code=code,
        county_code=county_code,
        title=as_in_gbk(title),
        attributes=as_in_gbk(f"规格：{content}"),
        unit_price_fen=campaign_price_fen(parse_yuan(row["price_yuan"])),
    )
