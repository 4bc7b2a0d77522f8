"""The scorecard (成绩单) of a district and a county."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.errors import UnknownCounty, UnknownDistrict
from marketplace.models import Centre, District
from marketplace.rules.counting import (
    Asked,
    Scope,
    counted_cells,
    figure_of,
    is_paired_throughout,
)
from marketplace.rules.counting_reports import Scorecard
from marketplace.selectors.benefit import beneficiaries
from marketplace.selectors.counting.beside import beside_of
from marketplace.selectors.counting.facts import facts_in
from marketplace.selectors.counting.lines import entries_in
from marketplace.selectors.counting.reading import read_cells
from orders.selectors.imports import has_simulated_imports
from products.models import County


def scorecard(district_code: str, county_code: str, asked: Asked) -> Scorecard:
    """Return the scorecard of a pairing; the number of statements is fixed.

    The figure is that of the basis `pairing`: the district helped, the goods are the county's,
    and the two were paired on the day of payment. The other two bases stand beside it. Raises
    UnknownDistrict, UnknownCounty.
    """
    district, county = _district(district_code), _county(county_code)
    scope = Scope(district.code, county.code)
    read = read_cells(asked)
    own = [cell for cell in counted_cells(read.cells, scope) if cell.is_paired or cell.is_opening]
    return Scorecard(
        asked=asked,
        district=(district.code, district.name),
        county=(county.code, county.name),
        facts=facts_in(asked, scope),
        centres=_centres(district, asked),
        sales=figure_of(own),
        other_bases={
            "helper_all_counties": figure_of(counted_cells(read.cells, Scope(district.code))),
            "origin_all_helpers": figure_of(counted_cells(read.cells, Scope("", county.code))),
        },
        beside=beside_of(read, scope),
        is_paired=is_paired_throughout(read.cells.spans, scope, asked.last_day, asked.last_day),
        watermark=read.watermark,
        is_simulated=_is_simulated(asked, scope),
        benefit=beneficiaries(
            first_day=asked.first_day,
            last_day=asked.last_day,
            district_code=district.code,
            county_code=county.code,
            as_of=asked.as_of,
            is_certified_only=asked.is_certified_only,
            spans=[span for span in read.cells.spans if span.scope == scope],
        ),
    )


def _district(code: str) -> District:
    found = District.objects.filter(code=code).first()
    if found is None:
        raise UnknownDistrict(
            _("没有代码为“%(code)s”的区、县（市）。") % {"code": code}, district=code
        )
    return found


def _county(code: str) -> County:
    found = County.objects.filter(code=code).first()
    if found is None:
        raise UnknownCounty(_("没有代码为“%(code)s”的县（市）。") % {"code": code}, county=code)
    return found


def _centres(district: District, asked: Asked) -> tuple[str, ...]:
    """Return the names of the district's centres that opened by the last day, oldest first."""
    opened = Q(opened_on=None) | Q(opened_on__lte=asked.last_day)
    if asked.first_day is not None:
        opened = Q(opened_on__range=(asked.first_day, asked.last_day))
    rows = Centre.objects.filter(opened, district=district).order_by("opened_on", "code")
    return tuple(rows.values_list("name", flat=True))


def _is_simulated(asked: Asked, scope: Scope) -> bool:
    """Say whether a sales point with simulated orders is among those that the report reads."""
    points = (
        entries_in(asked)
        .filter(Q(helper_district_code=scope.district) | Q(county_code=scope.county))
        .values_list("sales_point_code", flat=True)
        .distinct()
    )
    codes = list(points)
    return bool(codes) and has_simulated_imports(codes)
