"""How runs, decisions and paths are refused."""

from __future__ import annotations

from common.errors import DomainError


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
