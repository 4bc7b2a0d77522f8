"""Door: check every invariant and print what does not hold (docs/flows.md, journey 5)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from marketplace.services.audit import AuditReport, audit
from marketplace.services.audit.words import MEANINGS


class Command(RefusingCommand):
    help = str(gettext_lazy("核对台账、归因、汇总、导入与触发器；有问题时返回 1"))

    def work(self, **options: Any) -> None:
        report = audit()
        if options["json"]:
            self.print_json(_as_json(report))
        else:
            self.print_report(report)
        if report.violations:
            raise SystemExit(1)

    def print_report(self, report: AuditReport) -> None:
        """Print the outcome for a person."""
        for finding in report.violations:
            meaning = MEANINGS[finding.code]
            self.stdout.write(f"[{finding.invariant}] {meaning}：{finding.place}（{finding.code}）")
        for waiting in report.waiting:
            self.stdout.write(_("等待中：%(job)s") % {"job": waiting})
        checked = "、".join(f"{name} {rows:,}" for name, rows in report.checked.items())
        self.stdout.write(
            _("核对完成，发现 %(count)s 处问题。已核对的行数：%(checked)s")
            % {"count": len(report.violations), "checked": checked}
        )


def _as_json(report: AuditReport) -> dict[str, Any]:
    return {
        "violations": [
            {
                "invariant": finding.invariant,
                "code": finding.code,
                "place": finding.place,
                "message": str(MEANINGS[finding.code]),
            }
            for finding in report.violations
        ],
        "checked": report.checked,
        "waiting": report.waiting,
    }
