"""SIGKILL in the middle of an import and of an attribution run; others end them as if unharmed."""

from __future__ import annotations

from pathlib import Path
from random import Random

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

pytestmark = [
    pytest.mark.worker,
    pytest.mark.usefixtures("transactional_db", "folder_broker"),
]
ORDERS = 300


def test_an_import_whose_worker_is_killed_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    files = simulate(tmp_path, ORDERS)
    load_seeds()
    import_here(files)
    undisturbed = recorded()
    start_over()

    hits = kill_while_importing(files, [0.3], Random(1))

    assert hits == 1
    assert recorded() == undisturbed
    assert_audit_is_clean()


def test_an_upload_whose_workers_are_killed_ends_like_an_undisturbed_import(
    tmp_path: Path,
) -> None:
    files = simulate(tmp_path, ORDERS)
    load_seeds()
    import_here(files)
    undisturbed = recorded()
    start_over()

    hits = kill_while_uploading(files, [0.3], Random(1))

    assert hits >= 1
    assert recorded() == undisturbed
    assert_audit_is_clean()


def test_a_run_of_which_a_worker_is_killed_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    files = simulate(tmp_path, ORDERS)
    load_seeds()
    import_here(files)
    attribute_here()
    undisturbed = attributed()
    start_over()
    import_here(files)

    hits = kill_while_attributing(5, [0.1], Random(1))

    assert hits == 1
    assert attributed() == undisturbed
    assert_audit_is_clean()
