"""How products says no. Every class is one refusal; its code is stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError

# So many bad rows are told at once; the rest is a number.
_ROWS_TOLD = 10


class RosterRefused(DomainError):
    """A roster file is refused as a whole: nothing of it is stored.

    Source: docs/decisions/0013-beneficiaries.md.
    """

    code = "roster_refused"
    status = 422
    sentence: str | Promise = gettext_lazy("名册文件“%(file)s”被拒绝。")

    def __init__(self, file: str, **facts: object) -> None:
        super().__init__(str(self.sentence) % {"file": file, **facts})
        self.details = {"file": file, **facts}


class RosterNotFound(RosterRefused):
    """There is no such file, or it may not be read."""

    code = "file_not_found"
    sentence = gettext_lazy("找不到名册文件“%(file)s”，或者没有读取权限。")


class RosterNotReadable(RosterRefused):
    """The file is no CSV text in UTF-8 or GB18030, or holds no row."""

    code = "roster_not_readable"
    sentence = gettext_lazy("名册文件“%(file)s”不是带表头的 CSV 文本，或者没有数据行。")


class PersonalDataRefused(RosterRefused):
    """A column or a cell names a person: rosters come without names, numbers and addresses.

    `where` names the column or the row, never the content.
    """

    code = "personal_data_refused"
    sentence = gettext_lazy(
        "名册文件“%(file)s”的%(where)s含有个人信息，已拒绝且未保存任何内容；请删除后重新导入。"
    )


class RosterColumnsRefused(RosterRefused):
    """A needed column is missing, stands twice, or is none of a roster."""

    code = "roster_columns_refused"
    sentence = gettext_lazy("名册文件“%(file)s”的列不对：%(columns)s。")


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why one row cannot be taken. `row` counts as a spreadsheet does: the header is row 1."""

    row: int
    code: str
    message: str


class RosterRowsRefused(RosterRefused):
    """Rows are wrong: `details["rows"]` has every one of them."""

    code = "roster_rows_refused"

    def __init__(self, file: str, rows: Sequence[BadRow]) -> None:
        told = "；".join(
            _("第 %(row)d 行：%(why)s") % {"row": bad.row, "why": bad.message}
            for bad in rows[:_ROWS_TOLD]
        )
        DomainError.__init__(
            self,
            _("名册文件“%(file)s”有 %(count)d 行不合格，未保存任何内容：%(told)s。")
            % {"file": file, "count": len(rows), "told": told},
        )
        self.details = {"file": file, "rows": list(rows)}


class OutOfStock(DomainError):
    """Fewer packs are free than were asked for. `details["sku_codes"]` names the SKUs."""

    code = "out_of_stock"
    status = 409

    def __init__(self, sku_codes: Sequence[str]) -> None:
        super().__init__(_("库存不足：%(skus)s。") % {"skus": "、".join(sku_codes)})
        self.details = {"sku_codes": list(sku_codes)}


class StockNotMoved(DomainError):
    """A movement that cannot be: more than is there and not promised, or nothing at all."""

    code = "stock_not_moved"
    status = 422


class NoStockPlace(DomainError):
    """No place serves the storefront, or there is no such place."""

    code = "no_stock_place"
    status = 409
