"""Refusals of taught formats."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class TeachingRefused(DomainError):
    """A format is not taught as stated.

    Every subclass has one sentence, and the facts behind it as details.
    Source: docs/decisions/0022-taught-formats-and-monthly-ledgers.md.
    """

    code = "teaching_refused"
    status = 422
    sentence: str | Promise = _("自定义格式未被接受。")

    def __init__(self, **facts: object) -> None:
        super().__init__(str(self.sentence) % facts)
        self.details = facts


class FormatCodeNotValid(TeachingRefused):
    """The code of a format is no short code, or a built-in format has it."""

    code = "format_code_not_valid"
    sentence = _(
        "格式编码“%(format)s”无效：以小写字母开头，由小写字母、数字和 - 组成，最长 20 个字符，"
        "且不与内置格式相同。"
    )


class FormatNotDraft(TeachingRefused):
    """Only a draft is changed, published or discarded."""

    code = "format_not_draft"
    status = 409
    sentence = _("“%(name)s”不是草稿：已发布的版本不能修改，请另立新版本。")


class FormatNotInUse(TeachingRefused):
    """Only the newest published version can be retired."""

    code = "format_not_in_use"
    status = 409
    sentence = _("“%(name)s”不在使用中。")


class FormatDraftExists(TeachingRefused):
    """A format has one draft at a time."""

    code = "format_draft_exists"
    status = 409
    sentence = _("“%(name)s”已有一份草稿，请先发布或放弃它。")


class FormatColumnsMissing(TeachingRefused):
    """A column without which no order can be read stands for nothing."""

    code = "format_columns_missing"
    sentence = _("还没有指明：%(columns)s。")


class FormatColumnsUnclear(TeachingRefused):
    """A header is not exactly once in the sample, or stands for two of our columns."""

    code = "format_columns_unclear"
    sentence = _("表头“%(header)s”在样例中不是恰好出现一次，或者对应了两项。")


class FormatBuiltIn(TeachingRefused):
    """A built-in format reads such files already."""

    code = "format_built_in"
    status = 409
    sentence = _("内置的“%(name)s”已能读取这种文件，不需要自定义。")


class FormatTaughtAlready(TeachingRefused):
    """Another taught format of the platform is known by the same headers."""

    code = "format_taught_already"
    status = 409
    sentence = _("“%(name)s”已按同样的表头识别，请改为它的新版本。")


class FormatTrialFailed(TeachingRefused):
    """No order of the sample can be read."""

    code = "format_trial_failed"
    sentence = _("样例中没有一个订单能够读入，不能发布。%(why)s")
