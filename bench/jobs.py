"""What is measured: the real commands and selectors, each in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from marketplace.rules.campaign_report import Asked, Window
from marketplace.selectors.campaigns import current_version_of, find_campaign
from marketplace.selectors.reports import breakdowns, campaign_report
from marketplace.selectors.reports.campaign import window_of
from marketplace.selectors.reports.counts import order_counts
from marketplace.selectors.reports.names import read_names
from marketplace.selectors.reports.sums import sums_of
from orders.intake.reading import read_files
from orders.selectors.sales_points import find_sales_point
from orders.services.recording import open_context, record_sales

SALES_POINT = "xunqianji"
GENERIC_SALES_POINT = "other-platform"
CAMPAIGN = "mayday-2020"
REPEATS = 20


def import_files(files: Sequence[str]) -> float:
    """Time `import_orders` of an export pair, from the first byte to the last commit."""
    return _seconds(lambda: _call("import_orders", "--sales-point", SALES_POINT, *files))


def read_workbook(file: str) -> float:
    """Time reading a workbook of a generic shop, from its bytes to sales."""
    point = find_sales_point(GENERIC_SALES_POINT)
    return _seconds(
        lambda: read_files(
            [Path(file)],
            sales_point_platform=point.platform,
            shop_id=point.shop_id,
            shop_name=point.shop_name,
        )
    )


def import_workbook(file: str) -> float:
    """Time `import_orders` of the same workbook."""
    return _seconds(lambda: _call("import_orders", "--sales-point", GENERIC_SALES_POINT, file))


def attribute(mode: str) -> float:
    """Time `attribute --full` or `attribute --changed`."""
    return _seconds(lambda: _call("attribute", f"--{mode}"))


def attribute_changes(files: Sequence[str], orders: int) -> float:
    """Refund half of `orders` orders, then time `attribute --changed`."""
    point = find_sales_point(SALES_POINT)
    reading = read_files(
        [Path(file) for file in files],
        sales_point_platform=point.platform,
        shop_id=point.shop_id,
        shop_name=point.shop_name,
    )
    whole = [sale for sale in reading.sales if sale.paid_at and not sale.refunded_fen]
    spread = whole[:: max(len(whole) // orders, 1)][:orders]
    half = [replace(sale, refunded_fen=(sale.consumer_paid_fen + 1) // 2) for sale in spread]
    record_sales(open_context(point, source="bench"), half)
    return attribute("changed")


def attribute_paths(file: str, model: str, answer: str) -> float:
    """Time `attribute_paths` on a file; leave what it printed in the file `answer`."""
    out = StringIO()
    seconds = _seconds(
        lambda: call_command("attribute_paths", file, "--model", model, "--json", stdout=out)
    )
    Path(answer).write_text(out.getvalue())
    return seconds


def report_from_totals(campaign: str = CAMPAIGN) -> float:
    """Time the sums and breakdowns of a campaign report, read from the daily totals."""
    asked, window = _asked(campaign)
    names = read_names()

    def figures() -> None:
        sums_of(asked)
        counts = order_counts(asked)
        breakdowns.by_day(asked, window, counts)
        breakdowns.by_dimension(asked, names, counts)

    return _median_of_repeats(figures)


def whole_report(campaign: str = CAMPAIGN) -> float:
    """Time a whole campaign report: buyers, leverage, exclusions and definitions as well."""
    asked, _window = _asked(campaign)
    return _median_of_repeats(lambda: campaign_report(asked))


def report_from_entries(campaign: str = CAMPAIGN) -> float:
    """Time the same sums and breakdowns, aggregated from the attribution entries.

    Raises AssertionError unless both come to the same net.
    """
    asked, _window = _asked(campaign)
    _value, gross, refund, *_orders = _aggregate(campaign, "1")[0]
    net = gross + refund
    assert net == sums_of(asked).money.net_fen
    dimensions = (
        "1", "s.order_date", "s.county_code", "s.sales_point_code", "s.channel_class",
        "s.sku_code", "a.level",
    )  # fmt: skip
    return _median_of_repeats(lambda: [_aggregate(campaign, each) for each in dimensions])


def _aggregate(campaign: str, dimension: str) -> list[tuple[Any, ...]]:
    """Return (value, gross, refund, orders, orders that stood) of each value of a dimension."""
    select = f"""
        SELECT value, sum(gross), sum(refund), count(sold),
               sum(CASE WHEN gross + refund > 0 THEN 1 ELSE 0 END)
        FROM (SELECT {dimension} AS value, s.order_id AS sold,
                     sum(CASE WHEN s.side = 'gross' THEN a.direct_fen ELSE 0 END) AS gross,
                     sum(CASE WHEN s.side = 'refund' THEN a.direct_fen ELSE 0 END) AS refund
              FROM marketplace_attributionentry a JOIN orders_salesentry s ON s.id = a.entry_id
              WHERE a.campaign_code = %s GROUP BY 1, 2) AS by_order
        GROUP BY value"""
    with connection.cursor() as cursor:
        cursor.execute(select, [campaign])
        return list(cursor.fetchall())


def _asked(campaign: str) -> tuple[Asked, Window]:
    version = current_version_of(find_campaign(campaign))
    assert version is not None
    return Asked(campaign), window_of(version)


def _call(name: str, *arguments: str) -> None:
    call_command(name, *arguments, "--json", stdout=StringIO())


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _median_of_repeats(work: Callable[[], Any]) -> float:
    work()
    return sorted(_seconds(work) for _ in range(REPEATS))[REPEATS // 2]
