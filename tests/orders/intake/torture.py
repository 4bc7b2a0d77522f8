"""Files that no platform would write, and what must hold of whatever is made of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.clock import is_plausible
from common.money import MAX_FEN
from orders.errors import FileRefused
from orders.intake.reading import read_files
from orders.rules.readings import Reading
from orders.rules.sale import ReportedSale
from tests.orders.intake import generic_files, platform_files
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_54,
    LIST_67,
    SHOP_SYSTEM_38,
    accounts_for_every_row,
    detail,
    order,
)
from tests.orders.intake.writers import alibaba, douyin, jd, pdd, youzan
from tests.orders.intake.writers.sheets import Sheet

# Longer than any text column; the csv module takes no cell above 128 KiB.
LONG = "长" * 5_000
NASTY_CELLS = (
    *("=1+1", '=HYPERLINK("x","y")', "+1", "-1", "@SUM(1)", "＝1", "=", '="', '=""', '="""'),
    *("a\0b", "\0", "\x1b[31m", "\x07", "\ufeff", "\u200b", "\u202e12", "\ufffd", "\U0001f600"),
    *("1e400", "1E5", "inf", "-inf", "Infinity", "nan", "0x10", "1_000", "1,000.00", "-0.01"),
    *("8.9.0", "0.001", "9" * 5000, "0." + "0" * 5000, "999999999999", "10000000000.01", "²", "٣"),
    *("１２３", "８９.００", "0101-09-04 00:00:00", "9999-12-31 23:59:59", "2020-02-30 10:00:00"),
    *("2020-05-02", "2020/5/2 9:00", "2020-05-02 25:00:00", "2020-05-02T09:00:00+08:00", "43953"),
    *("合计", "总计：", ",", '"', '""', "'", "''", "\t", "\r\n", "\n", "a\r\nb", "　", "\xa0", " "),
    *("-", "——", "NULL", "None", "#REF!", "9.54042E+17", "954042000000000000", LONG, "😀" * 400),
    *("a;b", "1;2;3", "##x##", "~x~", "$x$", "#x#", "120****0000", "{}", "[1]", "\\", "%s", "{0}"),
)


@dataclass(frozen=True)
class Subject:
    """One format: `make` writes sound tables of so many orders, to be spoiled."""

    name: str
    platform: str
    make: Callable[[int], tuple[Sheet, ...]]

    def save(self, folder: Path, sheets: Sequence[Sheet]) -> list[Path]:
        """Write tables and return their files."""
        return [
            sheet.save(folder / f"{self.name}-{place}.csv") for place, sheet in enumerate(sheets)
        ]

    def read(self, folder: Path, sheets: Sequence[Sheet]) -> Reading | str:
        """Read tables at this format's sales point."""
        return outcome(self.save(folder, sheets), self.platform)

    def with_nasty_cells(self, table: int, column: int) -> list[Sheet]:
        """Return tables in which every order but the first and the last has a nasty cell."""
        sheets = list(self.make(len(NASTY_CELLS) + 2))
        for place, cell in enumerate(NASTY_CELLS, 1):
            sheets[table] = sheets[table].with_cell(place, column, cell)
        return sheets


def _numbers(count: int) -> list[int]:
    return [954000000000000123 + place for place in range(count)]


def _orders(count: int) -> list[dict[str, str]]:
    """The last order has a refund: it shows that the paid column is net of refunds."""
    rows = [order(number, 宝贝标题=f"宝贝 {number}") for number in _numbers(count)]
    rows[-1] |= {"买家实际支付金额": "69.00", "退款金额": "20.00"}
    return rows


def _items(count: int) -> list[dict[str, str]]:
    return [a | b for a, b in zip(_orders(count), _details(count), strict=True)]


def _details(count: int) -> list[dict[str, str]]:
    return [detail(number) for number in _numbers(count)]


def _generic(count: int) -> list[dict[str, str]]:
    return [
        generic_files.row(
            f"NB-{place}", line_number="1", buyer="样例食堂", status="succeeded", list_fen=9900,
            subsidy_fen=100, funder="平台", refund_fen=50, refunded_at="2020-05-03 10:00:00",
            voucher_code=f"V{place}", campaign_code="C1", beneficiary_unit="U1",
            county_code="522634", freight_fen=600, placed_at="2020-05-02 09:00:00",
        )
        for place in range(count)
    ]  # fmt: skip


def _chinese(count: int) -> list[dict[str, str]]:
    money = {"成交额": "89.00", "标价金额": "99", "补贴": "1.00", "退款": "0.5", "运费": "6.00"}
    return [
        {name: row[english] for english, name in generic_files.CHINESE.items() if english in row}
        | money
        for row in _generic(count)
    ]


