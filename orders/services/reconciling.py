"""Enter what a platform's statement says of a month, and why figures differ (对账)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from orders.errors import EvidenceMissing, NothingToExplain, PeriodNotValid
from orders.models import EvidenceFile, PlatformStatement, ReconciliationNote, SalesPoint
from orders.rules.reconciliation import Difference
from orders.selectors.reconciliation import month_of, reconciled_month


@transaction.atomic
def enter_statement(
    *,
    sales_point: SalesPoint,
    month: date,
    gross_fen: int,
    refund_fen: int,
    orders: int | None = None,
    source: str,
    papers: Iterable[EvidenceFile] = (),
    actor: User | None,
) -> PlatformStatement:
    """Enter a platform's figures of the month in which `month` lies; they stand from now on.

    What was entered of that month before stays as its history. Raises EvidenceMissing without a
    source, PeriodNotValid for a month that has not begun.
    """
    if not source.strip():
        raise EvidenceMissing(_("请说明平台账单的出处。"))
    if month > clock.today() or month.year < clock.EARLIEST_YEAR:
        raise PeriodNotValid(_("月份不在可以登记的范围内。"))
    row = PlatformStatement.objects.create(
        sales_point=sales_point,
        month=month_of(month),
        gross_fen=gross_fen,
        refund_fen=refund_fen,
        orders=orders,
        source=source.strip()[:300],
        made_by=actor,
        made_at=clock.now(),
    )
    row.papers.set(papers)
    _record(actor, "statement.entered", row)
    return row


@transaction.atomic
def explain_difference(
    *,
    sales_point: SalesPoint,
    month: date,
    which: str,
    amount_fen: int,
    text: str,
    actor: User | None,
) -> ReconciliationNote:
    """Explain a part of a month's difference, in fen with its sign.

    Raises EvidenceMissing without words, NothingToExplain for an amount of zero, or where there
    is neither a difference nor a note to take back.
    """
    if not text.strip():
        raise EvidenceMissing(_("请写明差额的原因。"))
    figures = reconciled_month(sales_point, month)
    chosen = Difference(which)
    difference_fen = figures.differences.get(chosen)
    if difference_fen is None:
        raise NothingToExplain(_("这个月还没有登记平台账单。"))
    if not amount_fen or not (difference_fen or figures.explained_fen(chosen)):
        raise NothingToExplain(_("这一项没有差额，不需要说明。"))
    row = ReconciliationNote.objects.create(
        sales_point=sales_point,
        month=figures.month,
        which=chosen.value,
        amount_fen=amount_fen,
        difference_fen=difference_fen,
        text=text.strip()[:500],
        made_by=actor,
        made_at=clock.now(),
    )
    _record(actor, "difference.explained", row)
    return row


def _record(actor: User | None, action: str, row: PlatformStatement | ReconciliationNote) -> None:
    record_audit_event(
        actor=actor, action=action, object_kind=row._meta.label_lower, object_key=row.pk
    )
