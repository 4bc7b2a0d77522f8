"""Exports of other platforms, written by tests: one row each that adds up, cells overridden."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from orders.intake.reading import read_files
from orders.rules.readings import Reading
from orders.rules.sale import ReportedSale

Cells = dict[str, str]


def _made(base: Cells, cells: Mapping[str, object]) -> Cells:
    return base | {name: str(cell) for name, cell in cells.items()}


def pdd(number: str = "200501-123456789012345", **cells: object) -> Cells:
    """Build a paid order of 拼多多: 36.80, of which the platform pays 3.00."""
    base = {
        "商品": "剑河香菇(干) 250g",
        "订单号": f"{number}\t",
        "订单状态": "已收货",
        "商品总价(元)": "36.80",
        "邮费(元)": "0.00",
        "店铺优惠折扣(元)": "0.00",
        "平台优惠折扣(元)": "3.00",
        "多多支付立减金额(元)": "0.00",
        "用户实付金额(元)": "33.80",
        "商家实收金额(元)": "36.80",
        "商品数量(件)": "1",
        "拼单成功时间": "2020-05-01 09:30:00\t",
        "商品规格": "250g",
        "商家编码-规格维度": "QDN-JH-001",
        "售后状态": "无售后或售后取消",
    }
    return _made(base, cells)


def youzan(number: str = "E20200501150000000000033", **cells: object) -> Cells:
    """Build a paid order of 有赞: 168.00 and nothing off."""
    base = {
        "订单号": number,
        "归属店铺": "拱墅展销中心",
        "订单状态": "交易完成",
        "订单创建时间": "2020-05-01 15:00:00",
        "买家付款时间": "2020-05-01 15:00:09",
        "商品金额合计": "168.00",
        "运费": "0.00",
        "店铺优惠合计": "0",
        "应收订单金额": "168.00",
        "订单实付金额": "168.00",
        "支付优惠合计": "0.00",
        "订单实收金额": "168.00",
        "全部商品名称": "雷山银球茶",
        "订单退款状态": "",
        "订单已退款金额": "0.00",
    }
    return _made(base, cells)


def youzan_item(number: str = "E20200501150000000000033", **cells: object) -> Cells:
    """Build an item of 有赞: 168.00."""
    base = {
        "订单号": number,
        "商品名称": "雷山银球茶",
        "商品规格": "罐装",
        "规格编码": "QDN-LS-001",
        "商品单价": "168.00",
        "商品数量": "1",
        "商品实际成交金额": "168.00",
        "商品退款状态": "",
    }
    return _made(base, cells)


def a1688(number: str = "885000000000007919", **cells: object) -> Cells:
    """Build the first line of an order of 1688: 2 x 36.80."""
    base = {
        "订单编号": number,
        "买家公司名": "样例商超有限公司",
        "买家会员名": "demo_buyer_1",
        "卖家公司名": "样例黔东南农产品有限公司",
        "卖家会员名": "demo_seller",
        "货品总价(元)": "73.60",
        "运费(元)": "0",
        "涨价或折扣(元)": "0",
        "实付款(元)": "73.60",
        "订单状态": "交易成功",
        "订单创建时间": "2020-05-02 09:00:00",
        "订单付款时间": "2020-05-03 16:20:00",
        "货品标题": "剑河香菇(干) 250g",
        "单价(元)": "36.80",
        "数量": "2.0",
        "单品货号": "QDN-JH-001",
    }
    return _made(base, cells)


def a1688_line(**cells: object) -> Cells:
    """Build a following line of an order of 1688: nothing of the order stands there."""
    base = {"货品标题": "平良贡米 5kg", "单价(元)": "79", "数量": "1", "单品货号": "QDN-KL-002"}
    return _made(base, cells)


def jd(number: str = "120000000001", **cells: object) -> Cells:
    """Build an item of 京东: 89.00, of which the platform pays 9.00."""
    base = {
        "订单号": number,
        "商品ID": "100001",
        "商品名称": "榕江锡利贡米 5kg",
        "订购数量": "1",
        "下单时间": "2020-05-02 09:00:00",
        "京东价": "89.00",
        "订单金额": "89.00",
        "结算金额": "89.00",
        "余额支付": "0.00",
        "应付金额": "80.00",
        "订单状态": "完成",
        "下单帐号": "jd_buyer",
        "付款确认时间": "2020-05-02 09:00:40",
        "运费金额": "0.00",
        "货号": "QDN-RJ-003",
    }
    return _made(base, cells)


def douyin(sub: str = "4800000000000000011", **cells: object) -> Cells:
    """Build a sub-order of 抖音: list 100.00, shop 10, platform 5, influencer 3, freight 6."""
    base = {
        "主订单编号": "\t4800000000000000001",
        "子订单编号": f"\t{sub}",
        "选购商品": "凯里红酸汤 500g",
        "商品规格": "500g",
        "商品数量": "4",
        "商家编码": "QDN-KL-001",
        "商品单价": "25.00",
        "订单应付金额": "88.00",
        "运费": "6.00",
        "平台实际承担优惠金额": "5.00",
        "商家实际承担优惠金额": "10.00",
        "达人实际承担优惠金额": "3.00",
        "订单提交时间": "2020-05-02 09:00:00",
        "支付完成时间": "2020-05-02 09:00:40",
        "订单状态": "已完成",
        "售后状态": "-",
    }
    return _made(base, cells)


BUILDERS: dict[str, Callable[..., Cells]] = {
    "pdd": pdd,
    "youzan": youzan,
    "1688": a1688,
    "jd": jd,
    "douyin": douyin,
}


def write(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    header: Sequence[str] | None = None,
    *,
    name: str = "export.csv",
) -> Path:
    """Write rows under `header`, by default all columns that they use, and return the path."""
    header = header or list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([row.get(column, "") for column in header])
    path = folder / name
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path


def without(row: Mapping[str, str], *columns: str) -> Cells:
    """Return a row that lacks some columns."""
    return {name: cell for name, cell in row.items() if name not in columns}


def read(platform: str, *paths: Path, shop_name: str = "") -> Reading:
    """Read files at a sales point of `platform`."""
    return read_files(paths, sales_point_platform=platform, shop_id="", shop_name=shop_name)


def read_rows(platform: str, folder: Path, *rows: Mapping[str, str]) -> Reading:
    """Write and read rows."""
    return read(platform, write(folder, rows))


def one_sale(platform: str, folder: Path, *rows: Mapping[str, str]) -> ReportedSale:
    """Read rows that must come to exactly one order without any issue."""
    reading = read_rows(platform, folder, *rows)
    assert reading.issues == []
    assert reading.accepted_rows == len(rows)
    (sale,) = reading.sales
    return sale


def codes(reading: Reading) -> list[tuple[int, str, str]]:
    """Return (row, verdict, code) of every issue."""
    return [(issue.row, issue.verdict, issue.code) for issue in reading.issues]


def money(sale: ReportedSale) -> tuple[int, int, int, int]:
    """Return goods, freight, what the consumer paid, what went back to the consumer."""
    return sale.goods_fen, sale.freight_fen, sale.consumer_paid_fen, sale.refunded_fen
