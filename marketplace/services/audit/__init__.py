"""The audit: does everything that is printed still follow from what was recorded?"""

from marketplace.services.audit.running import AuditReport, audit

__all__ = ["AuditReport", "audit"]
