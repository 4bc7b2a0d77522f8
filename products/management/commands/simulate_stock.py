"""Door: put made-up stock into the storefront's warehouse, to try the storefront with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from products.selectors.stock import storefront_place
from products.services.simulating import fill_shelves


class Command(RefusingCommand):
    help = str(gettext_lazy("为商城仓登记模拟库存（仅供试用）；已有库存的规格不变"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--packs", type=int, default=500, help=_("每个规格的件数，默认 500"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Fill what is empty. Raises NoStockPlace or StockNotMoved."""
        filled = fill_shelves(storefront_place(), options["packs"])
        if options["json"]:
            self.print_json({"skus": filled, "packs": options["packs"]})
        else:
            self.stdout.write(
                _("已为 %(skus)d 个规格各登记 %(packs)d 件模拟库存。")
                % {"skus": filled, "packs": options["packs"]}
            )
