"""The rounds of a database of BENCH_LARGE orders, filled by `bench.filling`, on one vendor.

Three sizes are filled: the base of 10,000 orders, 60,000, and the large one. Full runs are slow
and measured in `full_rounds`; runs of changes and reports in `rounds`.
"""

from __future__ import annotations

from pathlib import Path

from bench.databases import Databases
from bench.measuring import CHANGED_ORDERS, Samples, measure_child, prepare_database
from bench.shape import BASE_ORDERS, MIDDLE_ORDERS, campaign_code
from bench.tables import ATTRIBUTION_TABLES

# A campaign of touches, a month long.
CAMPAIGN = campaign_code(7)


class LargeBench:
    """Measures the attribution jobs at three sizes."""

    def __init__(self, databases: Databases, folder: Path, orders: int, samples: Samples) -> None:
        self._databases = databases
        self._media = folder / "media"
        self._sizes = {"base": BASE_ORDERS, "middle": MIDDLE_ORDERS, "large": orders}
        self._samples = samples

    def run(self, rounds: int, full_rounds: int) -> None:
        """Fill, attribute and measure; the databases of each size are kept until `clear`."""
        prepare_database(self._databases, "unfilled")
        for size, orders in self._sizes.items():
            self._databases.clone("unfilled", size)
            self._run(f"fill {size}", size, "fill", orders)
        for number in range(full_rounds):
            self._full_runs(keep=number == full_rounds - 1)
        for _ in range(rounds):
            for size in ("base", "large"):
                self._run(f"changed {size}", f"{size}_done", "attribute_refunds", CHANGED_ORDERS)
                self._run(f"one refund {size}", f"{size}_done", "attribute_refunds", 1)
            self._run("totals large", "large_done", "report_from_totals", CAMPAIGN)
        self._run("entries large", "large_done", "report_from_entries", CAMPAIGN)

    def clear(self) -> None:
        """Remove the databases."""
        for name in ("beside", "unfilled", *self._sizes, *(f"{size}_done" for size in self._sizes)):
            self._databases.drop(name)

    def _full_runs(self, *, keep: bool) -> None:
        for size in self._sizes:
            self._databases.clone(size, f"{size}_done")
            self._run(f"full {size}", f"{size}_done", "attribute", "full")
        reference = "copy_through" if self._databases.vendor == "postgresql" else "write_ready_rows"
        for size in ("middle", "large"):
            self._databases.clone(size, "beside")
            self._run(
                f"reference {size}", "beside", reference, ATTRIBUTION_TABLES, source=f"{size}_done"
            )
        self._databases.clone("large", "beside")
        self._run("two workers large", "beside", "attribute_by_two")
        self._databases.drop("beside")
        if not keep:
            for size in self._sizes:
                self._databases.drop(f"{size}_done")

    def _run(
        self, label: str, target: str, function: str, *arguments: object, source: str = ""
    ) -> None:
        urls = self._databases.url(target), self._databases.url(source) if source else ""
        key = self._databases.vendor, label
        measure_child(self._samples, key, urls, self._media, function, *arguments)
