"""Refusals of declared sales."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


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


class OpeningStatesPart(DeclarationRefused):
    """An opening figure names a part of its scope; it is everything sold there."""

    code = "opening_states_part"
    sentence = _("期初累计是所注明区县的全部销售，不能再注明类目、渠道、采购方式或数量。")


class DeclaredPeriodNotValid(DeclarationRefused):
    """The period lacks its first day, is out of order, has not ended, or is no plausible one."""

    code = "declared_period_not_valid"
    sentence = _("申报期间不完整、起止颠倒、尚未结束或年份不合理。")


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


class ReplacedNotAlike(DeclarationRefused):
    """The declaration that this one is to correct speaks of something else."""

    code = "replaced_not_alike"
    sentence = _(
        "只能更正同一类型的申报：台账申报须销售点和单位相同、期间有重叠，期初累计须区县相同。"
    )


class ReplacedNotInForce(DeclarationRefused):
    """The declaration that this one is to correct does not count, or no longer."""

    code = "replaced_not_in_force"
    status = 409
    sentence = _("要更正的申报未生效，或者已不再有效。")


class LedgerRowsRefused(DeclarationRefused):
    """Rows of a monthly ledger cannot be stated, so none of it is.

    `details["rows"]` has {row, code, message} of each.
    """

    code = "ledger_rows_refused"
    sentence = _("台账中有 %(count)s 行不能登记，全部没有登记：第 %(row)s 行：%(message)s")


class LedgerStatedAlready(DeclarationRefused):
    """The very same file was stated before, and what it stated stands or waits."""

    code = "ledger_stated_already"
    status = 409
    sentence = _("这份台账文件已于 %(stated_on)s 登记过 %(count)s 行，没有重复登记。")


class LedgerUnknownDeclarer(DeclarationRefused):
    """A row names a sales point or unit that is not there, or another than the one asked for."""

    code = "ledger_unknown_declarer"
    sentence = _("没有编码或名称为“%(value)s”的%(kind)s。")


class LedgerOtherDeclarer(DeclarationRefused):
    """A row names another sales point or unit than the one that the file was handed in for."""

    code = "ledger_other_declarer"
    sentence = _("这一行写的是“%(value)s”，不是所选的“%(expected)s”。")


class LedgerRowsMeet(DeclarationRefused):
    """Two rows of one ledger state, in part or whole, the same sales."""

    code = "ledger_rows_meet"
    sentence = _("与第 %(other)s 行申报了相同或重叠的范围和期间。")
