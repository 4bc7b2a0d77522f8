"""What a campaign report says of the campaign's effect: the estimate that stands."""

from __future__ import annotations

from common.clock import SHANGHAI
from marketplace.models import CampaignVersion
from marketplace.rules.uplift.reported import PARTS, ReportedUplift
from marketplace.selectors.uplift.standing import standing_estimate
from marketplace.selectors.uplift.words import refusal_words, warning_words


def uplift_of(version: CampaignVersion) -> ReportedUplift | None:
    """Return the newest estimate of a version; None where nobody asked for one."""
    stored = standing_estimate(version)
    if stored is None:
        return None
    refusals = {stored.result[name]["refusal"] for name in PARTS} - {None}
    words = {code: refusal_words(code) for code in refusals}
    words |= {code: warning_words(code) for code in stored.result["warnings"]}
    return ReportedUplift(
        result=stored.result,
        inputs=stored.inputs,
        parameters=stored.parameters,
        words=words,
        run=stored.run_id or 0,
        estimated_at=stored.estimated_at.astimezone(SHANGHAI),
        sha256=stored.sha256,
    )
