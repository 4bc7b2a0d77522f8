"""A workbook of sales as large as one may be, written once and kept."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

ROWS = 200_000
_ROWS_PER_ORDER = 2
_HEADER = (
    *("订单编号", "行号", "买家", "下单时间", "付款时间", "状态", "商家编码", "标题", "数量"),
    *("标价金额（元）", "成交额（元）", "补贴（元）", "出资方", "退款（元）", "退款时间"),
    "运费（元）",
)
_FIRST = datetime(2020, 5, 1, 8, 0, 1)  # noqa: DTZ001  # a sheet knows no zones


def write_workbook(folder: Path) -> Path:
    """Write a generic file of ROWS rows, or find the one that an earlier run wrote."""
    path = folder / f"workbook-{ROWS}.xlsx"
    if path.exists():
        return path
    aside = path.with_suffix(".part")
    with xlsxwriter.Workbook(aside) as book:
        sheet = book.add_worksheet("订单")
        as_time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, _HEADER)
        for row, cells in enumerate(_rows(random.Random(60)), 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, as_time)
                elif cell != "":
                    sheet.write(row, column, cell)
    aside.rename(path)
    return path


def _rows(chance: random.Random):
    for number in range(ROWS):
        order, line = divmod(number, _ROWS_PER_ORDER)
        placed_at = _FIRST + timedelta(seconds=5 * order)
        price = chance.randint(1_000, 20_000) / 100
        yield (
            f"9{order:017}", line + 1, f"buyer{order * 7919 % 50_000}",
            placed_at, placed_at + timedelta(seconds=40), "交易成功",
            f"QDN-LS-{chance.randint(1, 40):03}", f"山货礼盒 {chance.randint(1, 300)} 号",
            chance.randint(1, 5), price, price, 0, "", 0, "", 0,
        )  # fmt: skip
