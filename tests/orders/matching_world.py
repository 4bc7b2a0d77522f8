"""A store whose file names goods without a seller code, and people who decide what they are."""

from __future__ import annotations

from operations.models import Job
from operations.services.running import run_job
from orders.models import GoodsMatch, OrderLine, SalesPoint
from orders.rules.matching import Goods
from orders.rules.sale import ReportedLine, ReportedSale
from orders.services.matching import (
    apply_new_codes,
    match_goods,
    replace_match,
    revoke_match,
    run_matching,
)
from products.models import Sku
from tests.builders import make_user, reported_lines
from tests.orders.test_withdrawals import sale

TEA = Goods("", "标题 银球茶", "")


def unknown(*rows: tuple[str, int, int]) -> tuple[ReportedLine, ...]:
    """Make lines of (title, unit price in fen, quantity) without any seller code."""
    return reported_lines(rows, codes=False)


def tea_sale(number: str, refunded: int = 0, **fields: object) -> ReportedSale:
    """Make an order of one box of tea that the file gives no seller code for."""
    return sale(number, refunded, **({"lines": unknown(("银球茶", 16800, 1))} | fields))


def work(job: Job | None) -> None:
    """Do what a decision asked for."""
    assert job is not None
    assert run_job(job.pk, run_matching)


def decide(point: SalesPoint, code: str, goods: Goods = TEA, name: str = "maker") -> GoodsMatch:
    """Decide and apply."""
    row = match_goods(
        sales_point=point, goods=goods, sku=Sku.objects.get(code=code), actor=make_user(name)
    )
    work(row.job)
    return row


def put_instead(row: GoodsMatch, code: str) -> GoodsMatch:
    row = replace_match(row, sku=Sku.objects.get(code=code), actor=make_user("other"))
    work(row.job)
    return row


def take_back(row: GoodsMatch) -> GoodsMatch:
    row = revoke_match(row, reason="看错了", actor=make_user("other"))
    work(row.job)
    return row


def match_again(point: SalesPoint) -> None:
    work(apply_new_codes(point, make_user("maker")))


def skus() -> dict[str, str | None]:
    """Return the SKU code of each order's line by order number."""
    lines = OrderLine.objects.order_by("order__number")
    return dict(lines.values_list("order__number", "sku__code"))
