"""The only writer of declared sales (申报销售): stated, checked, corrected, revoked.

Each is prepared by one person and checked by another. Source:
docs/decisions/0006-counting.md, docs/decisions/0012-maker-and-checker.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Required, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.money import MAX_FEN
from operations.models import ReviewState
from operations.services import reviewing
from orders import errors
from orders.models import (
    DeclaredSale,
    EvidenceFile,
    SalesPoint,
    Unit,
)
from orders.selectors.declared import declared_already, may_correct
from orders.selectors.helper_districts import district_known, helper_book
from products.models import Category, County
from products.services.reference_rows import Outcome, add_or_keep

MONTHLY, OPENING = DeclaredSale.Kind.MONTHLY, DeclaredSale.Kind.OPENING
MAX_QUANTITY = 10**12
_CHOSEN = ("kind", "channel_class", "purchase_mode", "bound")


class StatedSale(TypedDict, total=False):
    """What a declared sale states: the columns of DeclaredSale, left out ones are empty.

    Both days of the period are included; `period_end` of an opening figure is its cut-off.
    `amount_fen` is in fen, 0 is a zero report (零报告). `replaces` is the declaration in force
    that this one corrects.
    """

    kind: Required[str]
    period_end: Required[date]
    amount_fen: Required[int]
    source: Required[str]
    period_start: date | None
    sales_point: SalesPoint | None
    unit: Unit | None
    helper_district_code: str
    county_code: str
    category_code: str
    channel_class: str
    purchase_mode: str
    quantity: int | None
    quantity_unit: str
    bound: str
    wording: str
    replaces: DeclaredSale | None


@transaction.atomic
def declare_sale(
    *,
    actor: User | None,
    papers: Collection[EvidenceFile] = (),
    **stated: Unpack[StatedSale],
) -> DeclaredSale:
    """Hand a declared sale to the checkers; `actor` is its maker. It does not count yet.

    Left empty, the channel of a monthly declaration is its sales point's and its helper
    district that of the strongest evidence on the last day. What it replaces counts until this
    one is approved. Raises a subclass of DeclarationRefused.
    """
    row = DeclaredSale(**stated)
    if row.kind == MONTHLY:
        row.channel_class = row.channel_class or getattr(row.sales_point, "channel_class", "")
        row.helper_district_code = row.helper_district_code or _helper_on(
            row.sales_point, row.unit, row.period_end
        )
    if row.amount_fen == 0:
        row.wording = row.wording or _("零报告")
    _check(row, has_papers=bool(papers))
    _refuse_twice(row)
    reviewing.mark_made(row, actor)
    row.save()
    row.papers.set(papers)
    reviewing.record_making(row)
    return row


@transaction.atomic
def submit_declared_sale(row: DeclaredSale, actor: User | None) -> DeclaredSale:
    """Hand a returned declaration to the checkers again, checked like a new one.

    Raises ReviewRefused, or a subclass of DeclarationRefused.
    """
    row = reviewing.submit(row, actor)
    _check_again(row)
    return row


@transaction.atomic
def approve_declared_sale(row: DeclaredSale, actor: User | None) -> DeclaredSale:
    """Put a submitted declaration in force; what it replaces is revoked at the same moment.

    Everything is checked again, since papers and other declarations may have changed. Raises
    ReviewRefused, MakerMayNotCheck, or a subclass of DeclarationRefused.
    """
    _lock_what_it_speaks_of(row)
    return reviewing.approve(row, actor, _put_in_force)


def confirm_declared_sale_revocation(row: DeclaredSale, actor: User | None) -> DeclaredSale:
    """Revoke a declaration whose revocation another person asked for; it stays readable.

    Raises ReviewRefused, MakerMayNotCheck.
    """
    return reviewing.confirm_revocation(row, actor)


def seed_opening_sale(
    *,
    district: str,
    county: str,
    period_start: date | None,
    period_end: date,
    amount_fen: int,
    bound: str,
    wording: str,
    source: str,
) -> Outcome:
    """Put a published figure in force, unless its district and county have one already.

    Nobody made or checked it: its source speaks. One that an operator corrected or revoked
    does not come back. Raises a subclass of DeclarationRefused.
    """
    key = {"kind": OPENING, "helper_district_code": district, "county_code": county}
    key |= dict.fromkeys(("category_code", "channel_class", "purchase_mode"), "")
    values = {
        "period_start": period_start,
        "period_end": period_end,
        "amount_fen": amount_fen,
        "bound": bound,
        "wording": wording,
        "source": source,
        "state": ReviewState.APPROVED,
    }
    _check(DeclaredSale(**key, **values), has_papers=False)
    loaded_at = clock.now()
    return add_or_keep(DeclaredSale, key, values, {"made_at": loaded_at, "checked_at": loaded_at})


def _lock_what_it_speaks_of(row: DeclaredSale) -> None:
    """Make two checkers approve the same sales one after the other.

    A ledger locks its declarer. An opening figure has none: it locks the figures of its scope,
    itself among them, in one order and before the review locks the row.
    """
    for model, pk in ((SalesPoint, row.sales_point_id), (Unit, row.unit_id)):
        if pk is not None:
            model._default_manager.select_for_update(no_key=True).get(pk=pk)
    if row.kind == OPENING:
        scope = DeclaredSale.objects.filter(
            kind=OPENING,
            helper_district_code=row.helper_district_code,
            county_code=row.county_code,
        )
        list(scope.select_for_update().order_by("pk").values_list("pk"))


def _put_in_force(row: DeclaredSale) -> None:
    """Check again what was checked when it was handed in, then revoke what the row replaces."""
    _check_again(row)
    if row.replaces is not None:
        reviewing.supersede(row.replaces, row, _("由更正申报取代"))


def _check_again(row: DeclaredSale) -> None:
    _check(row, has_papers=row.papers.exists())
    _refuse_twice(row)


def _refuse_twice(row: DeclaredSale) -> None:
    if row.replaces_id is not None:
        replaced = DeclaredSale.objects.get(pk=row.replaces_id)
        if not may_correct(row, replaced):
            raise errors.ReplacedNotAlike(replaces=row.replaces_id)
        if not replaced.is_in_force:
            raise errors.ReplacedNotInForce(replaces=row.replaces_id)
    standing = declared_already(row)
    if standing is not None:
        raise errors.DeclaredTwice(
            declared=standing.pk,
            period_start=str(standing.period_start or standing.period_end),
            period_end=str(standing.period_end),
        )


def _check(row: DeclaredSale, *, has_papers: bool) -> None:
    """Refuse a declaration that lacks what its kind needs or states what cannot be."""
    _check_codes(row)
    is_monthly = row.kind == MONTHLY
    has_declarer = row.sales_point_id is not None or row.unit_id is not None
    if is_monthly and not has_declarer:
        raise errors.DeclarerMissing()
    if has_declarer and not is_monthly:
        raise errors.OpeningNamesDeclarer()
    if not is_monthly and _states_part(row):
        raise errors.OpeningStatesPart()
    if (
        not clock.is_plausible_period(row.period_start, row.period_end)
        or row.period_end > clock.today()
        or (is_monthly and row.period_start is None)
    ):
        raise errors.DeclaredPeriodNotValid(
            period_start=str(row.period_start or ""), period_end=str(row.period_end)
        )
    if not (0 if is_monthly else 1) <= row.amount_fen <= MAX_FEN:
        raise errors.DeclaredAmountNotValid(amount_fen=row.amount_fen)
    if row.quantity is not None and not (0 <= row.quantity <= MAX_QUANTITY and row.quantity_unit):
        raise errors.DeclaredQuantityNotValid(quantity=row.quantity)
    if not row.source.strip():
        raise errors.DeclaredSourceMissing()
    if is_monthly and not has_papers:
        raise errors.DeclaredPapersMissing()


def _states_part(row: DeclaredSale) -> bool:
    """Say whether the row names only a part of what was sold in its district and county."""
    named = (row.category_code, row.channel_class, row.purchase_mode, row.quantity_unit)
    return any(named) or row.quantity is not None


def _check_codes(row: DeclaredSale) -> None:
    """Refuse a code that names nothing, or no district on the last day of the period."""
    fields = {field.name: field for field in DeclaredSale._meta.fields}
    known = {name: getattr(row, name) in dict(fields[name].flatchoices) for name in _CHOSEN} | {
        "helper_district_code": district_known(row.helper_district_code, row.period_end),
        "county_code": County.objects.filter(code=row.county_code).exists(),
        "category_code": Category.objects.filter(code=row.category_code).exists(),
    }
    for name, is_known in known.items():
        value = getattr(row, name)
        if not is_known and (value or name in {"kind", "bound"}):
            raise errors.DeclaredCodeUnknown(field=str(fields[name].verbose_name), value=value)


def _helper_on(sales_point: SalesPoint | None, unit: Unit | None, day: date) -> str:
    """Return the helper district on a day by the strongest evidence, '' for none."""
    book = helper_book(sales_point)
    return book.helper_on(day, (book.units[unit.code] if unit else None,))[0]
