"""A lease is kept while its worker does one long thing."""

from __future__ import annotations

import time

import pytest
from django.test import override_settings

from operations.selectors.jobs import waiting_jobs
from operations.services.jobs import claim_job, create_job
from operations.services.leases import kept_alive

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_job_is_not_free_while_it_is_kept_alive_and_is_soon_after() -> None:
    job = create_job(kind="test", task_name="none", payload={})
    with override_settings(JOB_LEASE_SECONDS=2):
        claim = claim_job(job_id=job.pk)
        assert claim is not None
        with kept_alive(claim):
            time.sleep(3)
            assert not waiting_jobs().exists()
        time.sleep(2.5)

    assert waiting_jobs().get() == job


def test_a_worker_that_lost_its_lease_stops_keeping_it() -> None:
    job = create_job(kind="test", task_name="none", payload={})
    with override_settings(JOB_LEASE_SECONDS=1):
        old = claim_job(job_id=job.pk)
        assert old is not None
        time.sleep(1.1)
        new = claim_job(job_id=job.pk)
        assert new is not None
        with kept_alive(old):
            time.sleep(1.5)

    assert waiting_jobs().get() == job
