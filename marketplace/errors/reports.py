"""How reports, bridges and estimates are refused."""

from __future__ import annotations

from common.errors import DomainError


class BridgeNotValid(DomainError):
    """A bridge cannot lead between these runs: the codes name why.

    `unknown_run`, `run_not_ended`, `runs_in_wrong_order`, `no_run_before`.
    """

    code = "bridge_not_valid"
    status = 400


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


class PeriodNotValid(DomainError):
    """The days or the moment of a report cannot be read, or lie in the wrong order."""

    code = "period_not_valid"
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
