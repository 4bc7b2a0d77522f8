"""The scorecard and the overview of the prefecture as documents."""

from marketplace.services.rendering.counting.overview import (
    overview_document,
    overview_title,
    overview_warnings,
)
from marketplace.services.rendering.counting.scorecard import (
    scorecard_document,
    scorecard_texts,
    scorecard_title,
    scorecard_warnings,
)

__all__ = [
    "overview_document",
    "overview_title",
    "overview_warnings",
    "scorecard_document",
    "scorecard_texts",
    "scorecard_title",
    "scorecard_warnings",
]
