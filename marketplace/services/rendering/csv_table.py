"""Csv for spreadsheets: UTF-8 with a mark, and no cell that a spreadsheet would compute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from common.csv_text import BYTE_ORDER_MARK, harmless, written
from marketplace.rules.campaign_report import CampaignReport, Money, Row
from marketplace.rules.evidence import Level
from marketplace.selectors.reports import ReportLine
from marketplace.selectors.reports.bridge import BridgeLine

REPORT_COLUMNS = (
    "section", "code", "name", "date", "orders", "gross_fen", "refund_fen", "net_fen"
)  # fmt: skip
LINE_COLUMNS = (
    "order_number", "line_key", "sales_point", "county_code", "sku_code", "paid_at", "level",
    "evidence", "reason",
    "gross_fen", "refund_fen", "net_fen",
)  # fmt: skip
BRIDGE_COLUMNS = (
    "step", "run", "order_number", "line_key", "sales_point", "county_code", "sku_code",
    "order_date", "event_date", "level", "reason", "net_fen",
)  # fmt: skip


def report_as_csv(report: CampaignReport) -> str:
    """Return a report as one tidy table (REPORT_COLUMNS), money in fen; starts with the mark.

    Orders of breakdowns are not summable; money of each section but `excluded`, `none`,
    `models` and `distinct_total` adds up to the row `totals`.
    """
    rows: list[tuple[str | int, ...]] = [_money("totals", report.totals.orders, _net(report))]
    rows += [_day(row) for row in report.by_day]
    for section in ("county", "sales_point", "channel", "product", "evidence"):
        rows += [_of(section, row) for row in getattr(report, f"by_{section}")]
    for excluded in report.excluded:
        label, fen = harmless(excluded.label), excluded.amount_fen
        rows.append(("excluded", excluded.reason, label, "", excluded.orders, "", "", fen))
    around = report.surroundings
    rows.append(_money("none", around.none_orders, around.none))
    rows += [
        ("models", name, "", "", "", "", "", "" if n is None else n)
        for name, n in report.model_net_fen.items()
    ]
    rows.append(("distinct_total", "", "", "", "", "", "", report.totals.distinct_total_fen))
    return BYTE_ORDER_MARK + "".join(written([REPORT_COLUMNS, *rows]))


def lines_as_csv(lines: Iterable[ReportLine]) -> Iterator[str]:
    """Yield the csv of order lines (LINE_COLUMNS) piece by piece.

    Without a mark: programs read this file; for people the workbook holds the same lines.
    """
    yield from written([LINE_COLUMNS])
    yield from written(map(_line, lines))


def bridge_as_csv(lines: Iterable[BridgeLine]) -> Iterator[str]:
    """Yield the csv of the entries behind a bridge (BRIDGE_COLUMNS), money in fen, signed."""
    yield from written([BRIDGE_COLUMNS])
    yield from written(map(_bridge_line, lines))


def _bridge_line(line: BridgeLine) -> tuple[str | int, ...]:
    return (
        line.step.value,
        line.run,
        harmless(line.order_number),
        harmless(line.line_key),
        harmless(line.sales_point),
        line.county_code,
        harmless(line.sku_code),
        line.order_date.isoformat(),
        line.event_date.isoformat(),
        line.level,
        line.reason,
        line.net_fen,
    )


def _line(line: ReportLine) -> tuple[str | int, ...]:
    return (
        harmless(line.order_number),
        harmless(line.line_key),
        harmless(line.sales_point),
        line.county_code,
        harmless(line.sku_code),
        line.paid_at.isoformat(),
        line.level,
        Level(line.level).code,
        line.reason,
        line.money.gross_fen,
        line.money.refund_fen,
        line.money.net_fen,
    )


def _net(report: CampaignReport) -> Money:
    return Money(report.totals.gross_fen, report.totals.refund_fen)


def _day(row: Row) -> tuple[str | int, ...]:
    money = row.money
    return ("day", "", "", row.code, row.orders, money.gross_fen, money.refund_fen, money.net_fen)


def _of(section: str, row: Row) -> tuple[str | int, ...]:
    code, name = harmless(row.code), harmless(row.name)
    return (section, code, name, "", row.orders, *row.money.as_json().values())


def _money(section: str, orders: int, money: Money) -> tuple[str | int, ...]:
    return (section, "", "", "", orders, *money.as_json().values())
