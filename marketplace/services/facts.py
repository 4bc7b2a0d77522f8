"""The only writer of declared facts (填报数): stated, checked, revoked.

Each is prepared by one person and checked by another. Source:
docs/decisions/0006-counting.md, docs/decisions/0012-maker-and-checker.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Required, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from marketplace.errors import FactNotValid, FactPlaceUnknown, FactStatedTwice
from marketplace.models import DeclaredFact, District
from operations.models import ReviewState
from operations.services import reviewing
from orders.models import EvidenceFile
from products.models import County
from products.services.reference_rows import Outcome, add_or_keep

MAX_VALUE = 10**15
# A ratio is in basis points: the whole is 10,000 (100 %).
WHOLE_RATIO = 10_000
PRECISIONS = frozenset({"day", "month", "year"})


class StatedFact(TypedDict, total=False):
    """What a declared fact states: the columns of DeclaredFact, left out ones are empty.

    `value` is a count, fen or basis points, by `kind`; a text fact has `text` instead. Both
    days of the period are included. `wording` is the figure as the source prints it.
    """

    section: Required[str]
    key: Required[str]
    label: Required[str]
    kind: Required[str]
    period_end: Required[date]
    source: Required[str]
    district_code: str
    county_code: str
    value: int | None
    text: str
    bound: str
    unit: str
    wording: str
    period_start: date | None
    precision: str


@transaction.atomic
def state_fact(
    *,
    actor: User | None,
    papers: Collection[EvidenceFile] = (),
    **stated: Unpack[StatedFact],
) -> DeclaredFact:
    """Hand a declared fact to the checkers; `actor` is its maker. It does not count yet.

    Raises FactNotValid, FactPlaceUnknown, and FactStatedTwice where the figure is stated
    already for the place and period: what stands must be revoked first.
    """
    row = DeclaredFact(**stated)
    _check(row)
    reviewing.mark_made(row, actor)
    with _stated_once(row):
        row.save()
    row.papers.set(papers)
    reviewing.record_making(row)
    return row


@transaction.atomic
def submit_fact(row: DeclaredFact, actor: User | None) -> DeclaredFact:
    """Hand a returned fact to the checkers again, checked like a new one.

    Raises ReviewRefused, FactNotValid, FactPlaceUnknown, FactStatedTwice.
    """
    with _stated_once(row):
        row = reviewing.submit(row, actor)
    _check(row)
    return row


def approve_fact(row: DeclaredFact, actor: User | None) -> DeclaredFact:
    """Put a submitted fact in force, checked again.

    Raises ReviewRefused, MakerMayNotCheck, FactNotValid, FactPlaceUnknown.
    """
    return reviewing.approve(row, actor, _check)


def confirm_fact_revocation(row: DeclaredFact, actor: User | None) -> DeclaredFact:
    """Revoke a fact whose revocation another person asked for; it stays readable.

    Raises ReviewRefused, MakerMayNotCheck.
    """
    return reviewing.confirm_revocation(row, actor)


def seed_fact(**stated: Unpack[StatedFact]) -> Outcome:
    """Put a published fact in force, unless the figure is known for its place and period.

    Nobody made or checked it: its source speaks. One that an operator revoked or restated does
    not come back. Raises FactNotValid, FactPlaceUnknown.
    """
    _check(DeclaredFact(**stated))
    loaded_at = clock.now()
    own = ("district_code", "county_code", "key", "period_end")
    return add_or_keep(
        DeclaredFact,
        {name: value for name, value in stated.items() if name in own},
        {
            **{name: value for name, value in stated.items() if name not in own},
            "state": ReviewState.APPROVED,
        },
        {"made_at": loaded_at, "checked_at": loaded_at},
    )


@contextmanager
def _stated_once(row: DeclaredFact) -> Iterator[None]:
    """Let the database say that the figure stands already, in words. Raises FactStatedTwice."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        # What else the database refuses is checked by _check.
        raise FactStatedTwice(
            _("“%(label)s”在这一地区和期间已有填报数，请先撤销原填报数。") % {"label": row.label},
            key=row.key,
            period_end=str(row.period_end),
        ) from error


def _check(row: DeclaredFact) -> None:
    """Refuse a fact that contradicts itself or whose place does not exist."""
    doubts = {
        "section": row.section in DeclaredFact.Section.values,
        "kind": row.kind in DeclaredFact.Kind.values,
        "bound": row.bound in DeclaredFact.Bound.values,
        "key": _is_slug(row.key),
        "label": bool(row.label.strip()),
        "source": bool(row.source.strip()),
        "value": _has_its_value(row),
        "precision": row.precision in PRECISIONS,
        "period_end": clock.is_plausible_period(row.period_start, row.period_end),
    }
    labels = {field.name: str(field.verbose_name) for field in DeclaredFact._meta.fields}
    for name, holds in doubts.items():
        if not holds:
            raise FactNotValid(_("“%(field)s”填写有误。") % {"field": labels[name]}, field=name)
    for model, code in ((District, row.district_code), (County, row.county_code)):
        if code and not model._default_manager.filter(code=code).exists():
            raise FactPlaceUnknown(
                _("地区代码“%(code)s”不存在。") % {"code": code}, code_given=code
            )


def _has_its_value(row: DeclaredFact) -> bool:
    """Say whether the fact has a number within the bounds of its kind, or a text, not both."""
    if row.kind == DeclaredFact.Kind.TEXT:
        return row.value is None and bool(row.text.strip())
    most = WHOLE_RATIO if row.kind == DeclaredFact.Kind.RATIO else MAX_VALUE
    return row.value is not None and 0 <= row.value <= most and not row.text


def _is_slug(key: str) -> bool:
    try:
        validate_slug(key)
    except ValidationError:
        return False
    return len(key) <= 60