_ALL_COLUMNS = list(dict.fromkeys([*LIST_54, *DETAIL_10]))
SUBJECTS = (
    Subject(
        "taobao",
        "taobao",
        lambda n: (Sheet.of(LIST_54, _orders(n)), Sheet.of(DETAIL_10, _details(n))),
    ),
    Subject("taobao-67", "taobao", lambda n: (Sheet.of(LIST_67, _orders(n)),)),
    Subject("taobao-items", "taobao", lambda n: (Sheet.of(_ALL_COLUMNS, _items(n)),)),
    Subject("taobao-shop-system", "taobao", lambda n: (Sheet.of(SHOP_SYSTEM_38, _sold(n)),)),
    Subject("generic", "", lambda n: (Sheet.of(generic_files.ENGLISH, _generic(n)),)),
    Subject(
        "generic-chinese",
        "",
        lambda n: (Sheet.of(list(generic_files.CHINESE.values()), _chinese(n)),),
    ),
    Subject("pdd", "pdd", lambda n: (Sheet.of(pdd.HEADER, _pdd(n)),)),
    Subject("youzan", "youzan", lambda n: (Sheet.of(youzan.HEADER, _youzan(n)), _youzan_items(n))),
    Subject("1688", "1688", lambda n: (Sheet.of(alibaba.HEADER, _alibaba(n)),)),
    Subject("jd", "jd", lambda n: (Sheet.of(jd.HEADER, _jd(n)),)),
    Subject("douyin", "douyin", lambda n: (Sheet.of(douyin.HEADER, _douyin(n)),)),
)


def _pdd(count: int) -> list[dict[str, str]]:
    return [platform_files.pdd(f"200501-{123456789012345 + n}") for n in range(count)]


def _youzan(count: int) -> list[dict[str, str]]:
    return [platform_files.youzan(f"E20200501150000{n:010d}") for n in range(count)]


def _youzan_items(count: int) -> Sheet:
    rows = [platform_files.youzan_item(f"E20200501150000{n:010d}") for n in range(count)]
    return Sheet.of(youzan.ITEM_HEADER, rows)


def _alibaba(count: int) -> list[dict[str, str]]:
    return [platform_files.a1688(str(885000000000000123 + n)) for n in range(count)]


def _jd(count: int) -> list[dict[str, str]]:
    return [platform_files.jd(str(120000000123 + n)) for n in range(count)]


def _douyin(count: int) -> list[dict[str, str]]:
    return [
        platform_files.douyin(str(4800000000000000011 + n), 主订单编号=4800000000000000011 + n)
        for n in range(count)
    ]


def _sold(count: int) -> list[dict[str, str]]:
    return [order(number) for number in _numbers(count)]


def outcome(paths: Sequence[Path], platform: str, shop_name: str = "") -> Reading | str:
    """Read files: a reading in which everything is sound, or the code of a refusal.

    Anything but a refusal that is raised is a bug, and passes through.
    """
    try:
        reading = read_files(paths, sales_point_platform=platform, shop_id="", shop_name=shop_name)
    except FileRefused as refused:
        refusal = refused
    else:
        check(reading)
        return reading
    assert refusal.code != FileRefused.code
    assert is_plain(refusal.message)
    json.dumps(refusal.details)
    return refusal.code


def changed(whole: bytes, changes: Sequence[tuple[float, bytes, int]]) -> bytes:
    """Return bytes changed at places: each (how far in, what is put there, bytes taken away)."""
    for place, what, taken in changes:
        at = int(place * len(whole))
        whole = whole[:at] + what + whole[at + taken :]
    return whole


def check(reading: Reading) -> None:
    """Assert that every row has one verdict and that whatever was accepted is sound."""
    assert accounts_for_every_row(reading)
    for issue in reading.issues:
        assert issue.verdict in ("rejected", "quarantined", "duplicate")
        assert issue.code
        assert is_plain(str(issue.message))
        assert is_text(issue.order_number)
    for facts in reading.files:
        assert [first for first, _rows, _body in facts.blocks] == list(
            range(1, facts.rows + 1, 500)
        )
        kept = [json.loads(zlib.decompress(body)) for _first, _rows, body in facts.blocks]
        assert sum(map(len, kept)) == facts.rows
    for sale in reading.sales:
        check_sale(sale)
    numbers = [sale.order_number for sale in reading.sales]
    assert len(set(numbers)) == len(numbers)


def check_sale(sale: ReportedSale) -> None:
    """Assert that an order's money adds up, its times are of this age and its texts are text."""
    amounts = (sale.goods_fen, sale.freight_fen, sale.consumer_paid_fen, sale.refunded_fen)
    assert all(0 <= fen <= MAX_FEN for fen in amounts)
    moments = (sale.placed_at, sale.paid_at, sale.refunded_at)
    assert all(is_plausible(each) for each in moments if each)
    if sale.paid_at is None:
        assert (sale.consumer_paid_fen, sale.refunded_fen, sale.subsidies) == (0, 0, ())
    else:
        subsidies = sum(fen for _funder, fen in sale.subsidies)
        assert sale.goods_fen + sale.freight_fen == sale.consumer_paid_fen + subsidies
    assert sale.refunded_fen <= sale.consumer_paid_fen
    assert sale.order_number
    texts = [sale.order_number, sale.title, sale.buyer, sale.reference_code, sale.payer_unit]
    for line in sale.lines or ():
        assert 0 <= line.list_fen <= MAX_FEN
        assert line.quantity >= 1
        texts += [line.line_key, line.title, line.attributes, line.seller_code, line.county_code]
    assert all(map(is_text, texts))
    keys = [line.line_key for line in sale.lines or ()]
    assert len(set(keys)) == len(keys)


def is_text(text: str) -> bool:
    """Say whether every database can keep a text."""
    text.encode("utf-8")
    return "\0" not in text


def is_plain(text: str) -> bool:
    """Say whether a message is one short line that a terminal prints as it stands."""
    return is_text(text) and len(text) <= 2_000 and text.isprintable()
