"""How the marketplace says no. Every class is one refusal; its code is stable."""

from __future__ import annotations

from common.errors import DomainError


class UnknownCampaign(DomainError):
    """There is no campaign with that code."""

    code = "unknown_campaign"
    status = 404


class UnknownScopeCode(DomainError):
    """A scope row of a campaign names something that does not exist."""

    code = "unknown_scope_code"
    status = 400


class CampaignNotValid(DomainError):
    """The window, the minimum level or a number of a campaign's rules cannot be."""

    code = "campaign_not_valid"
    status = 400


class SeedsNotValid(DomainError):
    """A file of seeds is missing, or one of its rows cannot be read."""

    code = "seeds_not_valid"
    status = 400


class RunInProgress(DomainError):
    """Another run of attribution is open; one is open at a time."""

    code = "run_in_progress"


class RunClosed(DomainError):
    """A partition belongs to a run that has already ended."""

    code = "run_closed"


class AttributionFailed(DomainError):
    """A run ended without all of its partitions; what they wrote is right, the rest waits."""

    code = "attribution_failed"


class NoWorker(DomainError):
    """No worker took the work within the time that a command waits."""

    code = "no_worker"
    status = 503


class NotAttributed(DomainError):
    """No run of attribution has ended yet, so that there is nothing to report."""

    code = "not_attributed"


class CampaignNotPublished(DomainError):
    """The campaign has no published version: nothing to report on, nothing to credit."""

    code = "campaign_not_published"


class ReportNotWritable(DomainError):
    """The file of a report cannot be written where it was asked for."""

    code = "report_not_writable"
    status = 400


class ReportsOutOfReach(DomainError):
    """Reports cover every place, and the reader's roles cover only some."""

    code = "reports_out_of_reach"
    status = 403


class ReportFilterNotValid(DomainError):
    """A filter of the order lines behind a report cannot be read."""

    code = "report_filter_not_valid"
    status = 400


class DecisionNotValid(DomainError):
    """The verdict of an attribution decision is unknown, or its reason is too long."""

    code = "decision_not_valid"
    status = 400


class DecisionStands(DomainError):
    """Another decision on this campaign and line waits for a check or counts already."""

    code = "decision_stands"


class OrderNotInLedger(DomainError):
    """The order has no ledger rows, so that there is no sale to attribute."""

    code = "order_not_in_ledger"
    status = 422


class UnknownOrderLine(DomainError):
    """The order has no ledger row with that line key."""

    code = "unknown_order_line"
    status = 404
