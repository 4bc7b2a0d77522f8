"""Preview a draft of rules (试算): what its publication would move. Writes only the draft.

By the engine, over the orders that the old or the new rules may count, in batches; the number
of orders does not change the memory it takes.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from common import clock
from marketplace.models import CampaignDraft
from marketplace.rules.attribution import candidates
from marketplace.rules.attribution.foreseeing import Foresight
from marketplace.selectors.attribution import orders_of_campaign
from marketplace.selectors.campaign_drafts import (
    find_draft,
    preview_basis,
    versions_before_and_after,
)
from marketplace.selectors.campaigns import current_versions, draft_rules
from marketplace.selectors.ledger_frames import orders_listed, read_lines
from marketplace.services.attribution.batches import evidence_for, rules_hash
from marketplace.services.attribution.partitions import ledger_ranges
from operations.models import Job, ReviewState
from operations.services import reviewing
from operations.services.jobs import Claim, create_job, renew
from operations.services.running import run_job

PREVIEW_JOB = "preview-campaign"
PREVIEW_TASK = "marketplace.tasks.preview_campaign"
# A draft that was decided on keeps the preview that its checker saw.
_OPEN_STATES = (ReviewState.DRAFT, ReviewState.SUBMITTED)


@transaction.atomic
def request_preview(draft: CampaignDraft, *, actor: User | None = None) -> Job:
    """Write the job that previews a draft; the door rings.

    Raises ReviewRefused where the draft was decided on.
    """
    draft = reviewing.locked(draft, *_OPEN_STATES)
    job = create_job(
        kind=PREVIEW_JOB,
        task_name=PREVIEW_TASK,
        payload={"draft": draft.pk},
        created_by=actor,
    )
    draft.preview_job = job
    draft.save(update_fields=["preview_job"])
    return job


def work_preview(job_id: int) -> bool:
    """Do the work of such a job; say whether this call finished it."""
    return run_job(job_id, _work)


def is_preview_current(draft: CampaignDraft) -> bool:
    """Say whether nothing was recorded, computed or published since the preview."""
    if not draft.preview:
        return False
    basis: dict[str, Any] = draft.preview["basis"]
    return basis == preview_basis(rules_hash(current_versions()))


def _work(claim: Claim) -> dict[str, Any]:
    draft = find_draft(claim.payload["draft"])
    basis = preview_basis(rules_hash(current_versions()))
    before, after = versions_before_and_after(draft)
    stated = draft_rules(draft)
    foresight = Foresight(draft.campaign_code)
    ranges = ledger_ranges(settings.ATTRIBUTION_BATCH_ORDERS)
    for done, (low, high) in enumerate(ranges, start=1):
        wanted = orders_of_campaign(draft.campaign_code, low=low, high=high, proposed=stated)
        if wanted:
            orders = orders_listed(sorted(wanted))
            lines = read_lines(orders)
            evidence = evidence_for(orders, [*before, *after])
            foresight.add(
                lines, candidates(lines, before, evidence), candidates(lines, after, evidence)
            )
        renew(claim, done=done, total=len(ranges))
    preview = {"basis": basis, **foresight.as_json()}
    _store(claim, draft, preview)
    return {"draft": draft.pk, "orders_changed": preview["orders_changed"]}


@transaction.atomic
def _store(claim: Claim, draft: CampaignDraft, preview: dict[str, Any]) -> None:
    """Write the preview under the draft's lock; a stale worker writes nothing."""
    renew(claim)
    draft = reviewing.locked(draft, *_OPEN_STATES)
    draft.preview, draft.previewed_at = preview, clock.now()
    draft.save(update_fields=["preview", "previewed_at"])
