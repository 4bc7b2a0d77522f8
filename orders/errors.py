"""How orders says no. Every class is one refusal; its code is stable."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class UnknownSalesPoint(DomainError):
    """There is no sales point with that code."""

    code = "unknown_sales_point"
    status = 404


class OrderNotCounted(DomainError):
    """An order has no ledger rows: there is nothing to exclude, link or credit."""

    code = "order_not_counted"


class UnknownLine(DomainError):
    """An order has no line with that key."""

    code = "unknown_line"
    status = 404


class AlreadyDecided(DomainError):
    """A decision on the same thing is prepared or in force."""

    code = "already_decided"


class EvidenceMissing(DomainError):
    """A decision needs its evidence or reason in words."""

    code = "evidence_missing"
    status = 422


class SameOrder(DomainError):
    """An order cannot be its own duplicate."""

    code = "same_order"
    status = 422


class PeriodNotValid(DomainError):
    """A period ends before it starts."""

    code = "period_not_valid"
    status = 422


class UnknownImport(DomainError):
    """There is no such import, or nothing waits to be done with it."""

    code = "unknown_import"
    status = 404


class RefundNotLower(DomainError):
    """A refund correction lowers what is recorded, and not below zero."""

    code = "refund_not_lower"
    status = 422


class ImportDidNotFinish(DomainError):
    """The job of an import or withdrawal failed; its message says why."""

    code = "import_failed"


class ImportNotFinished(DomainError):
    """An import that runs or was withdrawn cannot be withdrawn."""

    code = "import_not_finished"


class FileRefused(DomainError):
    """A file is refused as a whole: nothing of it is written.

    Every subclass has one sentence with the file's name, and the facts behind it as details.
    Source: docs/decisions/0005-import-accounting.md.
    """

    code = "file_refused"
    status = 422
    sentence: str | Promise = _("文件“%(file)s”被拒绝。")

    def __init__(self, file: str, **facts: object) -> None:
        super().__init__(str(self.sentence) % {"file": file, **facts})
        self.details = {"file": file, **facts}


class FileNotFound(FileRefused):
    """There is no such file, or it may not be read."""

    code = "file_not_found"
    sentence = _("找不到文件“%(file)s”，或者没有读取权限。")


class PaperRefused(FileRefused):
    """A paper is empty, too large or cannot be read."""

    code = "paper_refused"
    sentence = _("佐证材料“%(file)s”是空的、无法读取或超过 20 MB。")


class EmptyFile(FileRefused):
    """The file holds nothing."""

    code = "empty_file"
    sentence = _("文件“%(file)s”是空的。")


class FileNotDecodable(FileRefused):
    """The file is neither UTF-8, GB18030 nor marked UTF-16, down to its last byte."""

    code = "not_decodable"
    sentence = _("文件“%(file)s”的文字编码无法识别，或者文件没有下载完整，请重新导出。")


class NotATable(FileRefused):
    """The file is a workbook, an archive, a picture: not a text table."""

    code = "not_a_table"
    sentence = _("文件“%(file)s”不是文本表格（CSV），请直接使用平台导出的 CSV 文件。")


class TruncatedFile(FileRefused):
    """The file ends inside a row."""

    code = "truncated"
    sentence = _("文件“%(file)s”的最后一行不完整，文件没有下载完整，请重新导出。")


class UnknownFormat(FileRefused):
    """The header belongs to no layout that this door reads."""

    code = "unknown_format"
    sentence = _("文件“%(file)s”的表头不是已知的订单导出格式。")


class WrongPlatform(FileRefused):
    """The file comes from another platform than the sales point's."""

    code = "wrong_platform"
    sentence = _("文件“%(file)s”是%(found)s的导出文件，不是该销售点所在平台的文件。")


class WrongShop(FileRefused):
    """A row of the file belongs to another shop."""

    code = "wrong_shop"
    sentence = _("文件“%(file)s”第 %(row)s 行属于另一家店铺“%(found)s”，不是“%(expected)s”。")


class HeaderOnly(FileRefused):
    """The file has a header and no data row."""

    code = "header_only"
    sentence = _("文件“%(file)s”只有表头，没有数据行。")


