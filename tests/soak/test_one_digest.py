"""One digest for one content: from both databases, from every batch size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.models import (
    AttributionEntry,
    AttributionRun,
    DailyCount,
    DailyDigest,
    DailyMoney,
)
from marketplace.services.attribution import check_run, request_run, work_run
from operations.services.append_only import lifted_triggers
from tests.killing import STORE, assert_audit_is_clean, import_here, load_seeds, simulate
from tests.soak.conftest import Figure
from tests.workers import ROOT, worker_environment

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("transactional_db")]
# A batch of one order is a job of its own: more orders prove no more and take minutes.
ORDERS = 600
BATCHES = (1, 7, 500)


def forget_attribution() -> None:
    with lifted_triggers():
        for model in (AttributionEntry, DailyMoney, DailyCount, DailyDigest, AttributionRun):
            model.objects.all().delete()


def digest_of_batches(batch_orders: int) -> str:
    forget_attribution()
    run = request_run(kind="full", batch_orders=batch_orders)
    return check_run(work_run(run.pk)).digest


def digest_on_sqlite(folder: Path, files: list[Path]) -> str:
    """Do the whole job by commands on a new SQLite file."""
    environment = {
        **worker_environment(),
        "DATABASE_URL": f"sqlite:///{folder / 'other.sqlite3'}",
        "SHANHAI_TEST_RUN": f"other-{os.getpid()}",
    }

    def manage(*arguments: object) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    manage("migrate", "--verbosity", "0")
    manage("load_seeds", "--json")
    manage("import_orders", "--sales-point", STORE, *files, "--json")
    return str(json.loads(manage("attribute", "--full", "--json"))["digest"])


def test_both_databases_and_every_batch_size_give_one_digest(
    tmp_path: Path, figure: Figure
) -> None:
    files = simulate(tmp_path / "export", ORDERS)
    load_seeds()
    import_here(files)

    digests = {digest_of_batches(batch_orders) for batch_orders in BATCHES}
    assert_audit_is_clean()
    digests.add(digest_on_sqlite(tmp_path, files))

    assert len(digests) == 1
    figure(f"digest {digests.pop()} of {ORDERS:,} orders from batches of {BATCHES} and on SQLite")
