"""Enter, change, end and correct pairings (结对关系).

A *change* is news: from a day on, another district or county, by a document. A *correction* is
about a wrong entry: it is voided and replaced, and stays readable. Every act leaves an audit
event. Source: docs/decisions/0006-counting.md.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from marketplace.errors import PairingDaysNotValid, PairingOverlaps, PairingVoided
from marketplace.models import District, Pairing
from marketplace.selectors.pairings import overlapping
from operations.errors import ReasonMissing
from products.models import County

PRECISIONS = ("day", "month", "year")
_SHOWN = ("district_id", "county_id", "valid_from", "valid_to", "precision", "document")
_COPIED = (*_SHOWN, "evidence", "source")


class PairingValues(TypedDict, total=False):
    """What a correction may state anew; what is left out stays as it was."""

    district: District
    county: County
    valid_from: date
    valid_to: date | None
    precision: str
    document: str
    evidence: str
    source: str


@transaction.atomic
def start_pairing(
    *,
    district: District,
    county: County,
    valid_from: date,
    source: str,
    actor: User | None,
    valid_to: date | None = None,
    precision: str = "day",
    document: str = "",
    evidence: str = "",
) -> Pairing:
    """Enter a pairing. Both days are included; `valid_to` None is open.

    Raises PairingOverlaps and PairingDaysNotValid.
    """
    pairing = Pairing(
        district=district,
        county=county,
        valid_from=valid_from,
        valid_to=valid_to,
        precision=precision,
        document=document,
        evidence=evidence,
        source=source,
    )
    _lock(district.pk)
    _entered(pairing)
    _record(actor, "pairing.started", pairing, document, _changes(None, pairing))
    return pairing


@transaction.atomic
def change_pairing(
    pairing: Pairing,
    *,
    from_day: date,
    district: District | None = None,
    county: County | None = None,
    document: str,
    source: str,
    actor: User | None,
) -> Pairing:
    """End a pairing the day before `from_day` and start the one that follows it; return that.

    District or county left out stay as they are. The new pairing ends when the old one would
    have. Raises PairingOverlaps, PairingDaysNotValid, PairingVoided.
    """
    _check_years(from_day)
    last_day = from_day - timedelta(days=1)
    new_district = district.pk if district is not None else pairing.district_id
    _lock(pairing.district_id, new_district)
    pairing = _standing(pairing)
    old_end = pairing.valid_to
    if old_end is not None and from_day > old_end:
        raise PairingDaysNotValid(
            _("这项结对已于 %(day)s 结束，不能从之后的日期变更，请新增登记。") % {"day": old_end}
        )
    _end(pairing, last_day, document, actor, "pairing.changed")
    following = Pairing(
        district_id=new_district,
        county_id=county.pk if county is not None else pairing.county_id,
        valid_from=from_day,
        valid_to=old_end,
        document=document,
        source=source,
    )
    _entered(following)
    _record(actor, "pairing.started", following, document, _changes(None, following))
    return following


@transaction.atomic
def end_pairing(pairing: Pairing, *, last_day: date, document: str, actor: User | None) -> Pairing:
    """End a pairing: `last_day` is its last. `document` goes to the audit event.

    Raises PairingDaysNotValid where it does not hold on that day, and PairingVoided.
    """
    _lock(pairing.district_id)
    pairing = _standing(pairing)
    if pairing.valid_to is not None and last_day > pairing.valid_to:
        raise PairingDaysNotValid(
            _("这项结对已于 %(day)s 结束；登记有误请用“更正登记”。") % {"day": pairing.valid_to}
        )
    _end(pairing, last_day, document, actor, "pairing.ended")
    return pairing


@transaction.atomic
def correct_pairing(
    pairing: Pairing, *, reason: str, actor: User | None, **values: Unpack[PairingValues]
) -> Pairing:
    """Void a wrong entry and write its replacement, with what `values` state anew; return that.

    Raises ReasonMissing, PairingOverlaps, PairingDaysNotValid, PairingVoided.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(_("请填写原因。"))
    district = values.get("district")
    _lock(pairing.district_id, district.pk if district is not None else pairing.district_id)
    pairing = _standing(pairing)
    pairing.voided_at, pairing.voided_by, pairing.void_reason = clock.now(), actor, reason[:300]
    pairing.save(update_fields=["voided_at", "voided_by", "void_reason"])
    right = Pairing(**{name: getattr(pairing, name) for name in _COPIED}, replaces=pairing)
    for name, value in values.items():
        setattr(right, name, value)
    _entered(right)
    _record(actor, "pairing.corrected", pairing, reason, _changes(pairing, right))
    _record(actor, "pairing.started", right, reason, _changes(None, right))
    return right


