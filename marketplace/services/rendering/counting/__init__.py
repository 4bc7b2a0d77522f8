"""The scorecard and the overview of the prefecture as documents."""

from marketplace.services.rendering.counting.overview import overview_document, overview_title
from marketplace.services.rendering.counting.scorecard import (
    scorecard_document,
    scorecard_texts,
    scorecard_title,
)

__all__ = [
    "overview_document",
    "overview_title",
    "scorecard_document",
    "scorecard_texts",
    "scorecard_title",
]
