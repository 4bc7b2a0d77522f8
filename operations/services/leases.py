"""Keep a job's lease while its worker does one long thing that writes nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection

from operations.errors import LeaseLost
from operations.services.jobs import Claim, renew

logger = logging.getLogger(__name__)
# Renewed this many times within one lease, so that one late renewal does not lose it.
_RENEWALS_A_LEASE = 3


@contextmanager
def kept_alive(claim: Claim) -> Iterator[None]:
    """Renew the lease of a claim from a thread of its own for the block.

    A lease that was lost is not raised here: the worker's next `renew` raises LeaseLost.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_renew_until, args=(claim, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew_until(claim: Claim, ended: threading.Event) -> None:
    try:
        while not ended.wait(settings.JOB_LEASE_SECONDS / _RENEWALS_A_LEASE):
            try:
                renew(claim)
            except LeaseLost:
                return
            except DatabaseError as error:
                logger.warning("lease of job %s not renewed: %s", claim.job_id, error)
    finally:
        connection.close()
