"""Leases, fencing tokens, attempts: a job is done once, whoever dies meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from celery import shared_task
from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.utils import timezone

from common.errors import DomainError
from config.celery import app
from operations.errors import JobCannotChange, LeaseLost, UnknownJob
from operations.models import Job, JobState
from operations.selectors.jobs import dead_jobs, group_progress, waiting_jobs
from operations.services.jobs import (
    Claim,
    NewJob,
    cancel,
    claim_job,
    claim_next,
    create_job,
    create_jobs,
    fail,
    finish,
    renew,
    retry,
)
from operations.services.running import run_job
from operations.tasks import ring, sweep_jobs
from tests.workers import use_broker

pytestmark = pytest.mark.django_db

HOUR = timezone.timedelta(hours=1)
rung: list[int] = []


@shared_task(name="tests.heard")
def heard(job_id: int) -> None:
    rung.append(job_id)


@pytest.fixture
def bell(folder_broker) -> Iterator[list[int]]:
    eager, app.conf.task_always_eager = app.conf.task_always_eager, True
    rung.clear()
    yield rung
    app.conf.task_always_eager = eager


@contextmanager
def unreachable_broker() -> Iterator[None]:
    """Point Celery at a port where nobody listens."""
    with use_broker(""):
        app.conf.broker_transport, app.conf.broker_url = None, "redis://127.0.0.1:1/0"
        app.conf.broker_transport_options = {"socket_connect_timeout": 1}
        app.close()
        app._pool = None
        app.amqp._producer_pool = None
        yield


def new_job(**more) -> Job:
    return create_job(kind="test", task_name="tests.heard", payload={"file": 7}, **more)


def let_lease_run_out(job_id: int) -> None:
    Job.objects.filter(pk=job_id).update(
        lease_until=ExpressionWrapper(F("lease_until") - Value(HOUR), DateTimeField()),
    )


def make_older(job_id: int) -> None:
    Job.objects.filter(pk=job_id).update(created_at=timezone.now() - HOUR)


def test_a_claim_carries_the_payload_and_the_first_token():
    job = new_job()
    assert claim_job(job_id=job.pk) == Claim(job.pk, 1, "test", {"file": 7})
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)
    assert job.lease_until > timezone.now()


def test_a_job_under_a_live_lease_is_not_given_out_again():
    job = new_job()
    claim_job(job_id=job.pk)
    assert claim_job(job_id=job.pk) is None


def test_after_the_lease_another_worker_takes_over_and_the_first_is_refused():
    job = new_job()
    first = claim_job(job_id=job.pk)
    let_lease_run_out(job.pk)
    second = claim_job(job_id=job.pk)
    assert second.token == first.token + 1
    for stale_write in (
        lambda: renew(first, done=5),
        lambda: finish(first, {}),
        lambda: fail(first, code="x", message="x"),
    ):
        with pytest.raises(LeaseLost):
            stale_write()
    renew(second, done=1, total=2, note="第一批")
    finish(second, {"rows": 2})
    job.refresh_from_db()
    assert (job.state, job.progress_done, job.result) == (JobState.DONE, 1, {"rows": 2})


def test_a_stale_workers_chunk_rolls_back():
    job = new_job()
    stale = claim_job(job_id=job.pk)
    let_lease_run_out(job.pk)
    claim_job(job_id=job.pk)

    def write_chunk() -> None:
        with transaction.atomic():
            new_job(group="written by the stale worker")
            renew(stale, done=1)

    with pytest.raises(LeaseLost):
        write_chunk()
    assert not Job.objects.filter(group="written by the stale worker").exists()


def test_renewing_moves_the_lease_forward():
    job = new_job()
    claim = claim_job(job_id=job.pk)
    let_lease_run_out(job.pk)
    renew(claim, done=1)
    job.refresh_from_db()
    assert job.lease_until > timezone.now()


def test_a_job_that_died_too_often_becomes_a_dead_letter():
    job = new_job()
    Job.objects.filter(pk=job.pk).update(max_attempts=2)
    for _attempt in range(2):
        assert claim_job(job_id=job.pk) is not None
        let_lease_run_out(job.pk)
    assert list(waiting_jobs()) == [job]
    assert claim_job(job_id=job.pk) is None
    assert list(dead_jobs()) == [job]
    retry(job.pk)
    assert claim_job(job_id=job.pk) is not None


def test_a_failure_with_retry_waits_until_the_attempts_are_used_up():
    job = new_job()
    Job.objects.filter(pk=job.pk).update(max_attempts=2)
    fail(claim_job(job_id=job.pk), code="disk_full", message="no space", retry=True)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.PENDING, "disk_full")
    fail(claim_job(job_id=job.pk), code="disk_full", message="no space", retry=True)
    assert [dead.error_message for dead in dead_jobs()] == ["disk_full: no space"]


def test_a_cancelled_job_refuses_its_worker():
    job = new_job()
    claim = claim_job(job_id=job.pk)
    cancel(job.pk)
    with pytest.raises(LeaseLost):
        renew(claim, done=1)
    with pytest.raises(JobCannotChange):
        cancel(job.pk)
    with pytest.raises(UnknownJob):
        cancel(job.pk + 1)


def test_a_group_is_worked_off_in_order():
    create_jobs(
        [NewJob("part", "tests.heard", {"n": n}, group="run:1", ordinal=9 - n) for n in range(3)]
    )
    new_job(group="run:2")
    taken = [claim_next(group="run:1") for _turn in range(4)]
    assert [claim and claim.payload["n"] for claim in taken] == [2, 1, 0, None]
    finish(taken[0], {})
    progress = group_progress("run:1")
    assert (progress.total, progress.done, progress.open) == (3, 1, 2)


def test_running_a_job_records_result_refusal_and_defect():
    done, refused, broken = new_job(), new_job(), new_job()

    def refuse(claim: Claim) -> dict:
        raise DomainError("不行", code="not_today")

    def crash(claim: Claim) -> dict:
        raise ZeroDivisionError("oops")

    assert run_job(done.pk, lambda claim: {"file": claim.payload["file"]})
    assert not run_job(done.pk, refuse)
    assert not run_job(refused.pk, refuse)
    with pytest.raises(ZeroDivisionError):
        run_job(broken.pk, crash)
    states = {job.pk: (job.state, job.error_code) for job in Job.objects.all()}
    assert states == {
        done.pk: (JobState.DONE, ""),
        refused.pk: (JobState.FAILED, "not_today"),
        broken.pk: (JobState.PENDING, "ZeroDivisionError"),
    }


def test_ringing_waits_for_the_commit(bell, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = new_job()
        ring(job)
        assert bell == []
    assert bell == [job.pk]


def test_a_broker_that_is_down_does_not_break_the_caller(django_capture_on_commit_callbacks):
    with unreachable_broker(), django_capture_on_commit_callbacks(execute=True):
        job = new_job()
        ring(job)
    assert claim_job(job_id=job.pk) is not None


def test_the_sweeper_rings_for_work_that_waits_and_not_twice_at_once(bell):
    forgotten, _fresh, abandoned, held, done = (new_job() for _job in range(5))
    for job in (forgotten, abandoned, held, done):
        make_older(job.pk)
    claim_job(job_id=abandoned.pk)
    let_lease_run_out(abandoned.pk)
    claim_job(job_id=held.pk)
    finish(claim_job(job_id=done.pk), {})
    assert sweep_jobs() == 2
    assert bell == [forgotten.pk, abandoned.pk]
    assert sweep_jobs() == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_twenty_simultaneous_claims_one_wins():
    job = new_job()
    start = Barrier(20)

    def claim() -> Claim | None:
        try:
            with connection.cursor():
                start.wait()
            return claim_job(job_id=job.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        claims = list(pool.map(lambda _worker: claim(), range(20)))
    assert [won.token for won in claims if won] == [1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_of_a_group_never_share_a_part():
    create_jobs([NewJob("part", "tests.heard", {}, group="run", ordinal=n) for n in range(12)])
    start = Barrier(6)

    def work() -> list[int]:
        taken = []
        try:
            start.wait()
            while claim := claim_next(group="run"):
                taken.append(claim.job_id)
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        parts = [part for taken in pool.map(lambda _worker: work(), range(6)) for part in taken]
    assert sorted(parts) == sorted(Job.objects.values_list("pk", flat=True))
