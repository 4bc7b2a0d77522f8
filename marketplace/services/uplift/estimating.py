"""Make an estimate and store it: the only writer of uplift estimates."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from marketplace.errors import CampaignNotPublished
from marketplace.models import AttributionRun, Campaign, CampaignVersion, UpliftEstimate
from marketplace.rules.uplift.recording import parameters_of, result_of, sha256_of
from marketplace.selectors.campaigns import current_version_of, find_campaign
from marketplace.selectors.uplift.gathering import gather
from marketplace.selectors.uplift.standing import standing_estimate
from operations.models import Job
from operations.services.jobs import Claim, create_job
from operations.services.running import run_job

ESTIMATE_JOB = "estimate-uplift"
ESTIMATE_TASK = "marketplace.tasks.estimate_uplift"


@transaction.atomic
def estimate_uplift(campaign: Campaign, *, actor: User | None = None) -> UpliftEstimate:
    """Estimate what a campaign's current version added, and store it with all it rests on.

    A refusal is a result too. Where nothing changed since the one that stands, that one is
    returned and nothing is written. Raises CampaignNotPublished.
    """
    version = _version_of(campaign)
    gathered = gather(version)
    content: dict[str, Any] = {
        "inputs": gathered.inputs,
        "parameters": parameters_of(gathered.terms),
        "result": result_of(gathered.judged),
    }
    run = AttributionRun.objects.filter(status=AttributionRun.Status.DONE).order_by("-id").first()
    sha256 = sha256_of({"campaign": campaign.code, "version": version.number, **content})
    standing = standing_estimate(version)
    if standing is not None and (standing.sha256, standing.run_id) == (sha256, run and run.pk):
        return standing
    estimate = UpliftEstimate.objects.create(
        version=version,
        run=run,
        control=gathered.control,
        **content,
        sha256=sha256,
        estimated_at=clock.now(),
        requested_by=actor,
    )
    record_audit_event(
        actor=actor, action="estimated", object_kind="marketplace.upliftestimate",
        object_key=estimate.pk, reason=campaign.code,
    )  # fmt: skip
    return estimate


@transaction.atomic
def request_estimate(campaign: Campaign, *, actor: User | None = None) -> Job:
    """Write the job that estimates a campaign; the door rings. Raises CampaignNotPublished."""
    _version_of(campaign)
    payload = {"campaign": campaign.code, "actor": actor.pk if actor else None}
    return create_job(kind=ESTIMATE_JOB, task_name=ESTIMATE_TASK, payload=payload, created_by=actor)


def work_estimate(job_id: int) -> bool:
    """Do the work of such a job; say whether this call finished it."""
    return run_job(job_id, _work)


def _work(claim: Claim) -> dict[str, Any]:
    campaign = find_campaign(claim.payload["campaign"])
    actor = User.objects.filter(pk=claim.payload["actor"]).first()
    estimate = estimate_uplift(campaign, actor=actor)
    return {"estimate": estimate.pk, "sha256": estimate.sha256}


def _version_of(campaign: Campaign) -> CampaignVersion:
    version = current_version_of(campaign)
    if version is None:
        raise CampaignNotPublished(
            _("活动“%(code)s”还没有发布的版本，请先发布活动规则。") % {"code": campaign.code}
        )
    return version
