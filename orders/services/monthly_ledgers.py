"""State the rows of a monthly ledger (台账) as declared sales: all of them or none.

Every row passes the rules of `declare_sale` and waits for a checker; the workbook is the paper
of each. Source: docs/decisions/0022-taught-formats-and-monthly-ledgers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from operations.errors import OutOfReach
from operations.models import ReviewState
from orders import errors
from orders.models import DeclaredSale, EvidenceFile, SalesPoint, Unit
from orders.rules.monthly_ledgers import Ledger, LedgerIssue, LedgerRow
from orders.selectors.ledger_names import LedgerNames
from orders.services.declaring import MONTHLY, declare_sale
from orders.services.papers import enter_paper, store_paper

Declarer = TypeVar("Declarer", SalesPoint, Unit)
_ENDED = (ReviewState.RETURNED, ReviewState.REVOKED)
# What sets two declarations apart where both have it.
_APART = (
    *("sales_point_id", "unit_id", "county_code", "category_code", "purchase_mode"),
    "channel_class",
)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """For whom a ledger is handed in, and by whom.

    A row that names no declarer is this sales point's or unit's; one that names another is
    refused. `may_state` says of the stated rows whether the actor may state them all.
    """

    actor: User | None = None
    sales_point: SalesPoint | None = None
    unit: Unit | None = None
    may_state: Callable[[Sequence[DeclaredSale]], bool] = bool


@transaction.atomic
def state_ledger(ledger: Ledger, path: Path, handed_in: HandedIn) -> list[DeclaredSale]:
    """State every row of a ledger, with the file at `path` as its paper.

    Raises LedgerStatedAlready, LedgerRowsRefused, OutOfReach, PaperRefused.
    """
    stated, paper = _state(ledger, path, handed_in)
    store_paper(path, paper)
    return stated


def preview_ledger(ledger: Ledger, path: Path, handed_in: HandedIn) -> list[DeclaredSale]:
    """Return what `state_ledger` would state, and raise what it would; nothing is kept."""
    with transaction.atomic():
        stated, _paper = _state(ledger, path, handed_in)
        transaction.set_rollback(True)
    return stated


def _state(
    ledger: Ledger, path: Path, handed_in: HandedIn
) -> tuple[list[DeclaredSale], EvidenceFile]:
    names, issues = LedgerNames(), list(ledger.issues)
    declarers: dict[int, tuple[SalesPoint | None, Unit | None]] = {}
    for row in ledger.rows:
        try:
            declarers[row.row] = (
                _named(names.sales_point(row.sales_point), handed_in.sales_point),
                _named(names.unit(row.unit), handed_in.unit),
            )
        except errors.DeclarationRefused as refused:
            issues.append(LedgerIssue(row.row, refused.code, refused.message))
    _lock([declarer for pair in declarers.values() for declarer in pair])
    _refuse_stated(ledger)
    paper = enter_paper(path, name=ledger.name, actor=handed_in.actor)
    stated: list[DeclaredSale] = []
    rows: list[LedgerRow] = []
    for row in ledger.rows:
        if row.row not in declarers:
            continue
        try:
            sale = _declare(ledger, row, declarers[row.row], names, paper, handed_in.actor)
            for earlier, other in zip(stated, rows, strict=True):
                if _meet(earlier, sale):
                    raise errors.LedgerRowsMeet(other=other.row)
        except errors.DeclarationRefused as refused:
            issues.append(LedgerIssue(row.row, refused.code, refused.message))
            continue
        stated.append(sale)
        rows.append(row)
    if issues or not stated:
        raise _refusal(issues)
    if not handed_in.may_state(stated):
        raise OutOfReach(_("台账中有不在您范围内的行，不能由您登记。"))
    return stated, paper


def _declare(
    ledger: Ledger,
    row: LedgerRow,
    declarer: tuple[SalesPoint | None, Unit | None],
    names: LedgerNames,
    paper: EvidenceFile,
    actor: User | None,
) -> DeclaredSale:
    """State one row. Raises a subclass of DeclarationRefused."""
    source = _("台账“%(file)s”第 %(row)s 行") % {"file": ledger.name[:200], "row": row.row}
    return declare_sale(
        actor=actor,
        papers=[paper],
        kind=MONTHLY,
        sales_point=declarer[0],
        unit=declarer[1],
        period_start=row.first_day,
        period_end=row.last_day,
        helper_district_code=names.district(row.district, row.last_day),
        county_code=names.county(row.county),
        category_code=names.category(row.category),
        channel_class=row.channel_class,
        purchase_mode=row.purchase_mode,
        quantity=row.quantity,
        quantity_unit=row.quantity_unit,
        amount_fen=row.amount_fen,
        source=source,
    )


def _named(named: Declarer | None, asked: Declarer | None) -> Declarer | None:
    """Return the declarer of a row. Raises LedgerOtherDeclarer where it is not the one asked."""
    if named is not None and asked is not None and named != asked:
        raise errors.LedgerOtherDeclarer(value=named.name, expected=asked.name)
    return named or asked


def _lock(declarers: Sequence[SalesPoint | Unit | None]) -> None:
    """Let two uploads of one ledger state it one after the other."""
    for model in (SalesPoint, Unit):
        keys = {row.pk for row in declarers if isinstance(row, model)}
        rows = model._default_manager.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))


def _refuse_stated(ledger: Ledger) -> None:
    """Raise LedgerStatedAlready where what the same file stated stands or waits."""
    standing = DeclaredSale.objects.filter(kind=MONTHLY, papers__sha256=ledger.sha256)
    standing = standing.exclude(state__in=_ENDED).order_by("pk").distinct()
    first = standing.first()
    if first is not None:
        made_on = localtime(first.made_at).date().isoformat() if first.made_at else ""
        raise errors.LedgerStatedAlready(stated_on=made_on, count=standing.count(), first=first.pk)


def _meet(one: DeclaredSale, other: DeclaredSale) -> bool:
    """Say whether two rows of a ledger state, in part or whole, the same sales.

    The rule of `declared_already`, on rows that do not count yet: '' is all of them, and what a
    unit buys at a sales point is part of what either declares alone.
    """
    first = max(one.period_start or one.period_end, other.period_start or other.period_end)
    if first > min(one.period_end, other.period_end):
        return False
    pairs = [(getattr(one, name), getattr(other, name)) for name in _APART]
    return all(a == b or not (a and b) for a, b in pairs) and (
        one.sales_point_id == other.sales_point_id or one.unit_id == other.unit_id is not None
    )


def _refusal(issues: Sequence[LedgerIssue]) -> errors.DeclarationRefused:
    """Build the refusal of a ledger; what is declared twice is said once."""
    said: dict[int, LedgerIssue] = {}
    twice = [issue for issue in issues if issue.code == errors.DeclaredTwice.code]
    for issue in sorted(issues, key=lambda issue: issue.row):
        if issue in twice[1:]:
            continue
        message = issue.message
        if twice and issue == twice[0] and len(twice) > 1:
            others = "、".join(str(each.row) for each in twice[1:])
            message += _("第 %(rows)s 行也是如此。") % {"rows": others}
        said[issue.row] = LedgerIssue(issue.row, issue.code, message)
    rows = [
        {"row": issue.row, "code": issue.code, "message": issue.message} for issue in said.values()
    ]
    first = rows[0] if rows else {"row": 0, "code": "", "message": _("没有一行可以读取。")}
    return errors.LedgerRowsRefused(
        count=len(issues), row=first["row"], message=first["message"], rows=rows
    )
