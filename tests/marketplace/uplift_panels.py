"""Panels of blocks for the tests of uplift: the golden ones, and invented ones with fixed seeds."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from marketplace.rules.uplift.estimating import Block, Effect, baseline_of

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
Panel = dict[int, Block]


@cache
def expected() -> dict[str, Any]:
    """Return the golden answers, with the quantiles they rest on."""
    return json.loads((GOLDEN / "uplift_known_effect_expected.json").read_text(encoding="utf-8"))


@cache
def golden_panels() -> dict[tuple[str, int], Panel]:
    """Return the golden panels by kind and number, blocks by week."""
    panels: dict[tuple[str, int], Panel] = defaultdict(dict)
    with (GOLDEN / "uplift_known_effect_weekly.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            panels[row["kind"], int(row["rep"])][int(row["week_rel"])] = Block(
                float(row["treated_total"]), float(row["control_total"])
            )
    return dict(panels)


def before(panel: Panel, week: int = 0, blocks: int = 8) -> list[Block]:
    """Return the blocks before a week, latest first."""
    return [panel[week - step] for step in range(1, blocks + 1)]


def invented(seed: int, *, weeks: int = 8, effect: float = 0.0, noise: float = 0.08) -> Panel:
    """Make a panel whose treated and control share each week's shocks; `effect` on week 0."""
    random = Random(seed)
    panel = {}
    for week in range(-weeks, 1):
        shock = random.gauss(0, 0.3)
        treated = 11 + shock + random.gauss(0, noise) + (effect if week == 0 else 0)
        panel[week] = Block(exp(treated), exp(13 + shock + random.gauss(0, noise)))
    return panel


def as_csv(folder: Path, panel: Panel, *, control: bool = True, weeks: Sequence[int] = ()) -> Path:
    """Write a panel as the tool reads it, in the given order of weeks."""
    columns = ["week_rel", "treated_total", *(["control_total"] if control else [])]
    rows = [
        [week, panel[week].treated, *([panel[week].control] if control else [])]
        for week in weeks or sorted(panel)
    ]
    path = folder / "panel.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def effect(blocks: list[Block], *others: Block, level: float = 0.9) -> Effect:
    """Compare the blocks `others` with those before."""
    has_control = others[0].control is not None
    return baseline_of(blocks, has_control=has_control).effect_of(others, level)


def covers(found: Effect, truth: float) -> bool:
    """Say whether the interval holds the truth."""
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high
