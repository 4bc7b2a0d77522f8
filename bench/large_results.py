"""The rows of the table that `bench.large` measured."""

from __future__ import annotations

from statistics import median

from bench.measuring import CHANGED_ORDERS, Samples
from bench.results import Result
from bench.shape import BASE_ORDERS, MIDDLE_ORDERS

MEMORY_GOAL_MB = 1536


class LargeTable:
    """Builds the rows of the large database of one vendor."""

    def __init__(self, samples: Samples, vendor: str, orders: int) -> None:
        self._samples, self._vendor, self._orders = samples, vendor, orders
        self._name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[vendor]

    def rows(self) -> list[Result]:
        """Return every row."""
        return [
            self._full("large", self._orders),
            self._full("middle", MIDDLE_ORDERS),
            self._growth(),
            self._memory(),
            self._workers(),
            self._against_full(),
            self._changed("changed", f"{CHANGED_ORDERS:,} changed orders"),
            self._changed("one refund", "one late refund"),
            self._statements(),
            self._report(),
        ]

    def _full(self, size: str, orders: int) -> Result:
        """One run writes every model; the goal of two models alone is stated beside."""
        ours, reference = self._median(f"full {size}"), self._median(f"reference {size}")
        ratio = ours / reference
        copies = self._vendor == "postgresql"
        way = "COPY out of the columns, COPY in of the result rows"
        return self._result(
            f"attribution, full, all models in one run, {orders:,} orders with touches",
            ours, reference, way if copies else "executemany of the result rows", ratio,
            "ours/reference <= 2.5 for all models" + (", 1.5 for two alone" if copies else ""),
            met=ratio <= 2.5, memory=self._peak(f"full {size}"),
        )  # fmt: skip

    def _growth(self) -> Result:
        large = self._median("full large") / self._orders * 1000
        small = self._median("full middle") / MIDDLE_ORDERS * 1000
        return self._result(
            f"growth of attribution, time per 1,000 orders at {self._orders:,}", large, small,
            f"the same at {MIDDLE_ORDERS:,}", large / small, "ours/reference <= 1.2",
            met=large / small <= 1.2,
        )  # fmt: skip

    def _memory(self) -> Result:
        large, small = self._peak("full large"), self._peak("full middle")
        ours, reference = self._median("full large"), self._median("full middle")
        return self._result(
            f"memory of a worker, {self._orders:,} orders against {MIDDLE_ORDERS:,} ({small} MB)",
            ours, reference, f"full run of {MIDDLE_ORDERS:,}", large / small,
            f"<= {MEMORY_GOAL_MB} MB, ratio of memory <= 1.2",
            met=large <= MEMORY_GOAL_MB and large / small <= 1.2, memory=large,
        )  # fmt: skip

    def _workers(self) -> Result:
        two, one = self._median("two workers large"), self._median("full large")
        return self._result(
            "two workers", two, one, "one worker", one / two, "reference/ours >= 1.6",
            met=one / two >= 1.6, memory=self._peak("two workers large"),
        )  # fmt: skip

    def _against_full(self) -> Result:
        ours, full = self._median("changed large"), self._median("full large")
        return self._result(
            f"{CHANGED_ORDERS:,} changed orders in {self._orders:,}", ours, full, "full run",
            ours / full, "ours/reference <= 0.02", met=ours / full <= 0.02,
            memory=self._peak("changed large"),
        )  # fmt: skip

    def _changed(self, label: str, what: str) -> Result:
        ours, base = self._median(f"{label} large"), self._median(f"{label} base")
        return self._result(
            f"{what} in {self._orders:,}", ours, base, f"the same in {BASE_ORDERS:,}",
            ours / base, "ours/reference <= 1.3", met=ours / base <= 1.3,
        )  # fmt: skip

    def _statements(self) -> Result:
        large, base = (self._sent(f"one refund {size}") for size in ("large", "base"))
        ours, reference = self._median("one refund large"), self._median("one refund base")
        return self._result(
            f"statements of one late refund, recording included: {large} against {base}",
            ours, reference, f"the same in {BASE_ORDERS:,}", large / base, "the same number",
            met=large == base,
        )  # fmt: skip

    def _report(self) -> Result:
        ours, raw = self._median("totals large"), self._median("entries large")
        return self._result(
            f"campaign report at {self._orders:,} orders, sums and breakdowns", ours, raw,
            "raw aggregation of the entries", raw / ours, "reference/ours >= 50",
            met=raw / ours >= 50, memory=self._peak("totals large"),
        )  # fmt: skip

    def _result(
        self, job: str, ours: float, reference: float, reference_is: str, ratio: float, goal: str,
        *, met: bool, memory: int | None = None,
    ) -> Result:  # fmt: skip
        return Result(
            f"{job}, {self._name}", ours, reference, reference_is, ratio, goal, met, memory
        )

    def _median(self, label: str) -> float:
        return median(self._samples.seconds[self._vendor, label])

    def _peak(self, label: str) -> int:
        return max(self._samples.peak_mb[self._vendor, label])

    def _sent(self, label: str) -> int:
        return max(self._samples.statements[self._vendor, label])
