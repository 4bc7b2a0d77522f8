"""The overview of the prefecture: one total, divided in every way."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.models import District
from marketplace.rules.counting import (
    PREFECTURE,
    Asked,
    break_down,
    counted_cells,
    undivided_pairings,
)
from marketplace.rules.overview_report import Names, Overview
from marketplace.selectors.counting.beside import beside_of
from marketplace.selectors.counting.facts import facts_in
from marketplace.selectors.counting.reading import county_names, district_names, read_cells
from orders.models import SalesPoint
from orders.selectors.imports import has_simulated_imports


def prefecture_overview(asked: Asked) -> Overview:
    """Return the overview of a period; the number of statements is fixed.

    Districts and 市级统筹 add up to the total, and so do counties, channels, purchase modes
    and months, to the fen. Districts that existed in the period have a row each.
    """
    read = read_cells(asked)
    return Overview(
        asked=asked,
        names=_names(),
        breakdown=break_down(counted_cells(read.cells, PREFECTURE), _districts_of(asked)),
        undivided_pairings=undivided_pairings(read.cells),
        beside=beside_of(read, PREFECTURE),
        facts=facts_in(asked, PREFECTURE),
        watermark=read.watermark,
        is_simulated=has_simulated_imports(()),
    )


def _districts_of(asked: Asked) -> list[str]:
    """Return the districts that existed at some time in the period."""
    rows = District.objects.exclude(valid_from__gt=asked.last_day)
    if asked.first_day is not None:
        rows = rows.exclude(valid_to__lt=asked.first_day)
    return list(rows.values_list("code", flat=True))


def _names() -> Names:
    channels = {code: str(label) for code, label in SalesPoint.ChannelClass.choices}
    return Names(
        districts=district_names(),
        counties=county_names(),
        channels=channels,
        channel_kinds={
            "canteen": _("单位采购（食堂）"),
            "union_welfare": _("工会福利采购"),
            "office_fair": _("机关展销（个人购买）"),
        },
        purchase_modes={"assisted_sale": _("帮助销售"), "direct_purchase": _("直接采购")},
    )