def _lock(*district_ids: str) -> None:
    """Let one writer at a time look for overlaps. In the order of codes: none waits in a ring."""
    rows = District.objects.select_for_update(no_key=True).filter(pk__in=district_ids)
    list(rows.order_by("pk").values_list("pk"))


def _standing(pairing: Pairing) -> Pairing:
    row = Pairing.objects.select_for_update().get(pk=pairing.pk)
    if row.voided_at is not None:
        raise PairingVoided(_("这条登记已作废，请在更正后的登记上操作。"))
    return row


def _end(pairing: Pairing, last_day: date, document: str, actor: User | None, action: str) -> None:
    _check_years(last_day)
    if last_day < pairing.valid_from:
        raise PairingDaysNotValid(
            _("结束日 %(day)s 早于开始日 %(start)s。")
            % {"day": last_day, "start": pairing.valid_from}
        )
    ended_before, moment = pairing.valid_to, clock.now()
    # The entry as it was known until now stays beside, for reports read as of an earlier moment.
    pairing.replaces = Pairing.objects.create(
        **{name: getattr(pairing, name) for name in _COPIED},
        recorded_at=pairing.recorded_at,
        voided_at=moment,
        voided_by=actor,
        void_reason=_("结束日登记为 %(day)s") % {"day": last_day},
        replaces=pairing.replaces,
    )
    pairing.valid_to, pairing.recorded_at = last_day, moment
    pairing.save(update_fields=["valid_to", "recorded_at", "replaces"])
    _record(actor, action, pairing, document, {"valid_to": [_text(ended_before), _text(last_day)]})


def _entered(pairing: Pairing) -> None:
    """Save a new entry. Raises PairingDaysNotValid and PairingOverlaps."""
    first, last = pairing.valid_from, pairing.valid_to
    _check_years(first, last)
    if last is not None and last < first:
        raise PairingDaysNotValid(
            _("结束日 %(day)s 早于开始日 %(start)s。") % {"day": last, "start": first}
        )
    if pairing.precision not in PRECISIONS:
        raise PairingDaysNotValid(_("日期精度只能是日、月或年。"))
    standing = overlapping(pairing.district_id, pairing.county_id, first, last).first()
    if standing is not None:
        raise PairingOverlaps(
            _("%(district)s与%(county)s在 %(first)s 至 %(last)s 已有结对登记，日期重叠。")
            % {
                "district": standing.district,
                "county": standing.county,
                "first": standing.valid_from,
                "last": standing.valid_to or _("今"),
            },
            pairing=standing.pk,
        )
    pairing.save()


def _check_years(*days: date | None) -> None:
    """Raise PairingDaysNotValid for a day outside the years that this system accepts."""
    years = range(clock.EARLIEST_YEAR, clock.LATEST_YEAR)
    if any(day is not None and day.year not in years for day in days):
        raise PairingDaysNotValid(_("日期超出范围。"))


def _changes(before: Pairing | None, after: Pairing) -> dict[str, list[str]]:
    pairs = {
        name: [_text(getattr(before, name)) if before else "", _text(getattr(after, name))]
        for name in _SHOWN
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _record(
    actor: User | None, action: str, pairing: Pairing, reason: str, changes: dict[str, list[str]]
) -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind=pairing._meta.label_lower,
        object_key=pairing.pk,
        changes=changes,
        reason=reason,
    )
