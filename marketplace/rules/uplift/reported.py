"""Uplift as a campaign report says it: the stored estimate, and what it means per yuan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from marketplace.rules.uplift.published import PUBLISHED

PARTS = ("main", "after", "cumulative", "halo")


@dataclass(frozen=True, slots=True)
class IncrementalLeverage:
    """Uplift per fen of subsidy (U/V), with the bounds of the uplift; never the gross figure."""

    subsidy_fen: int
    ratio: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ReportedUplift:
    """The estimate that stands for a campaign's version, and the words for its codes.

    `result`, `inputs`, `parameters`: as stored. `run` 0: made before any run of attribution.
    """

    result: Mapping[str, Any]
    inputs: Mapping[str, Any]
    parameters: Mapping[str, Any]
    words: Mapping[str, str]
    run: int
    estimated_at: datetime
    sha256: str

    def part(self, name: str) -> Mapping[str, Any]:
        """Return one of PARTS: its figures, or its refusal."""
        part: Mapping[str, Any] = self.result[name]
        return part

    def refusal_words(self, name: str) -> str:
        """Return why a part has no figures; '' where it has."""
        code = self.part(name)["refusal"]
        return self.words[code] if code else ""

    def incremental_leverage(self, subsidy_fen: int) -> IncrementalLeverage | None:
        """Return U/V; None without an estimate, or where no subsidy stands."""
        main = self.part("main")
        if main["refusal"] or subsidy_fen <= 0:
            return None
        low, high = (
            None if main[name] is None else main[name] / subsidy_fen
            for name in ("low_fen", "high_fen")
        )
        return IncrementalLeverage(subsidy_fen, main["estimate_fen"] / subsidy_fen, low, high)

    def as_json(self, subsidy_fen: int) -> dict[str, Any]:
        """Return the estimate under the names of the interface."""
        leverage = self.incremental_leverage(subsidy_fen)
        parts = {
            name: {**self.part(name), "refusal_text": self.refusal_words(name)} for name in PARTS
        }
        return {
            **parts.pop("main"),
            "level": self.parameters["level"],
            "grade": self.result["grade"],
            "design": self.parameters["design"],
            "warnings": self.result["warnings"],
            **parts,
            "incremental_leverage": leverage and asdict(leverage),
            "inputs": self.inputs,
            "run": self.run or None,
            "estimated_at": self.estimated_at.isoformat(),
            "sha256": self.sha256,
            "published": [asdict(one) for one in PUBLISHED],
        }
