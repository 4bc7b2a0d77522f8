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


class DraftNotValid(DomainError):
    """A draft of rules lacks its reason or name, or changes nothing."""

    code = "draft_not_valid"
    status = 400


class DraftOutdated(DomainError):
    """The campaign has another version by now than the one that a draft changes."""

    code = "draft_outdated"


class DraftStands(DomainError):
    """Another draft of the same campaign waits for its check already."""

    code = "draft_stands"


class PreviewMissing(DomainError):
    """A draft was not previewed yet: nobody has seen what it would move."""

    code = "preview_missing"


class UnknownDraft(DomainError):
    """There is no draft with that number."""

    code = "unknown_draft"
    status = 404


class BridgeNotValid(DomainError):
    """A bridge cannot lead between these runs: the codes name why.

    `unknown_run`, `run_not_ended`, `runs_in_wrong_order`, `no_run_before`.
    """

    code = "bridge_not_valid"
    status = 400


class CampaignFileRefused(DomainError):
    """A row of a file of campaigns cannot be published, so nothing of the file is.

    The code names the reason, one of `campaign_repeated`, `name_not_valid`, `bad_date`,
    `ends_before_start`, `unknown_sales_point`, `unknown_level`, `bad_number`,
    `campaign_not_valid` or the defect of the row itself.
    """

    code = "campaign_file_refused"
    status = 422


class SeedsNotValid(DomainError):
    """A file of seeds is missing, or one of its rows cannot be read."""

    code = "seeds_not_valid"
    status = 400


class RunInProgress(DomainError):
    """Another run of attribution is open; one is open at a time."""

    code = "run_in_progress"


class RunCannotBeRetried(DomainError):
    """The run has not failed, or a later one has opened, or the engine has changed since."""

    code = "run_cannot_be_retried"


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


class BasisNotSplit(DomainError):
    """A path model is asked for on a basis that it is not computed on."""

    code = "basis_not_split_by_model"
    status = 400


class ModelForAnalysts(DomainError):
    """A path model is asked for by someone who may read reports but is no analyst."""

    code = "model_for_analysts"
    status = 403


class ReportFilterNotValid(DomainError):
    """A filter of the order lines behind a report cannot be read."""

    code = "report_filter_not_valid"
    status = 400


class UpliftFileRefused(DomainError):
    """A row of a file of blocks cannot be read, so nothing of the file is estimated.

    The code names the reason, one of `bad_week`, `week_repeated`, `bad_number`, `bad_clean` or
    the defect of the row itself.
    """

    code = "uplift_file_refused"
    status = 422


class ControlSeriesRefused(DomainError):
    """A row of a file of a comparison series cannot be read, so nothing of it is imported.

    The code names the reason, one of `bad_period`, `periods_overlap`, `bad_number`,
    `source_missing`, `unit_missing`, `units_differ`, `series_code_not_valid`,
    `series_imported_meanwhile` or the defect of the row itself.
    """

    code = "control_series_refused"
    status = 422


class ControlNotValid(DomainError):
    """A declared control contradicts itself: kind, design, codes, series or periods."""

    code = "control_not_valid"
    status = 422


class ControlStands(DomainError):
    """Another control of this campaign waits for a check or is in force already."""

    code = "control_stands"


class FactNotValid(DomainError):
    """A declared fact contradicts itself: section, kind, value, key or period."""

    code = "fact_not_valid"
    status = 422


class FactPlaceUnknown(DomainError):
    """The district or county code of a declared fact names nothing."""

    code = "fact_place_unknown"
    status = 422


class FactStatedTwice(DomainError):
    """The same figure is stated already for the same place and period."""

    code = "fact_stated_twice"


class UnknownDistrict(DomainError):
    """There is no district of Hangzhou with that code."""

    code = "unknown_district"
    status = 404


class UnknownCounty(DomainError):
    """There is no county of Qiandongnan with that code."""

    code = "unknown_county"
    status = 404


class PeriodNotValid(DomainError):
    """The days or the moment of a report cannot be read, or lie in the wrong order."""

    code = "period_not_valid"
    status = 400


class PairingOverlaps(DomainError):
    """The two are paired already on some of these days."""

    code = "pairing_overlaps"


class PairingDaysNotValid(DomainError):
    """A day of a pairing lies before its start, after its end, or outside the known years."""

    code = "pairing_days_not_valid"
    status = 422


class PairingVoided(DomainError):
    """The entry was voided; its replacement is the one to change."""

    code = "pairing_voided"


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


class CampaignLinkNotValid(DomainError):
    """A campaign link without a label, of an unknown kind, or that leads to a foreign site."""

    code = "campaign_link_not_valid"
    status = 422


class TouchRefused(DomainError):
    """A touch that cannot be recorded; each refusal has a code of its own."""

    code = "touch_refused"
    status = 422


class PathFileRefused(DomainError):
    """A row of a file of paths cannot be read, so nothing of the file is attributed.

    The code names the reason, one of `empty_path`, `bad_number`, `bad_ages`,
    `value_without_conversion` or the defect of the row itself.
    """

    code = "path_file_refused"
    status = 422


class TooManyNames(DomainError):
    """The paths name more campaigns than a Markov index is computed for."""

    code = "too_many_names"
    status = 422
