"""Two hundred random events, attributed as they come, end where a full run ends; killed or not."""

from __future__ import annotations

import os
import signal
import time
from random import Random

import pytest

from marketplace.models import AttributionRun, Campaign
from marketplace.selectors.attribution import open_partitions, state_digest
from marketplace.services.attribution import open_run
from marketplace.services.attribution.checking import wrong_totals
from orders.models import ChangedOrder
from tests.marketplace.attribution_checks import check_everything
from tests.marketplace.attribution_world import Step, World, attribute, undone
from tests.soak.conftest import Figure
from tests.workers import start_command, wait_until

pytestmark = pytest.mark.soak
EVENTS = 200
KINDS = (
    *("sell", "sell", "refund", "close", "restate", "exclude", "publish", "redeem", "unredeem"),
    *("decide", "decide", "revoke", "touch", "touch"),
)
# A short lease and one order a job, so that a kill finds work to hit and others take it soon.
HASTY = {"SHANHAI_JOB_LEASE_SECONDS": "2", "SHANHAI_ATTRIBUTION_BATCH_ORDERS": "1"}


def events(rng: Random) -> list[Step]:
    """Return random events: sales first, so that what follows has orders to change."""
    first = [Step("sell", rng.randrange(31), rng.randrange(31)) for _ in range(10)]
    rest = EVENTS - len(first)
    return first + [
        Step(rng.choice(KINDS), rng.randrange(31), rng.randrange(31)) for _ in range(rest)
    ]


def assert_it_is_what_a_full_run_says() -> None:
    attribute()
    digest = state_digest()
    check_everything()
    assert not ChangedOrder.objects.exists()
    assert attribute("full").entries_written == 0
    assert state_digest() == digest
    assert wrong_totals() == []


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_runs_of_what_changed_end_in_the_state_of_a_full_run(seed: int, figure: Figure) -> None:
    rng = Random(seed)
    runs = 0
    with undone():
        world = World()
        for event in events(rng):
            world.play(event)
            if rng.random() < 0.15:
                kind = rng.choice(["changed", "changed", "changed", "campaign", "full"])
                if kind == "campaign" and not Campaign.objects.exists():
                    kind = "changed"
                code = rng.choice(list(Campaign.objects.values_list("code", flat=True)) or [""])
                attribute(kind, rng.choice([1, 3, 500]), code if kind == "campaign" else "")
                runs += 1
        assert_it_is_what_a_full_run_says()
    figure(f"seed {seed}: {EVENTS} events, {len(world.sales)} orders, {runs} runs between them")


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("seed", range(3))
def test_killed_runs_change_nothing(seed: int, figure: Figure) -> None:
    rng = Random(100 + seed)
    world, hits, kills = World(), 0, 0
    for number, event in enumerate(events(rng), start=1):
        world.play(event)
        if number % 20 == 0:
            hits += killed_run(rng)
            kills += 1
    assert_it_is_what_a_full_run_says()
    assert hits >= kills // 2
    figure(f"seed {seed}: {EVENTS} events, {kills} runs killed, {hits} of them in the midst")


def killed_run(rng: Random) -> bool:
    """Start a process that attributes, kill it at work; say whether it left some."""
    left = AttributionRun.objects.filter(status="open").first()
    if left is None:
        left = open_run(kind=rng.choice(["changed", "full"]), batch_orders=1)
    waiting = open_partitions(left.pk).count()
    if not waiting:
        attribute()
        return False
    with start_command("attribute", "--changed", env=HASTY) as process:
        share = rng.randrange(1, max(waiting, 2))
        wait_until(
            lambda: (
                open_partitions(left.pk).count() <= waiting - share or process.poll() is not None
            ),
            seconds=60,
        )
        assert open_partitions(left.pk).count() < waiting
        time.sleep(rng.uniform(0, 0.02))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return AttributionRun.objects.filter(status="open").exists()
