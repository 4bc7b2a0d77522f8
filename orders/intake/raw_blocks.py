"""Raw rows, kept as they came but for the people in them (docs/decisions/0010-privacy.md)."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Collection, Sequence

from orders.intake.cells import clean_code

ROWS_PER_BLOCK = 500
# Headers of order numbers, as the formats write them.
_ORDER_NUMBERS = frozenset({"订单编号", "订单号", "主订单编号", "子订单编号", "order_number"})
# No telephone number is that long.
_LONG_NUMBER = re.compile(r"E?[0-9]{15,30}|[0-9]{6}-[0-9]{12,20}")

# Columns that name or describe a person, and free text in which people leave phone numbers.
CONTACT_COLUMNS = frozenset(
    {
        "买家会员名",
        "买家支付宝账号",
        "收货人姓名",
        "收货地址",
        "联系电话",
        "联系手机",
        "修改后的收货地址",
        "买家留言",
        "订单备注",
        "备注",
        "商家备忘",
        "发票抬头",
        # 拼多多
        "收货人",
        "手机",
        "手机号",
        "详细地址",
        "身份证姓名",
        "身份证号",
        "身份证号码",
        "用户购买手机号",
        "商家备注",
        "卖家备注",
        # 有赞
        "收货人/提货人",
        "收货人手机号/提货人手机号",
        "详细收货地址/提货地址",
        "收货人手机号",
        "买家昵称",
        "买家姓名",
        "买家手机号",
        "买家备注",
        "商家订单备注",
        "商品备注",
        "商品留言",
        "收银员",
        "分销员",
        "分销员手机号",
        "销售导购",
        "专属导购",
        "挂账主体",
        "挂账手机号",
        # 1688
        "买家公司名",
        "邮编",
        "代理商姓名",
        "代理商联系方式",
        "发起人登录名",
        "下单公司主体",
        "发票收取地址",
        "发票:购货单位名称",
        "发票:纳税人识别号",
        "发票:地址、电话",
        "发票:开户行及账号",
        # 京东
        "下单帐号",
        "下单账号",
        "客户姓名",
        "客户地址",
        "发票内容",
        "增值税发票",
        # 抖音
        "收件人",
        "收件人姓名",
        "收件人手机号",
        "收件人电话",
        "街道",
        "用户昵称",
        "达人昵称",
        "订单留言",
        "取消原因",
    }
)

# Not the region, which says nothing of one person, nor a mark that is yes or no.
_PERSONAL = re.compile(
    "手机|电话|地址|姓名|身份证|昵称|留言|备注|备忘|邮编|邮箱|微信号|支付宝账号|发票抬头|税号"
    "|(收货|收件|提货|签收|联系)人$"
)
_NO_PERSON = re.compile("^是否|商品名|店铺名")


def names_a_person(header: str) -> bool:
    """Say whether the cells below a header are personal, whatever its blanks and width of marks.

    Platforms rename columns, so words that only stand over people count as well.
    """
    plain = _plain(header)
    return plain in _PLAIN_CONTACTS or (
        _PERSONAL.search(plain) is not None and _NO_PERSON.search(plain) is None
    )


def _plain(header: str) -> str:
    wide = str.maketrans("：（）", ":()")
    return "".join(header.translate(wide).casefold().split())


_PLAIN_CONTACTS = frozenset(map(_plain, CONTACT_COLUMNS))


class RawBlocks:
    """Collects the rows of one file into compressed blocks while they are read.

    Of a file that people make by hand any column may name a person: then `only` its known
    columns are kept. A platform's file keeps all but its contact columns.
    """

    def __init__(self, header: Sequence[str], only: Collection[str] | None = None) -> None:
        kept = [
            i
            for i, name in enumerate(header)
            if not names_a_person(name) and (only is None or name in only)
        ]
        self.blocks: list[tuple[int, int, bytes]] = []
        names = _unique(header)
        self._columns = [(names[i], i) for i in kept]
        self._first_header = header[0] if header else ""
        self._first_row = 1
        self._rows: list[dict[str, str]] = []

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the headers of the rows that are kept, in the order of the file."""
        return tuple(name for name, _i in self._columns)

    def add(self, cells: Sequence[str]) -> None:
        """Keep a sound row."""
        self._keep({name: cells[i] for name, i in self._columns if cells[i]})

    def add_damaged(self, cells: Sequence[str]) -> None:
        """Keep of a row with shifted cells only its order number: the rest may be a person."""
        is_number = self._first_header in _ORDER_NUMBERS and bool(cells)
        number = clean_code(cells[0]) if is_number else ""
        self._keep({self._first_header: number} if _LONG_NUMBER.fullmatch(number) else {})

    def close(self) -> None:
        """Compress what is left."""
        if self._rows:
            body = json.dumps(self._rows, ensure_ascii=False, separators=(",", ":"))
            packed = zlib.compress(body.encode(), 1)
            self.blocks.append((self._first_row, len(self._rows), packed))
            self._first_row += len(self._rows)
            self._rows = []

    def _keep(self, row: dict[str, str]) -> None:
        self._rows.append(row)
        if len(self._rows) == ROWS_PER_BLOCK:
            self.close()


def _unique(header: Sequence[str]) -> list[str]:
    """Return the headers, each numbered when it stands over an earlier column as well."""
    seen: Counter[str] = Counter()
    names = []
    for name in header:
        seen[name] += 1
        names.append(f"{name}#{seen[name]}" if seen[name] > 1 else name)
    return names
