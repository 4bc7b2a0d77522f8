"""Declare what a campaign is compared with: the only writer of uplift controls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.clock import is_plausible_period
from marketplace.errors import ControlNotValid, ControlStands
from marketplace.models import Campaign, ControlSeries, District, UpliftControl
from operations.errors import ReasonMissing
from operations.services import reviewing
from orders.models import SalesPoint
from products.models import County, Product, Sku

Kind, Design = UpliftControl.Kind, UpliftControl.Design
MAX_REASON = 500
# What each kind can be: goods are never untreated places, places never untreated goods.
_DESIGNS: dict[str, Collection[str]] = {
    Kind.SALES_POINTS: (Design.RANDOMISED, Design.PLACES),
    Kind.DISTRICTS: (Design.RANDOMISED, Design.PLACES),
    Kind.PRODUCTS: (Design.RANDOMISED, Design.PRODUCTS),
    Kind.COUNTIES: (Design.RANDOMISED, Design.PRODUCTS),
    Kind.SERIES: (Design.RANDOMISED, Design.PLACES, Design.PRODUCTS),
    Kind.NONE: (Design.HISTORY,),
}


@dataclass(frozen=True, slots=True)
class DisturbedDays:
    """Days that are no measure of normal sales, both included, and why."""

    first_day: date
    last_day: date
    reason: str


@transaction.atomic
def declare_control(
    *,
    campaign: Campaign,
    kind: str,
    design: str,
    reason: str,
    codes: Collection[str] = (),
    series: ControlSeries | None = None,
    disturbances: Sequence[DisturbedDays] = (),
    actor: User | None,
) -> UpliftControl:
    """Propose what a campaign is compared with; somebody else must check it.

    Raises ReasonMissing, ControlNotValid, and ControlStands where one waits or counts already.
    """
    _check_design(kind, design)
    _check_codes(kind, set(codes), series)
    control = UpliftControl(
        campaign=campaign,
        kind=kind,
        design=design,
        codes=sorted(set(codes)),
        series=series,
        disturbances=[_disturbed(one) for one in disturbances],
        reason=_stated(reason),
    )
    reviewing.mark_made(control, actor)
    try:
        with transaction.atomic():
            control.save()
    except IntegrityError:
        raise _stands() from None
    reviewing.record_making(control)
    return control


def submit_control(row: UpliftControl, actor: User | None) -> UpliftControl:
    """Hand a returned control to the checkers again.

    Raises ReviewRefused, and ControlStands where another one took its place meanwhile.
    """
    try:
        return reviewing.submit(row, actor)
    except IntegrityError:
        raise _stands() from None


def _check_design(kind: str, design: str) -> None:
    if kind not in _DESIGNS:
        raise ControlNotValid(_("没有“%(kind)s”这种对照类型。") % {"kind": kind})
    if design not in _DESIGNS[kind]:
        allowed = "、".join(str(Design(each).label) for each in _DESIGNS[kind])
        raise ControlNotValid(
            _("对照类型“%(kind)s”只能是以下设计：%(designs)s。")
            % {"kind": Kind(kind).label, "designs": allowed}
        )


def _check_codes(kind: str, codes: set[str], series: ControlSeries | None) -> None:
    if (series is not None) != (kind == Kind.SERIES):
        raise ControlNotValid(_("导入的对照序列须与对照类型“导入的对照序列”一起填写。"))
    if kind in (Kind.NONE, Kind.SERIES):
        if codes:
            raise ControlNotValid(_("这种对照类型不填对照编码。"))
        return
    if not codes:
        raise ControlNotValid(_("请填写对照编码。"))
    unknown = sorted(codes - _known(kind, codes))
    if unknown:
        raise ControlNotValid(
            _("对照编码不存在：%(codes)s。") % {"codes": "、".join(unknown)}, codes=unknown
        )


def _known(kind: str, codes: set[str]) -> set[str]:
    if kind == Kind.PRODUCTS:
        products = Product.objects.filter(code__in=codes).values_list("code", flat=True)
        return {*products, *Sku.objects.filter(code__in=codes).values_list("code", flat=True)}
    models: dict[str, Any] = {
        Kind.SALES_POINTS: SalesPoint,
        Kind.DISTRICTS: District,
        Kind.COUNTIES: County,
    }
    return set(models[kind].objects.filter(code__in=codes).values_list("code", flat=True))


def _disturbed(one: DisturbedDays) -> dict[str, str]:
    if not is_plausible_period(one.first_day, one.last_day) or not one.reason.strip():
        raise ControlNotValid(_("干扰时段须有首日、末日和原因，首日不晚于末日。"))
    days = {"first_day": one.first_day.isoformat(), "last_day": one.last_day.isoformat()}
    return {**days, "reason": one.reason.strip()}


def _stated(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(_("请填写原因。"))
    if len(reason) > MAX_REASON:
        raise ControlNotValid(_("选择理由最长 500 个字。"))
    return reason


def _stands() -> ControlStands:
    return ControlStands(_("该活动已有待审核或有效的对照声明，请先撤销。"))
