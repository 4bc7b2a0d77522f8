"""Twenty SIGKILLs at random moments of an import that a command staged, twenty of one that was
uploaded and confirmed (and one in each of its previews), twenty of an attribution run with two
workers.

Four kills an attempt, because a job that died five times waits for a person (docs/decisions/0008).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.killing import (
    assert_audit_is_clean,
    attribute_here,
    attributed,
    import_here,
    kill_while_attributing,
    kill_while_importing,
    kill_while_uploading,
    load_seeds,
    recorded,
    simulate,
    start_over,
)
from tests.soak.conftest import Figure

pytestmark = [
    pytest.mark.soak,
    pytest.mark.usefixtures("transactional_db", "folder_broker"),
]
ORDERS = 1000
KILLS_AN_ATTEMPT = 4
ATTEMPTS = range(5)
BATCH_ORDERS = 4


@cache
def files() -> tuple[Path, ...]:
    return tuple(simulate(Path(mkdtemp(prefix="shanhai-soak-")), ORDERS))


@cache
def undisturbed() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what an import and a run come to when nobody kills them; leaves an empty database."""
    load_seeds()
    import_here(files())
    attribute_here()
    result = recorded(), attributed()
    start_over()
    return result


def random_shares(rng: Random) -> list[float]:
    return sorted(rng.uniform(0, 0.85) for _ in range(KILLS_AN_ATTEMPT))


@pytest.mark.parametrize("seed", ATTEMPTS)
def test_an_import_survives_its_workers(seed: int, figure: Figure) -> None:
    expected, _ = undisturbed()
    load_seeds()
    rng = Random(seed)

    hits = kill_while_importing(files(), random_shares(rng), rng)

    assert hits == KILLS_AN_ATTEMPT
    assert recorded() == expected
    assert_audit_is_clean()
    figure(f"import of {ORDERS:,} orders survived {hits} kills")


@pytest.mark.parametrize("seed", ATTEMPTS)
def test_an_upload_survives_its_workers(seed: int, figure: Figure) -> None:
    expected, _ = undisturbed()
    load_seeds()
    rng = Random(seed)

    hits = kill_while_uploading(files(), random_shares(rng), rng)

    # The preview may have ended before its worker did; of the writing each kill hits.
    assert hits >= KILLS_AN_ATTEMPT
    assert recorded() == expected
    assert_audit_is_clean()
    figure(f"upload of {ORDERS:,} orders survived {hits} kills")


@pytest.mark.parametrize("seed", ATTEMPTS)
def test_a_run_survives_its_workers(seed: int, figure: Figure) -> None:
    _, expected = undisturbed()
    load_seeds()
    import_here(files())
    rng = Random(seed)

    hits = kill_while_attributing(BATCH_ORDERS, random_shares(rng), rng)

    assert attributed() == expected
    assert_audit_is_clean()
    figure(f"attribution of {ORDERS:,} orders by two workers survived {hits} kills in the work")
