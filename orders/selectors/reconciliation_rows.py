"""The figures of a reconciled month as named rows, for tables, files and JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.money import yuan
from orders.models import ImportIssue, ReconciliationNote
from orders.models.exclusion import EXCLUSION_WORDS
from orders.rules.reconciliation import Difference, Explanation, Money, Month, Verdict


class FigureRow(NamedTuple):
    """One figure of a month. `key` is stable; `counted` is None where nothing is.

    `part` says where it stands: the platform's side ("platform"), ours ("held"), a difference
    ("difference"), or beside both ("beside").
    """

    key: str
    part: str
    name: str
    counted: int | None
    gross_fen: int
    refund_fen: int
    is_sum: bool = False

    @property
    def net_fen(self) -> int:
        """Return gross less refund."""
        return self.gross_fen - self.refund_fen


def verdict_words(verdict: Verdict) -> str:
    """Return what a verdict reads like."""
    return {
        Verdict.EVEN: _("已平"),
        Verdict.EXPLAINED: _("已说明"),
        Verdict.OPEN: _("未说明"),
        Verdict.NO_STATEMENT: _("未登记平台账单"),
    }[verdict]


def dating_words() -> str:
    """Return by which date a month's orders and refunds count, for whoever compares statements."""
    return _(
        "金额为元。订单按付款月份（北京时间）计；退款计入其订单的付款月份，不论何时退款。"
        "平台账单须为同一口径，按退款日期结算的账单要先换算。"
    )


def figure_rows(month: Month) -> list[FigureRow]:
    """Return every figure of a month, in the order in which the two equations are read."""
    files, verdicts = month.files, dict(ImportIssue.Verdict.choices)
    rows = []
    if month.statement is not None:
        rows.append(_row("statement", "platform", _("平台账单"), month.statement, is_sum=True))
    rows.append(_row("reported", "platform", _("文件：已入库订单"), month.reported))
    bad = [(verdict, str(verdicts[verdict]), money) for verdict, money in month.unrecorded.items()]
    rows += [
        _row(f"files_{verdict}", "platform", _("文件：%(verdict)s行") % {"verdict": word}, money)
        for verdict, word, money in bad
    ]
    rows += [
        _row("files", "platform", _("文件合计"), files, is_sum=True),
        _row("goods", "held", _("商品销售（台账）"), month.goods),
        _row("freight", "held", _("运费（台账）"), month.freight),
    ]
    rows += [
        _row(
            f"excluded_{reason}",
            "held",
            _("不计入：%(reason)s") % {"reason": EXCLUSION_WORDS.get(reason, reason)},
            money,
        )
        for reason, money in month.excluded.items()
    ]
    rows += [
        _row(verdict, "held", _("%(verdict)s行，未入库") % {"verdict": word}, money)
        for verdict, word, money in bad
    ]
    corrected = Money(0, 0, month.corrected_fen)
    rows += [
        _row("corrected", "held", _("退款更正（所报减更正后）"), corrected),
        _row("held", "held", _("我方合计"), month.held, is_sum=True),
        *_difference_rows(month),
        _row("withdrawn", "beside", _("另列：已撤出的订单"), month.withdrawn),
        FigureRow(
            "compensation", "beside", _("另列：赔付（不影响净额）"), None, month.compensation_fen, 0
        ),
    ]
    return rows


def _difference_rows(month: Month) -> list[FigureRow]:
    fen = month.differences
    rows = []
    if month.statement is not None:
        rows.append(
            FigureRow(
                "statement_difference",
                "difference",
                _("差额：平台账单 − 文件"),
                None,
                fen[Difference.STATEMENT_GROSS],
                fen[Difference.STATEMENT_REFUND],
                is_sum=True,
            )
        )
    rows.append(
        FigureRow(
            "ledger_difference",
            "difference",
            _("差额：文件 − 我方"),
            None,
            fen[Difference.LEDGER_GROSS],
            fen[Difference.LEDGER_REFUND],
            is_sum=True,
        )
    )
    return rows


def month_as_json(month: Month) -> dict[str, Any]:
    """Return a month as the JSON of `reconcile`. Money in fen, months as YYYY-MM."""
    statement = month.statement
    return {
        "month": f"{month.month:%Y-%m}",
        "verdict": month.verdict.value,
        "statement": _money(statement) if statement else None,
        "files": _money(month.files),
        "reported": _money(month.reported),
        "unrecorded": {verdict: _money(each) for verdict, each in month.unrecorded.items()},
        "goods": _money(month.goods, count=False),
        "freight": _money(month.freight, count=False),
        "excluded": [
            {
                "reason": reason,
                "name": str(EXCLUSION_WORDS.get(reason, reason)),
                **_money(money, count=False),
            }
            for reason, money in month.excluded.items()
        ],
        "corrected_fen": month.corrected_fen,
        "withdrawn": _money(month.withdrawn),
        "compensation_fen": month.compensation_fen,
        "differences": [
            {
                "which": which.value,
                "amount_fen": fen,
                "explained_fen": month.explained_fen(which),
                "verdict": month.verdict_on(which).value,
                "moved": month.has_moved(which),
            }
            for which, fen in month.differences.items()
        ],
        "notes": [
            {
                "which": note.which.value,
                "amount_fen": note.amount_fen,
                "text": note.text,
                "by": note.by,
                "on": note.on,
            }
            for note in month.notes
        ],
    }


def difference_name(which: Difference) -> str:
    """Return what a difference is called."""
    return str(ReconciliationNote.Which(which.value).label)


def note_words(note: Explanation) -> str:
    """Return what a note explains, in one line."""
    return _("说明（%(which)s）%(amount)s 元：%(text)s（%(by)s，%(on)s）") % {
        "which": difference_name(note.which),
        "amount": yuan(note.amount_fen),
        "text": note.text,
        "by": note.by or "—",
        "on": note.on,
    }


def _row(key: str, part: str, name: str, money: Money, *, is_sum: bool = False) -> FigureRow:
    return FigureRow(
        key, part, name, money.count or None, money.gross_fen, money.refund_fen, is_sum
    )


def _money(money: Money, *, count: bool = True) -> dict[str, int]:
    amounts = {
        "gross_fen": money.gross_fen,
        "refund_fen": money.refund_fen,
        "net_fen": money.net_fen,
    }
    return {"count": money.count, **amounts} if count else amounts
