"""The one writer of reported sales: what a platform file or another door says was sold.

A report may not be refused, only flagged (docs/decisions/0005). See docs/flows.md, journey 1.
"""

from orders.services.recording.context import RecordingContext, open_context
from orders.services.recording.planning import Plan, plan_sales
from orders.services.recording.recording import record_sale, record_sales
from orders.services.recording.totals import RecordedTotals

__all__ = [
    "Plan",
    "RecordedTotals",
    "RecordingContext",
    "open_context",
    "plan_sales",
    "record_sale",
    "record_sales",
]
