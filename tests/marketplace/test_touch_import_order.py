"""Whatever the pieces, the order and the repeats of a log of touches: the same touches stand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.intake import touch_logs
from tests.builders import make_sales_point
from tests.marketplace.attribution_world import undone
from tests.marketplace.ledger_builders import campaign, day
from tests.marketplace.touch_files import counts, imported, stored, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    make_sales_point()
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["", "e1", "e2", "e3"]),
        st.sampled_from(["buyer-1", "buyer-2", "t**1"]),
        st.sampled_from(["mayday", "", "nobody"]),
        st.sampled_from(["click", "扫码", "view"]),
        st.sampled_from(["2020-05-01 09:00:00", "2020-05-02 09:00", "never"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(EVENTS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_pieces_order_and_repeats_change_nothing(
    tmp_path: Path, monkeypatch, events, piece: int, dice: random.Random
):
    # Two different events of one name are told apart by who comes first: one is enough here.
    named = {(event[0] or event): event for event in events}
    rows = [",".join(event) for event in named.values()]
    with undone():
        whole = imported(write(tmp_path, *rows))
        once = stored()
    with undone():
        mixed = rows + dice.choices(rows, k=3)
        dice.shuffle(mixed)
        monkeypatch.setattr(touch_logs, "PIECE_ROWS", piece)
        half = len(mixed) // 2 or 1
        answers = [imported(write(tmp_path, *part)) for part in (mixed[:half], mixed[half:])]
        assert stored() == once
        assert sum(answer["accepted"] for answer in answers) == whole["accepted"]
        for answer in answers:
            assert answer["rows"] == sum(counts(answer)[1:])