class SameTableTwice(FileRefused):
    """Two of the files hold the same table."""

    code = "same_table_twice"
    sentence = _("文件“%(file)s”与“%(other)s”是同一种表，一次导入每种表只能有一个文件。")


class MissingColumns(FileRefused):
    """A column without which the amounts cannot be known is not there."""

    code = "missing_columns"
    sentence = _("文件“%(file)s”缺少必需的列：%(columns)s。")


class DuplicateHeaders(FileRefused):
    """A needed header stands over two columns."""

    code = "duplicate_headers"
    sentence = _("文件“%(file)s”的列“%(columns)s”出现了不止一次，无法判断以哪一列为准。")


class OrderNumbersDamaged(FileRefused):
    """A spreadsheet has rounded every order number of the file."""

    code = "order_numbers_damaged"
    sentence = _(
        "文件“%(file)s”的订单编号已被电子表格软件改写（如 9.54E+17），无法恢复，"
        "请使用平台原始导出文件。"
    )


class RefundsDoNotFit(FileRefused):
    """Refunded orders exist and none of them fits the money identity."""

    code = "refunds_do_not_fit"
    sentence = _(
        "文件“%(file)s”中有退款的订单都不满足“总金额 = 买家实际支付金额 + 退款金额”，"
        "无法确定金额口径，未导入。"
    )


# ----------------------------------------------------------------- declared sales


class DeclarationRefused(DomainError):
    """A declared sale is not taken as stated, or not put in force.

    Every subclass has one sentence, and the facts behind it as details.
    Source: docs/decisions/0006-counting.md.
    """

    code = "declaration_refused"
    status = 422
    sentence: str | Promise = _("申报未被接受。")

    def __init__(self, **facts: object) -> None:
        super().__init__(str(self.sentence) % facts)
        self.details = facts


class DeclarerMissing(DeclarationRefused):
    """A monthly declaration names neither a sales point nor a unit."""

    code = "declarer_missing"
    sentence = _("台账申报须注明销售点或单位。")


class OpeningNamesDeclarer(DeclarationRefused):
    """An opening figure names a sales point or a unit; it stands for a district and a county."""

    code = "opening_names_declarer"
    sentence = _("期初累计不能注明销售点或单位。")


class DeclaredPeriodNotValid(DeclarationRefused):
    """The period lacks its first day, ends before it starts, or lies outside plausible years."""

    code = "declared_period_not_valid"
    sentence = _("申报期间不完整、起止颠倒或年份不合理。")


class DeclaredAmountNotValid(DeclarationRefused):
    """The amount is negative or beyond the bound, or an opening figure of nothing."""

    code = "declared_amount_not_valid"
    sentence = _("申报金额不合理；没有销售的，请填 0，作零报告。")


class DeclaredQuantityNotValid(DeclarationRefused):
    """The quantity is negative or beyond the bound, or has no unit."""

    code = "declared_quantity_not_valid"
    sentence = _("申报数量不合理，或者没有注明数量单位。")


class DeclaredCodeUnknown(DeclarationRefused):
    """A code of the declaration names nothing."""

    code = "declared_code_unknown"
    sentence = _("%(field)s“%(value)s”不存在。")


class DeclaredSourceMissing(DeclarationRefused):
    """The declaration does not say where its figure comes from."""

    code = "declared_source_missing"
    sentence = _("请注明申报数字的来源。")


class DeclaredPapersMissing(DeclarationRefused):
    """A monthly declaration comes without a single paper."""

    code = "declared_papers_missing"
    sentence = _("台账申报须附至少一份佐证材料。")


class DeclaredTwice(DeclarationRefused):
    """The same sales are declared already, for a period that this one meets."""

    code = "declared_twice"
    status = 409
    sentence = _(
        "相同范围在 %(period_start)s 至 %(period_end)s 已有生效的申报，如需更正请注明更正的申报。"
    )


class ReplacedNotInForce(DeclarationRefused):
    """The declaration that this one is to correct is of another kind or no longer in force."""

    code = "replaced_not_in_force"
    status = 409
    sentence = _("要更正的申报类型不同，或者已不再有效。")
