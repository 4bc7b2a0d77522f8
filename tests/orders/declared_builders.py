"""People, papers and declared sales with sane defaults; tests name only what matters to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from django.conf import settings

from accounts.models import User
from orders.models import DeclaredSale, EvidenceFile, SalesPoint
from orders.services.declaring import approve_declared_sale, declare_sale
from orders.services.papers import keep_paper
from tests.builders import make_county, make_district, make_sales_point

JUNE = (date(2020, 6, 1), date(2020, 6, 30))
# Hangzhou as the tests need it; 下城 (330103) was dissolved in 2021.
DISTRICTS = ("330105", "330106", "330109", "330110")
DISSOLVED, LAST_DAY = "330103", date(2021, 3, 31)
PAPER = "六月销售台账：样例超市".encode()


def person(name: str) -> User:
    """Return a user, made if missing."""
    return User.objects.get_or_create(username=name)[0]


def paper(content: bytes = PAPER, name: str = "台账.csv") -> EvidenceFile:
    """Keep a paper with this content."""
    path = Path(settings.TEST_DIR) / name
    path.write_bytes(content)
    return keep_paper(path)


def supermarket() -> SalesPoint:
    """Return the sales point that declares, made if missing, standing for 萧山 (330109)."""
    make_district("330109")
    found = SalesPoint.objects.filter(code="supermarkets").first()
    return found or make_sales_point(
        "supermarkets",
        name="样例超市",
        channel_class="supermarket",
        platform="",
        shop_name="",
        district="330109",
    )


def declared(**stated: object) -> DeclaredSale:
    """Hand in the supermarket's June: 黄平县, 10,000.00 yuan, one paper, made by 经办甲."""
    make_county("522622", "黄平县")
    for code in DISTRICTS:
        make_district(code)
    make_district(DISSOLVED, valid_to=LAST_DAY)
    papers: Collection[EvidenceFile] = stated.pop("papers", None) or [paper()]
    values: dict[str, object] = {
        "kind": "monthly",
        "sales_point": supermarket(),
        "period_start": JUNE[0],
        "period_end": JUNE[1],
        "county_code": "522622",
        "amount_fen": 1_000_000,
        "source": "六月台账",
        "actor": person("经办甲"),
        "papers": papers,
    }
    return declare_sale(**(values | stated))


def opening(**stated: object) -> DeclaredSale:
    """Hand in what 拱墅 helped 黄平县 sell up to the end of May: 500,000.00 yuan."""
    values: dict[str, object] = {
        "kind": "opening",
        "sales_point": None,
        "period_start": None,
        "period_end": date(2020, 5, 31),
        "helper_district_code": "330105",
        "amount_fen": 50_000_000,
        "source": "样例文章",
    }
    return declared(**(values | stated))


def in_force(**stated: object) -> DeclaredSale:
    """Declare, and have 审核乙 approve it."""
    return approve_declared_sale(declared(**stated), person("审核乙"))
