"""The command `suspect_linked_orders`: list orders that may be one sale in two channels."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.commands import RefusingCommand
from orders.errors import PeriodNotValid
from orders.services.linking import suspect_linked_orders

# Platforms report an order within days of its payment. Unit: days.
DEFAULT_DAYS = 30


class Command(RefusingCommand):
    """Put pairs of suspicious orders on the list that people decide on in the admin."""

    help = str(gettext_lazy("列出可能在两个渠道重复的订单，供人员在后台决定"))

    def add_arguments(self, parser: CommandParser) -> None:
        day = date.fromisoformat
        parser.add_argument("--from", dest="first", type=day, help=_("付款日期起，默认 30 天前"))
        parser.add_argument("--to", dest="last", type=day, help=_("付款日期止（含），默认今天"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """List what is new. Raises PeriodNotValid."""
        last = options["last"] or clock.today()
        first = options["first"] or last - timedelta(days=DEFAULT_DAYS)
        if last < first:
            raise PeriodNotValid(_("止日不能早于起日。"))
        listed = suspect_linked_orders(first, last)
        if options["json"]:
            days = {"from": first.isoformat(), "to": last.isoformat()}
            self.print_json({**days, "listed": listed})
        else:
            self.stdout.write(_("新列入疑似同一笔销售 %(count)s 对。") % {"count": listed})
