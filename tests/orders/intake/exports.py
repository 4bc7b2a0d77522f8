"""Taobao's export files, written by tests: every layout, encoding and column order."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orders.intake.reading import read_files
from orders.rules.readings import Reading

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
ORDER_LIST = SAMPLES / "ExportOrderList202005081030.csv"
ORDER_DETAIL = SAMPLES / "ExportOrderDetailList202005081030.csv"
SHOP = "寻黔记"


def sample_rows(path: Path) -> list[dict[str, str]]:
    """Read a sample file with the csv module alone, headers as they stand in the file."""
    with path.open(encoding="gb18030", newline="") as text:
        header, *rows = csv.reader(text)
    return [dict(zip(header, row, strict=False)) for row in rows]


LIST_54 = list(sample_rows(ORDER_LIST)[0])
DETAIL_10 = list(sample_rows(ORDER_DETAIL)[0])
LIST_46 = [*LIST_54[:44], "退款金额", "预约门店"]
LIST_67 = [
    *LIST_54[:3],
    "支付单号",
    "支付详情",
    *LIST_54[3:44],
    "满返红包金额",
    *LIST_54[44:],
    *("是否信用购", "体验期结束时间", "前N有礼", "配送类型", "直播返现状态", "返现金额"),
    *("新零售成交门店昵称", "新零售成交门店id", "新零售成交经销商id", "主订单编号"),
]
# Shop systems: one row per item, without prices of items and without refunds.
SHOP_SYSTEM_38 = [
    *(name.strip() for name in LIST_54[:25]),
    *("分销商Id", "分销商店铺名称", "订单关闭原因", "卖家服务费", "买家服务费", "发票抬头"),
    *("定金排名", "修改后的sku", "修改后的收货地址", "异常信息", "卡券抵扣", "积分抵扣"),
    "是否是O2O交易",
]


def order(number: int | str = 954000000000000001, **cells: Any) -> dict[str, str]:
    """Build one paid order of 89.00 yuan without freight; `cells` overrides by header."""
    row = {
        "订单编号": str(number),
        "买家会员名": "tb48252449",
        "买家应付邮费": "0.00",
        "总金额": "89.00",
        "买家实际支付金额": "89.00",
        "订单状态": "交易成功",
        "收货人姓名": "样乙",
        "收货地址": "浙江省 杭州市 滨江区 样例街道1号(310051)",
        "联系手机": "'12025407706",
        "订单创建时间": "2020-05-02 09:00:00",
        "订单付款时间": "2020-05-02 09:00:40",
        "宝贝标题": "榕江锡利贡米 5kg",
        "宝贝总数量": "1",
        "店铺Id": "0",
        "店铺名称": SHOP,
        "退款金额": "0.00",
    }
    return row | {name: str(cell) for name, cell in cells.items()}


def detail(number: int | str = 954000000000000001, **cells: Any) -> dict[str, str]:
    """Build one standing item of 89.00 yuan; `cells` overrides by header."""
    row = {
        "订单编号": str(number),
        "标题": "榕江锡利贡米 5kg",
        "价格": "89.00",
        "购买数量": "1",
        "商品属性": "规格：5kg",
        "订单状态": "交易成功",
        "商家编码": "QDN-RJ-003",
    }
    return row | {name: str(cell) for name, cell in cells.items()}


def text_of(rows: Sequence[Mapping[str, str]], header: Sequence[str], delimiter: str = ",") -> str:
    """Write rows under `header`; cells are found by stripped header, absent ones are empty."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        by_name = {name.strip(): cell for name, cell in row.items()}
        writer.writerow([by_name.get(name.strip(), "") for name in header])
    return out.getvalue()


def write_list(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    header: Sequence[str] = LIST_54,
    encoding: str = "gb18030",
) -> Path:
    """Write an order list and return its path."""
    path = folder / "list.csv"
    path.write_bytes(text_of(rows, header).encode(encoding))
    return path


def write_detail(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    header: Sequence[str] = DETAIL_10,
    encoding: str = "gb18030",
) -> Path:
    """Write an order detail and return its path."""
    path = folder / "detail.csv"
    path.write_bytes(text_of(rows, header).encode(encoding))
    return path


def read(*paths: Path, **overrides: str) -> Reading:
    """Read files as those of the sample's shop."""
    point = {"sales_point_platform": "taobao", "shop_id": "", "shop_name": SHOP} | overrides
    return read_files(paths, **point)


def verdicts(reading: Reading) -> list[tuple[int, str, str]]:
    """Return (row, verdict, code) of every issue."""
    return [(issue.row, issue.verdict, issue.code) for issue in reading.issues]


def accounts_for_every_row(reading: Reading) -> bool:
    """Say whether rows = accepted + rejected + quarantined + duplicate + orphans."""
    orphans = sum(map(len, reading.orphans.values()))
    rows = sum(facts.rows for facts in reading.files)
    return rows == reading.accepted_rows + len(reading.issues) + orphans
