"""Many more random files than every day: read back exactly, or refused with a code."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.orders.intake.test_platform_round_trips import each_platform, round_trip
from tests.orders.intake.test_torture import BITS, each_format
from tests.orders.intake.torture import Subject, changed, outcome
from tests.orders.intake.writers.dress import Dress, dresses

pytestmark = pytest.mark.soak
at_length = settings(max_examples=1_000, suppress_health_check=list(HealthCheck))
CHANGES = st.lists(st.tuples(st.floats(0, 1), BITS, st.integers(0, 40)), min_size=1, max_size=20)


@each_platform
@at_length
@given(data=st.data(), dress=dresses())
def test_a_thousand_random_files_of_each_platform_are_read_back(
    tmp_path: Path, platform: str, data: st.DataObject, dress: Dress
) -> None:
    round_trip(tmp_path, platform, data, dress)


@each_format
@at_length
@given(changes=CHANGES)
def test_a_thousand_damaged_files_of_each_format_are_refused_or_accounted_for(
    tmp_path: Path, subject: Subject, changes: list[tuple[float, bytes, int]]
) -> None:
    paths = subject.save(tmp_path, subject.make(3))
    path = paths[len(changes) % len(paths)]
    path.write_bytes(changed(path.read_bytes(), changes))
    outcome(paths, subject.platform)
