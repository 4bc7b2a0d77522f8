"""An estimate as it is stored: canonical, of content alone, with its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from marketplace.rules.uplift.estimating import (
    AFTER_BLOCKS,
    FEWEST_BLOCKS,
    WANTED_BLOCKS,
    Effect,
)
from marketplace.rules.uplift.judging import Judged, Part, Terms
from marketplace.rules.uplift.spans import MOST_STEPS_BACK

# Raised when the same blocks would give another figure.
METHOD = "log_ratio_did_1"
# Digits kept of figures that are no money: the last bits differ between machines.
_DIGITS = 10


def parameters_of(terms: Terms) -> dict[str, Any]:
    """Return what the estimate was made under."""
    return {
        "method": METHOD,
        "level": terms.level,
        "design": terms.design.value,
        "wanted_blocks": WANTED_BLOCKS,
        "fewest_blocks": FEWEST_BLOCKS,
        "after_blocks": AFTER_BLOCKS,
        "most_steps_back": MOST_STEPS_BACK,
    }


def result_of(judged: Judged) -> dict[str, Any]:
    """Return the figures, money in whole fen, or the code of each refusal."""
    return {
        "grade": judged.grade,
        "warnings": [code.value for code in judged.warnings],
        **{name: _part(getattr(judged, name)) for name in ("main", "after", "cumulative", "halo")},
    }


def sha256_of(content: dict[str, Any]) -> str:
    """Return the sha256 (hex) of canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _part(part: Part) -> dict[str, Any]:
    refusal = part.refusal.value if part.refusal else None
    return {**_figures(part.effect), "refusal": refusal}


def _figures(effect: Effect | None) -> dict[str, Any]:
    if effect is None:
        names = ("estimate_fen", "low_fen", "high_fen", "log_effect", "standard_error")
        return dict.fromkeys(names)
    return {
        "estimate_fen": round(effect.estimate),
        "low_fen": None if effect.low is None else round(effect.low),
        "high_fen": None if effect.high is None else round(effect.high),
        "log_effect": round(effect.log_effect, _DIGITS),
        "standard_error": round(effect.standard_error, _DIGITS),
    }
