"""Write a made-up May-Day export of 寻黔记 and the totals that the pipeline must give."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from common.money import yuan
from orders.intake.simulation.catalogue import UnusableCatalogue, read_catalogue
from orders.intake.simulation.mayday import Simulation, simulate, write

MOST_ORDERS = 2_000_000


class SeedsUnusable(DomainError):
    """The seed files that prices come from are missing or damaged."""

    code = "seeds_unusable"


class OutputNotWritable(DomainError):
    """The folder for the files cannot be made or written."""

    code = "output_not_writable"


class Command(BaseCommand):
    help = str(gettext_lazy("生成“五一”活动的模拟订单文件（淘宝导出格式）及其应得合计"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--orders", type=_order_count, required=True, help=_("订单数"))
        parser.add_argument("--seed", type=int, required=True, help=_("随机种子"))
        parser.add_argument("--out", type=Path, required=True, help=_("输出目录"))
        parser.add_argument("--json", action="store_true", help=_("只输出一个 JSON 对象"))

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            simulation = _make(options["orders"], options["seed"], options["out"])
        except DomainError as refusal:
            self._refuse(refusal, as_json=options["json"])
        if options["json"]:
            result = {**simulation.expected, "out": str(options["out"])}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(_summary(simulation, options["out"]))

    def _refuse(self, refusal: DomainError, *, as_json: bool) -> None:
        if as_json:
            error = {"code": refusal.code, "message": refusal.message}
            self.stdout.write(json.dumps({"error": error}, ensure_ascii=False))
        else:
            self.stderr.write(f"{refusal.message} [{refusal.code}]")
        sys.exit(1)


def _order_count(text: str) -> int:
    count = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= count <= MOST_ORDERS:
        raise ArgumentTypeError(_("订单数应为 1 到 %(most)d 的整数") % {"most": MOST_ORDERS})
    return count


def _make(orders: int, seed: int, folder: Path) -> Simulation:
    """Simulate and write. Raises SeedsUnusable and OutputNotWritable."""
    try:
        catalogue = read_catalogue(settings.BASE_DIR / "seeds")
    except UnusableCatalogue as error:
        raise SeedsUnusable(_("种子数据无法读取：%(why)s") % {"why": error}) from error
    simulation = simulate(catalogue, orders, seed)
    try:
        write(simulation, folder)
    except OSError as error:
        message = _("无法写入目录 %(folder)s：%(why)s")
        raise OutputNotWritable(message % {"folder": folder, "why": error.strerror}) from error
    return simulation


def _summary(simulation: Simulation, folder: Path) -> str:
    expected = simulation.expected
    imported, totals = expected["import"], expected["campaign_report"]["totals"]
    lines = [
        _("【模拟数据】淘宝导出文件已生成（随机种子 %(seed)d）") % {"seed": expected["seed"]},
        *(f"  {folder / name}" for name in simulation.files),
        _("导入应得：订单 %(orders)d，明细 %(lines)d 行，未匹配 %(unmatched)d 行")
        % {key: imported[key] for key in ("orders", "lines", "unmatched")},
        _("  货款 %(gross)s 元，退款 %(refund)s 元，净额 %(net)s 元") % _money(imported),
        _("活动应得：订单 %(orders)d，成立 %(orders_stood)d，买家 %(buyers)d，件数 %(quantity)d")
        % totals,
        _("  货款 %(gross)s 元，退款 %(refund)s 元，净额 %(net)s 元") % _money(totals),
        _("以上均为模拟数据，买家、电话、地址皆属虚构。"),
    ]
    return "\n".join(lines)


def _money(figures: dict[str, int]) -> dict[str, str]:
    return {name: yuan(figures[f"{name}_fen"]) for name in ("gross", "refund", "net")}
