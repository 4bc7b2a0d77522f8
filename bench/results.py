"""From samples to the table: medians, ratios, goals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median

from bench.measuring import CHANGED_ORDERS, SLICE_ORDERS, Samples
from bench.workbooks import ROWS as WORKBOOK_ROWS

FOR_READING = "for reading"
MEMORY_GOAL_MB = 400


@dataclass(frozen=True)
class Result:
    """One row of the table: times in seconds, `memory_mb` the job's highest peak."""

    job: str
    ours: float
    reference: float
    reference_is: str
    ratio: float
    goal: str
    met: bool | None
    memory_mb: int | None


class Table:
    """Builds the rows of one vendor from its samples."""

    def __init__(self, samples: Samples, vendor: str, orders: int, small: int) -> None:
        self._samples, self._vendor = samples, vendor
        self._orders, self._small = orders, small
        self._name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[vendor]

    def rows(self) -> list[Result]:
        """Return every row that this vendor's samples give."""
        is_postgresql = self._vendor == "postgresql"
        rows = [self._import(0.2 if is_postgresql else 0.25)]
        if is_postgresql:
            rows.append(self._against_bulk_create())
        rows += [
            self._workbook(),
            self._growth("import"),
            self._attribute(1.5 if is_postgresql else 2.5),
            self._changed(),
            self._growth("attribute"),
            self._report("report_from_totals", "campaign report, sums and breakdowns"),
            self._report("whole_report", "campaign report, whole"),
        ]
        return rows

    def _median(self, label: str) -> float:
        return median(self._samples.seconds[self._vendor, label])

    def _peak(self, label: str) -> int:
        return max(self._samples.peak_mb[self._vendor, label])

    def _import(self, goal: float) -> Result:
        ours, reference = self._median("import"), self._median("import reference")
        way = "COPY" if self._vendor == "postgresql" else "executemany"
        ratio, peak = reference / ours, self._peak("import")
        return Result(
            f"import of {self._orders:,} orders, {self._name}", ours, reference,
            f"{way} of the ready rows", ratio,
            f"reference/ours >= {goal}, memory <= {MEMORY_GOAL_MB} MB",
            ratio >= goal and peak <= MEMORY_GOAL_MB, peak,
        )  # fmt: skip

    def _against_bulk_create(self) -> Result:
        scale = self._orders / min(SLICE_ORDERS, self._orders)
        ours, reference = self._median("import"), self._median("bulk_create") * scale
        return Result(
            f"import of {self._orders:,} orders, {self._name}", ours, reference,
            f"bulk_create of ready instances, measured on {SLICE_ORDERS:,} orders and scaled",
            reference / ours, "reference/ours >= 3", reference / ours >= 3, None,
        )  # fmt: skip

    def _workbook(self) -> Result:
        ours, alone = self._median("read workbook"), self._median("calamine alone")
        peak = self._peak("import workbook")
        return Result(
            f"xlsx of {WORKBOOK_ROWS:,} rows read into sales; memory of its import, {self._name}",
            ours, alone, "calamine alone", ours / alone,
            f"ours/reference <= 4, memory <= {MEMORY_GOAL_MB} MB",
            ours / alone <= 4 and peak <= MEMORY_GOAL_MB, peak,
        )  # fmt: skip

    def _attribute(self, goal: float) -> Result:
        ours, reference = self._median("attribute"), self._median("attribute reference")
        way = "executemany of the result rows"
        if self._vendor == "postgresql":
            way = "COPY out of the columns, COPY in of the result rows"
        return Result(
            f"attribution, full, {self._orders:,} orders, {self._name}", ours, reference, way,
            ours / reference, f"ours/reference <= {goal}", ours / reference <= goal,
            self._peak("attribute"),
        )  # fmt: skip

    def _changed(self) -> Result:
        ours, full = self._median("attribute changed"), self._median("attribute")
        return Result(
            f"attribution of {CHANGED_ORDERS:,} changed orders, {self._name}", ours, full,
            f"full run of {self._orders:,} orders", ours / full,
            f"{FOR_READING} (<= 1/50 is the goal in 1 M orders)", None,
            self._peak("attribute changed"),
        )  # fmt: skip

    def _growth(self, job: str) -> Result:
        large = self._median(job) / self._orders
        small = self._median(f"{job} small") / self._small
        name = {"import": "import", "attribute": "attribution"}[job]
        return Result(
            f"growth of {name}, {self._name}: time per 1,000 orders", large * 1000, small * 1000,
            f"the same at {self._small:,} orders", large / small,
            "ours/reference <= 1.2", large / small <= 1.2, None,
        )  # fmt: skip

    def _report(self, label: str, job: str) -> Result:
        ours, raw = self._median(label), self._median("report_from_entries")
        return Result(
            f"{job}, {self._name}", ours, raw, "raw aggregation of the entries", raw / ours,
            f"reference/ours, {FOR_READING}", None, self._peak(label),
        )  # fmt: skip


def as_lines(results: list[Result]) -> list[str]:
    """Return the table in Markdown."""
    lines = [
        "| job | ours | reference | ratio | goal | memory |",
        "| --- | ---: | --- | ---: | --- | ---: |",
    ]
    for row in results:
        verdict = {True: " — met", False: " — MISSED", None: ""}[row.met]
        memory = f"{row.memory_mb} MB" if row.memory_mb else "-"
        lines.append(
            f"| {row.job} | {_seconds(row.ours)} | {_seconds(row.reference)}, {row.reference_is} "
            f"| {row.ratio:.3g} | {row.goal}{verdict} | {memory} |"
        )
    return lines


def noise(samples: Samples) -> list[dict[str, object]]:
    """Return minimum, median and maximum of everything measured: how quiet the machine was."""
    return [
        {
            "database": vendor,
            "name": label,
            "min": round(min(seconds), 4),
            "median": round(median(seconds), 4),
            "max": round(max(seconds), 4),
            "peak_mb": max(samples.peak_mb[vendor, label]),
        }
        for (vendor, label), seconds in samples.seconds.items()
    ]


def as_json(results: list[Result]) -> list[dict[str, object]]:
    """Return the rows for var/bench.json."""
    return [asdict(row) for row in results]


def _seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
