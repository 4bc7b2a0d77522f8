"""Door: play the sandbox's payer, so that an order can be paid without money."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from orders.errors.storefront import StorefrontOrderNotFound
from orders.models import StorefrontOrder
from orders.services.payments.paying import start_payment, take_notice
from orders.services.payments.sandbox import HEADER, notice_of, sign


class Command(RefusingCommand):
    help = str(gettext_lazy("以沙箱渠道支付一个商城订单：不涉及真实资金，仅供试用"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help=_("商城订单编号"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Send the sandbox's notice. Raises as `start_payment`, and StorefrontOrderNotFound."""
        order = StorefrontOrder.objects.filter(number=options["number"]).first()
        if order is None:
            raise StorefrontOrderNotFound(_("没有这个订单。"))
        payment = start_payment(order, "sandbox")
        body = notice_of(payment)
        row = take_notice("sandbox", {HEADER: sign(body)}, body)
        if options["json"]:
            self.print_json({"payment": payment.number, "outcome": row.outcome})
        else:
            self.stdout.write(f"{payment.number} {row.get_outcome_display()}")
