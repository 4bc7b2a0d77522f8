"""Report files: written beside their place and renamed, so that no half file is ever seen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from django.utils.translation import gettext as _

from marketplace.errors import ReportNotWritable
from marketplace.rules.campaign_report import CampaignReport
from marketplace.selectors.reports import ReportLine, campaign_lines
from marketplace.services.rendering import (
    report_as_csv,
    report_as_html,
    report_as_text,
    write_workbook,
)

# Formats that are text, with what renders them; xlsx is a file only.
TEXT_FORMATS = ("text", "json", "csv", "html")
FORMATS = (*TEXT_FORMATS, "xlsx")
# Readable by everyone on the machine, as a file made in the ordinary way is.
_FILE_MODE = 0o644
# How often a caller hears of the progress. Unit: order lines.
_WATCHED_LINES = 10_000


def report_as(report: CampaignReport, form: str) -> str:
    """Return a report as `text`, `json`, `csv` or `html`."""
    if form == "json":
        return json.dumps(report.as_json(), ensure_ascii=False)
    return {"text": report_as_text, "csv": report_as_csv, "html": report_as_html}[form](report)


def write_report(
    report: CampaignReport, form: str, path: Path, watch: Callable[[int], None] | None = None
) -> None:
    """Write a report file, making its folder. Raises ReportNotWritable.

    `watch` is told how many order lines are written, every 10,000 lines.
    """
    if form == "xlsx":
        lines = _watched(campaign_lines(report.asked), watch)
        with new_file(path) as unfinished:
            write_workbook(report, lines, unfinished)
    else:
        text = report_as(report, form)
        write_text(path, [text if text.endswith("\n") else f"{text}\n"])


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Write a text file piece by piece as UTF-8, making its folder. Raises ReportNotWritable."""
    with (
        new_file(path) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as file,
    ):
        file.writelines(pieces)


def _watched(
    lines: Iterable[ReportLine], watch: Callable[[int], None] | None
) -> Iterator[ReportLine]:
    for number, line in enumerate(lines, 1):
        yield line
        if watch is not None and number % _WATCHED_LINES == 0:
            watch(number)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a file beside the path that takes its place when all went well."""
    if path.exists() and not path.is_file():
        # A rename would put the report in the place of a device such as /dev/null.
        raise _not_writable(path, OSError(_("不是普通文件")))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _not_writable(path, error) from error
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(_FILE_MODE)
        unfinished.replace(path)
    except OSError as error:
        raise _not_writable(path, error) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _not_writable(path: Path, error: OSError) -> ReportNotWritable:
    return ReportNotWritable(
        _("报告文件 %(path)s 无法写入：%(why)s") % {"path": path, "why": error.strerror or error}
    )
