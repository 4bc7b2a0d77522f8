"""How campaigns, their rules, drafts, links and touches are refused."""

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


class CampaignNotPublished(DomainError):
    """The campaign has no published version: nothing to report on, nothing to credit."""

    code = "campaign_not_published"


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


class CampaignFileRefused(DomainError):
    """A row of a file of campaigns cannot be published, so nothing of the file is.

    The code names the reason, one of `campaign_repeated`, `name_not_valid`, `bad_date`,
    `ends_before_start`, `unknown_sales_point`, `unknown_level`, `bad_number`,
    `campaign_not_valid` or the defect of the row itself.
    """

    code = "campaign_file_refused"
    status = 422


class CampaignLinkNotValid(DomainError):
    """A campaign link without a label, of an unknown kind, or that leads to a foreign site."""

    code = "campaign_link_not_valid"
    status = 422


class TouchRefused(DomainError):
    """A touch that cannot be recorded; each refusal has a code of its own."""

    code = "touch_refused"
    status = 422
