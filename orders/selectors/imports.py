"""What an import came to, in the words of docs/decisions/0005-import-accounting.md."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from operations.models import JobState
from operations.selectors.jobs import waiting_jobs
from orders.models import ImportIssue, ImportPart, OrderImport, SalesPoint
from orders.rules.readings import FileFacts, Reading, RowIssue

# At most this many row messages are printed; all are kept with the import. Unit: rows.
MESSAGES_SHOWN = 1000

_COUNTS = (
    "rows",
    "accepted",
    "rejected",
    "quarantined",
    "duplicate",
    "orders",
    "lines",
    "created",
    "updated",
    "unchanged",
    "stale",
    "unmatched",
    "refunds_date_assumed",
)


def summary_of_import(order_import: OrderImport) -> dict[str, Any]:
    """Return the JSON answer of `import_orders` for a finished import. Money in fen."""
    parts = list(order_import.parts.order_by("ordinal"))
    return import_summary(order_import, parts, list(order_import.issues.all()))


def import_summary(
    order_import: OrderImport,
    files: Sequence[ImportPart | FileFacts],
    issues: Sequence[ImportIssue | RowIssue],
) -> dict[str, Any]:
    """State an import, recorded or only previewed, with its files and row messages."""
    names = {file.ordinal: file.name for file in files}
    return {
        "import_id": order_import.pk,
        **import_totals(order_import, files),
        "errors": _messages(names, issues, {"rejected", "quarantined"}),
        "flags": _messages(names, issues, {"flagged"}),
    }


def import_totals(
    order_import: OrderImport, files: Sequence[ImportPart | FileFacts]
) -> dict[str, Any]:
    """State the counts and sums of an import, recorded or only previewed. Money in fen."""
    return {
        "format": order_import.format,
        "simulated": order_import.is_simulated,
        "files": [
            {
                "name": file.name,
                "table": file.table,
                "rows": file.rows,
                "encoding": file.encoding,
                "sha256": file.sha256,
            }
            for file in files
        ],
        **{name: getattr(order_import, name) for name in _COUNTS},
        **_money(order_import),
    }


def _money(order_import: OrderImport) -> dict[str, int]:
    net = order_import.gross_fen - order_import.refund_fen
    platform_net = order_import.platform_gross_fen - order_import.platform_refund_fen
    explained = net + order_import.freight_fen + order_import.excluded_fen
    return {
        "gross_fen": order_import.gross_fen,
        "refund_fen": order_import.refund_fen,
        "net_fen": net,
        "platform_gross_fen": order_import.platform_gross_fen,
        "platform_refund_fen": order_import.platform_refund_fen,
        "platform_net_fen": platform_net,
        "consumer_paid_fen": order_import.consumer_paid_fen,
        "freight_fen": order_import.freight_fen,
        "excluded_fen": order_import.excluded_fen,
        # Paid to buyers beside refunds; no part of any other figure.
        "compensation_fen": order_import.compensation_fen,
        # What the platform's total holds and ours does not: rejected rows, by their messages.
        "difference_fen": platform_net - explained,
    }


def _messages(
    names: dict[int, str], issues: Sequence[ImportIssue | RowIssue], verdicts: set[str]
) -> list[dict[str, Any]]:
    chosen = [issue for issue in issues if issue.verdict in verdicts]
    chosen.sort(key=_place)
    return [
        {
            "file": names[_place(issue)[0]],
            "row": issue.row,
            "code": issue.code,
            "message": str(issue.message),
        }
        for issue in chosen[:MESSAGES_SHOWN]
    ]


def _place(issue: ImportIssue | RowIssue) -> tuple[int, int]:
    part = issue.part if isinstance(issue, RowIssue) else issue.part_ordinal
    return part, issue.row


def interrupted_import(sales_point: SalesPoint, reading: Reading) -> OrderImport | None:
    """Return the import of exactly these files that began and was cut off, if there is one.

    Cut off means that its job waits for a worker: never begun, or its worker's lease ran out.
    """
    wanted = sorted(file.sha256 for file in reading.files)
    candidates = OrderImport.objects.filter(
        sales_point=sales_point, state=OrderImport.State.RUNNING, job__in=waiting_jobs()
    )
    for order_import in candidates.select_related("job", "sales_point").order_by("pk"):
        if sorted(order_import.parts.values_list("sha256", flat=True)) == wanted:
            return order_import
    return None


def is_read_alike(order_import: OrderImport, reading: Reading) -> bool:
    """Say whether a reading has an import's orders in the same order: same format, same files.

    Files given in another order, or read as another format, put other orders behind the last
    chunk that was written.
    """
    known = (order_import.format, order_import.format_version)
    digests = order_import.parts.order_by("ordinal").values_list("sha256", flat=True)
    return known == (reading.format, reading.format_version) and list(digests) == [
        file.sha256 for file in reading.files
    ]


def can_be_resumed(order_import: OrderImport) -> bool:
    """Say whether an import stands still and could go on: stopped, failed, or its job is dead."""
    state = OrderImport.State(order_import.state)
    if state in {OrderImport.State.CANCELLED, OrderImport.State.FAILED}:
        return True
    if state not in {OrderImport.State.UPLOADED, OrderImport.State.RUNNING}:
        return False
    job = order_import.job
    return job is None or job.state in {JobState.FAILED, JobState.CANCELLED}


def outside_orders(order_import: OrderImport) -> int:
    """Return how many orders a preview found to be paid outside the expected period."""
    findings = order_import.findings or {}
    return int(findings["outside"]["orders"]) if findings else 0


def earlier_imports_of(order_import: OrderImport) -> list[dict[str, Any]]:
    """Return the imports of this sales point that brought one of these files before, newest first.

    At most ten: `import` is the number, `file` the name then, `state` its state now.
    """
    digests = order_import.parts.values("sha256")
    earlier = ImportPart.objects.filter(
        sha256__in=digests, order_import__sales_point=order_import.sales_point_id
    )
    earlier = earlier.exclude(order_import=order_import).exclude(
        order_import__state=OrderImport.State.REFUSED
    )
    rows = earlier.order_by("-order_import", "ordinal").values_list(
        "order_import", "name", "order_import__state"
    )
    return [{"import": pk, "file": name, "state": state} for pk, name, state in rows[:10]]


def has_simulated_imports(sales_point_codes: Collection[str]) -> bool:
    """Say whether any import into these sales points came from the simulator.

    No codes means all sales points. Reports made of simulated orders must say so.
    """
    simulated = OrderImport.objects.filter(is_simulated=True, started_at__isnull=False)
    if sales_point_codes:
        simulated = simulated.filter(sales_point__code__in=sales_point_codes)
    return simulated.exists()
