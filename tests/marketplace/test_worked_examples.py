"""Every number in docs/attribution.md is what the engine says."""

from __future__ import annotations

import doctest
from pathlib import Path

from marketplace.rules.attribution_models import PATH_MODELS
from tests.marketplace import worked_examples

DOCUMENT = Path(__file__).parents[2] / "docs" / "attribution.md"


def test_the_examples_of_the_document_are_what_the_engine_computes() -> None:
    names = ("campaign", "path", "voucher", "exclude", "split", "reasons", "removal_effects")
    prepared = {name: getattr(worked_examples, name) for name in names}
    prepared["PATH_MODELS"] = PATH_MODELS
    found = doctest.testfile(str(DOCUMENT), module_relative=False, globs=prepared)
    assert found.attempted >= 12
    assert found.failed == 0
