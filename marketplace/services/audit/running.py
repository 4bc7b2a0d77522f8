"""Run every check that has rows to look at, and say what was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from marketplace.services.audit.attribution import AttributionAudit
from operations.models.append_only import append_only_tables
from operations.selectors.jobs import dead_jobs, waiting_jobs
from operations.services.append_only import missing_triggers
from orders.models import OrderImport
from orders.rules.audit import Finding, findings_of
from orders.selectors.audit import audited_orders, import_findings
from orders.selectors.channel_audit import channel_findings
from orders.selectors.review_audit import review_findings, reviews_in_force
from orders.selectors.storefront.voucher_audit import voucher_differences, vouchers_given
from products.selectors.stock import stock_differences, stock_items


@dataclass(slots=True)
class AuditReport:
    """What the audit found. `checked` counts the rows behind each invariant.

    `waiting` names jobs that wait for a worker: no violation, the sweeper rings for them.
    """

    violations: list[Finding] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)


def audit() -> AuditReport:
    """Check the invariants that have rows: I1 to I6, I8, what people decided, triggers.

    I7 (idempotency keys) is held by its transaction and one constraint, not by rows.
    """
    report = AuditReport()
    report.violations.extend(
        Finding("I1", f"stock_{what}_differs", f"stock:{item}")
        for item, what in stock_differences()
    )
    report.violations.extend(
        Finding("I3", f"voucher_{what}_differ", f"batch:{code}")
        for code, what in voucher_differences()
    )
    orders = entries = 0
    for order in audited_orders():
        orders += 1
        entries += len(order.entries)
        report.violations.extend(findings_of(order))
    attribution = AttributionAudit()
    report.violations.extend(attribution.findings())
    report.violations.extend(
        Finding("I6", "job_out_of_attempts", f"job:{job.pk}") for job in dead_jobs()
    )
    report.violations.extend(import_findings())
    report.violations.extend(channel_findings())
    report.violations.extend(review_findings())
    missing = missing_triggers()
    report.violations.extend(Finding("triggers", "trigger_missing", name) for name in missing)
    waiting = list(waiting_jobs())
    report.waiting = [f"job:{job.pk} {job.kind} {job.state}" for job in waiting]
    report.checked = {
        "I1": stock_items(),
        "I3": vouchers_given(),
        "I2": entries,
        "I4": orders,
        "I5": attribution.entries,
        "I6": len(waiting),
        "I8": OrderImport.objects.count(),
        "reviews": reviews_in_force(),
        "triggers": len(append_only_tables()),
    }
    return report
