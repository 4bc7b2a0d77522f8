"""What docs/touchpoints.md says of files is true: its example comes to its answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from marketplace.intake.touch_columns import NAMES, columns_of
from marketplace.rules.links import ALPHABET, LENGTH
from tests.builders import make_sales_point
from tests.marketplace.ledger_builders import campaign, day
from tests.marketplace.touch_files import imported
from tests.workers import ROOT

GUIDE = (ROOT / "docs" / "touchpoints.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.M | re.S)


def block(language: str, containing: str) -> str:
    """Return the only block of code in a language that contains a text."""
    (found,) = [text for kind, text in BLOCKS if kind == language and containing in text]
    return found


@pytest.mark.django_db
def test_the_example_file_comes_to_the_example_answer(tmp_path: Path):
    make_sales_point()
    campaign("mayday-2020", day("2020-05-01"), day("2020-05-08"))
    path = tmp_path / "touches.csv"
    path.write_text(block("csv", "event_id"), encoding="utf-8")
    answer = imported(path, point="")
    assert answer.pop("import")
    assert answer == json.loads(block("json", '"rows"'))


def test_the_guide_tells_every_column_in_both_languages():
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \|", GUIDE, re.M)
    assert [english for english, _chinese in rows] == list(NAMES)
    places = columns_of([chinese for _english, chinese in rows]).place
    assert list(places.values()) == list(range(len(NAMES)))


def test_the_guide_tells_what_codes_are_made_of():
    assert f"{LENGTH} characters of `{ALPHABET}`" in GUIDE
