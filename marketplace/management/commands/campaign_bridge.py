"""The command `campaign_bridge`: from one figure of a campaign to a later one (更正过桥)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import FormattedCommand
from common.money import yuan
from marketplace.rules.campaign_report import BASES, MODEL_COLUMNS, Asked
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.reports.bridge import Bridge, bridge_lines, read_bridge, step_name
from marketplace.selectors.reports.definitions import model_names
from marketplace.services.rendering import bridge_as_csv

FORMATS = ("text", "json", "csv")


class Command(FormattedCommand):
    """Print the bridge between two runs; `csv` lists the entries behind its steps."""

    help = str(gettext_lazy("说明一个活动的数为什么与上次不同：逐项过桥，各项之和等于差额"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CODE", help=_("活动编码"))
        parser.add_argument(
            "--from",
            dest="start",
            type=int,
            metavar="RUN",
            help=_("起点计算批次，0 为最初；默认为终点的前一批"),
        )
        parser.add_argument(
            "--to", dest="end", type=int, metavar="RUN", help=_("终点计算批次；默认为最近一批")
        )
        parser.add_argument(
            "--model", choices=tuple(MODEL_COLUMNS), default="direct_rule", help=_("归属口径")
        )
        parser.add_argument("--basis", choices=BASES, default="transaction", help=_("金额口径"))
        parser.add_argument("--format", choices=FORMATS, default="text", help=_("输出格式"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Read and print. Raises DomainError to refuse."""
        campaign = find_campaign(options["campaign"])
        asked = Asked(options["campaign"], options["model"], options["basis"])
        bridge = read_bridge(asked, start=options["start"], end=options["end"])
        if options["json"]:
            self.print_json(bridge.as_json())
        elif options["format"] == "csv":
            for piece in bridge_as_csv(bridge_lines(bridge)):
                self.stdout.write(piece, ending="")
        else:
            self._print(campaign.name, bridge)

    def _print(self, name: str, bridge: Bridge) -> None:
        start, end = bridge.start, bridge.end
        model = model_names()[bridge.asked.model]
        self.stdout.write(_("%(name)s · 更正过桥（%(model)s）") % {"name": name, "model": model})
        figure = _("计算批次 #%(run)s：%(net)s 元")
        self.stdout.write(figure % {"run": start.run, "net": yuan(start.net_fen)})
        for each in bridge.steps:
            if each.entries:
                line = _("  %(step)s：%(net)s 元（%(orders)s 笔订单，%(entries)s 条）")
                self.stdout.write(
                    line
                    % {
                        "step": step_name(each.step),
                        "net": yuan(each.net_fen),
                        "orders": f"{each.orders:,}",
                        "entries": f"{each.entries:,}",
                    }
                )
        self.stdout.write(figure % {"run": end.run, "net": yuan(end.net_fen)})
        moved = _("差额：%(net)s 元") % {"net": yuan(bridge.moved_fen)}
        self.stdout.write(moved)
