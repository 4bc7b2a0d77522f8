"""Indices of the paths that led to the orders of a window: Markov and Shapley. Never money.

Loads the engine's libraries, as no other part of a report does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl
from django.utils.translation import gettext as _

from marketplace.models import Campaign
from marketplace.rules.attribution import paths_of
from marketplace.rules.attribution.shapes import microseconds
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.path_indices import NameIndex, PathIndices
from marketplace.rules.paths.journeys import (
    buyer_journeys,
    counted,
    order_journeys,
    standing_sales,
    weighed,
)
from marketplace.rules.paths.markov import MOST_NAMES, markov_index
from marketplace.rules.paths.path_sets import PathSet
from marketplace.rules.paths.shapley import shapley_credits
from marketplace.selectors.campaigns import current_versions
from marketplace.selectors.ledger_frames import (
    orders_listed,
    read_evidence,
    read_lines,
    read_touches_without_sale,
)
from orders.models import SalesEntry

# Orders whose paths are built together, so that memory does not grow with the window.
_BATCH_ORDERS = 20_000


def path_indices(start: datetime, end: datetime) -> PathIndices:
    """Return the indices of the orders paid in [start, end), aware moments.

    An order's path is what the engine says of its lines; a journey without order holds the
    touches of a buyer in the window by campaigns whose window meets it. Statements grow with
    the orders by batches of 20,000. Above MOST_NAMES campaigns there is no Markov index.
    """
    versions = current_versions()
    codes = [rules.code for rules in versions if rules.starts_at < end and start < rules.ends_at]
    orders, converting = 0, []
    for standing, paths in _order_paths(versions, start, end):
        orders += standing
        converting.append(paths)
    ending = counted(buyer_journeys(read_touches_without_sale(start, end), codes))
    found = weighed(converting, ending)
    return PathIndices(
        orders=orders,
        orders_with_path=int(found.totals()[0]),
        null_buyers=int(found.paths["nulls"].sum()),
        distinct_paths=found.paths.height,
        names=tuple(_indices(found)),
    )


def _order_paths(
    versions: list[CampaignRules], start: datetime, end: datetime
) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield per batch the orders that stand and their counted paths."""
    paid = SalesEntry.objects.filter(side="gross", paid_at__gte=start, paid_at__lt=end)
    ids = sorted(set(paid.exclude(amount_fen=0).order_by().values_list("order_id", flat=True)))
    lookback_days = max((rules.lookback_days for rules in versions), default=0)
    for first in range(0, len(ids), _BATCH_ORDERS):
        orders = orders_listed(ids[first : first + _BATCH_ORDERS])
        lines = read_lines(orders)
        sales = standing_sales(lines, microseconds(start), microseconds(end))
        paths = paths_of(lines, versions, read_evidence(orders, lookback_days))
        yield sales["order_id"].n_unique(), counted(order_journeys(sales, paths))


def _indices(found: PathSet) -> list[NameIndex]:
    """Return the indices of every code that touches."""
    whole = found.totals()[0]
    markov = markov_index(found) if len(found.names) <= MOST_NAMES and whole else None
    shapley = shapley_credits(found)
    titles = dict(Campaign.objects.filter(code__in=found.names).values_list("code", "name"))
    touched = _orders_touched(found)
    indices = [
        NameIndex(
            code=code,
            name=titles.get(code, code) if code else _("无活动的触点"),
            removal_effect=markov.removal_effects[code] if markov else None,
            markov_share=markov.shares[code] if markov and markov.shares else None,
            shapley_orders=shapley[code].conversions,
            shapley_share=shapley[code].conversions / whole if whole else None,
            orders=touched[code],
        )
        for code in found.names
    ]
    return sorted(indices, key=lambda each: (-(each.removal_effect or 0), each.code.encode()))


def _orders_touched(found: PathSet) -> dict[str, int]:
    once = found.touches.select("path", "name").unique()
    orders = once.with_columns(times=found.paths["conversions"][once["path"]])
    added = dict(orders.group_by("name").agg(pl.col("times").sum()).iter_rows())
    return {code: int(added[place]) for place, code in enumerate(found.names)}
