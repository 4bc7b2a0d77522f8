"""The whole simulation: orders in, two export files and their expected totals out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orders.intake.simulation.catalogue import Catalogue
from orders.intake.simulation.expectation import expected_of
from orders.intake.simulation.shop import sell
from orders.intake.simulation.taobao_files import (
    DETAIL_NAME,
    LIST_NAME,
    detail_file,
    list_file,
)
from orders.rules.readings import SIMULATION_MARKER

EXPECTED_NAME = "expected.json"


@dataclass(frozen=True, slots=True)
class Simulation:
    """The finished files, by name, and the expectation that they carry as JSON too."""

    files: dict[str, bytes]
    expected: dict[str, Any]


def simulate(catalogue: Catalogue, orders: int, seed: int) -> Simulation:
    """Simulate the export of `orders` order rows; the same arguments give the same bytes."""
    sold = list(sell(catalogue, orders, seed))
    # The platform lists the newest order first; the order number settles equal seconds.
    sold.sort(key=lambda order: (order.placed, order.number), reverse=True)
    expected = {
        "simulated": True,
        "marker": SIMULATION_MARKER,
        "orders": orders,
        "seed": seed,
        "files": [LIST_NAME, DETAIL_NAME],
        **expected_of(sold, catalogue.county_names),
    }
    text = json.dumps(expected, ensure_ascii=False, indent=1) + "\n"
    files = {
        LIST_NAME: list_file(sold),
        DETAIL_NAME: detail_file(sold),
        EXPECTED_NAME: text.encode(),
    }
    return Simulation(files, expected)


def write(simulation: Simulation, folder: Path) -> None:
    """Write the files into `folder`, made if missing; the expectation comes last.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in simulation.files.items():
        (folder / name).write_bytes(content)
