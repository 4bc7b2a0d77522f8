"""Refusals of files: nothing of a refused file is written."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from common.plain_text import one_line

# Of a fact in a sentence. Unit: characters.
_LONGEST_FACT = 300


class FileRefused(DomainError):
    """A file is refused as a whole: nothing of it is written.

    Every subclass has one sentence with the file's name, and the facts behind it as details.
    Source: docs/decisions/0005-import-accounting.md.
    """

    code = "file_refused"
    status = 422
    sentence: str | Promise = _("文件“%(file)s”被拒绝。")

    def __init__(self, file: str, **facts: object) -> None:
        # Names of files and what stands in them come from outside.
        told = {
            name: one_line(fact, _LONGEST_FACT) if isinstance(fact, str) else fact
            for name, fact in {"file": file, **facts}.items()
        }
        super().__init__(str(self.sentence) % told)
        self.details = told


class FileNotFound(FileRefused):
    """There is no such file, or it may not be read."""

    code = "file_not_found"
    sentence = _("找不到文件“%(file)s”，或者没有读取权限。")


class PaperRefused(FileRefused):
    """A paper is empty, too large or cannot be read."""

    code = "paper_refused"
    sentence = _("佐证材料“%(file)s”是空的、无法读取或超过 20 MB。")


class UploadTooLarge(FileRefused):
    """An uploaded file is larger than the settings allow."""

    code = "upload_too_large"
    sentence = _("文件“%(file)s”超过 %(most_mb)s MB，请按时间段分批导出。")


class EmptyFile(FileRefused):
    """The file holds nothing."""

    code = "empty_file"
    sentence = _("文件“%(file)s”是空的。")


class FileNotDecodable(FileRefused):
    """The file is neither UTF-8, GB18030 nor marked UTF-16, down to its last byte."""

    code = "not_decodable"
    sentence = _("文件“%(file)s”的文字编码无法识别，或者文件没有下载完整，请重新导出。")


class NotATable(FileRefused):
    """The file is a document, an archive, a picture: neither a text table nor a workbook."""

    code = "not_a_table"
    sentence = _("文件“%(file)s”不是表格，请直接使用平台导出的 CSV 或 Excel（xlsx）文件。")


class WorkbookDamaged(FileRefused):
    """The workbook cannot be read, though it says that it is one."""

    code = "workbook_damaged"
    sentence = _("工作簿“%(file)s”无法读取，文件已损坏或没有下载完整，请重新导出。")


class WorkbookEncrypted(FileRefused):
    """The workbook asks for a password."""

    code = "workbook_encrypted"
    sentence = _("工作簿“%(file)s”设有密码，请取消密码后另存再上传。")


class TooManyRows(FileRefused):
    """The sheet has more rows than a workbook may have (case C46)."""

    code = "too_many_rows"
    sentence = _("工作簿“%(file)s”的数据超过 %(most)s 行，请按时间段分批导出，或导出为 CSV。")


class SeveralTables(FileRefused):
    """More than one sheet of the workbook holds a table of sales: none may be left out unseen."""

    code = "several_tables"
    sentence = _(
        "工作簿“%(file)s”里有不止一张订单表（%(sheets)s），请把每张工作表另存为单独的文件，分别导入。"
    )


class ArchiveDamaged(FileRefused):
    """The zip, an archive or a workbook, cannot be unpacked."""

    code = "archive_damaged"
    sentence = _("文件“%(file)s”无法解压，文件已损坏或没有下载完整，请重新导出。")


class ArchiveEncrypted(FileRefused):
    """The archive asks for a password."""

    code = "archive_encrypted"
    sentence = _("压缩包“%(file)s”设有密码，请解压后上传其中的文件。")


class EmptyArchive(FileRefused):
    """The archive holds no file."""

    code = "empty_archive"
    sentence = _("压缩包“%(file)s”里没有文件。")


class NestedArchive(FileRefused):
    """A member of the archive is an archive itself."""

    code = "nested_archive"
    sentence = _("压缩包“%(file)s”里还有压缩包“%(member)s”，请解压后上传其中的文件。")


class UnpackedTooLarge(FileRefused):
    """Unpacking the archive or workbook would do harm: too large, too many, packed too well.

    Source: case C46 of the reliability list; the limits stand in orders/intake/zips.py.
    """

    code = "unpacked_too_large"
    sentence = _(
        "文件“%(file)s”解压后过大（压缩包限 100 MB，工作簿限 150 MB，限 1000 个文件）或压缩比异常，"
        "为安全起见没有打开；如确为订单文件，请按时间段分批导出。"
    )


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


class AmountsDoNotFit(FileRefused):
    """Paid orders exist and the amounts of none of them add up."""

    code = "amounts_do_not_fit"
    sentence = _(
        "文件“%(file)s”中没有一个已付款订单的金额能对上平台的口径，无法确定各金额列的含义，未导入。"
    )


class SampleTooLarge(FileRefused):
    """A sample to teach a format on is larger than it needs to be."""

    code = "sample_too_large"
    sentence = _("样例“%(file)s”超过 5 MB，请只保留开头的一部分订单。")


class LedgerTooLong(FileRefused):
    """A monthly ledger has more rows than sums by month can have."""

    code = "ledger_too_long"
    sentence = _("台账“%(file)s”超过 %(most)s 行；台账按月汇总，逐笔订单请用订单导入。")


class LedgerUnitUnclear(FileRefused):
    """A title speaks of 万元 and the header of the amounts does not."""

    code = "ledger_unit_unclear"
    sentence = _(
        "台账“%(file)s”的标题写着万元，金额列没有写明单位，请把表头写成“金额（元）”或“金额（万元）”。"
    )


class LedgerTotalsDiffer(FileRefused):
    """A row of totals is not the sum of its rows."""

    code = "ledger_totals_differ"
    sentence = _(
        "台账“%(file)s”第 %(row)s 行的合计是 %(stated)s 元，而上面各行相加是 %(summed)s 元，"
        "请核对后再报。"
    )
