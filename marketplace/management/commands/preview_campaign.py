"""The command `preview_campaign`: what a draft of rules would move (试算)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.errors import DomainError
from common.money import yuan
from marketplace.models import CampaignDraft
from marketplace.selectors.campaign_drafts import find_draft
from marketplace.services.attribution.previewing import request_preview, work_preview
from operations.models import Job


class Command(RefusingCommand):
    """Preview a draft in this process, as a worker would, and print what it would move."""

    help = str(gettext_lazy("试算一份活动规则草案：发布后会归属多少订单、多少钱，与现行规则差多少"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("draft", type=int, metavar="DRAFT", help=_("草案编号"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Preview, store it on the draft, print. Raises DomainError to refuse."""
        draft = find_draft(options["draft"])
        job = request_preview(draft)
        work_preview(job.pk)
        job.refresh_from_db()
        if job.error_code:
            raise _refusal(job)
        draft.refresh_from_db()
        if options["json"]:
            self.print_json({"draft": draft.pk, "campaign": draft.campaign_code, **draft.preview})
        else:
            self._print(draft)

    def _print(self, draft: CampaignDraft) -> None:
        found = draft.preview
        orders, direct = found["orders"], found["sums"]["direct"]
        text = _("草案 #%(draft)s（%(name)s）将归属 %(orders)s 笔订单，净额 %(net)s 元。")
        self.stdout.write(
            text
            % {
                "draft": draft.pk,
                "name": draft.name,
                "orders": f"{orders['after']:,}",
                "net": yuan(direct["after"]),
            }
        )
        text = _("与现行规则相比：订单 %(orders)s 笔，净额 %(net)s 元；改变 %(changed)s 笔订单。")
        self.stdout.write(
            text
            % {
                "orders": f"{orders['after'] - orders['before']:+,}",
                "net": yuan(direct["after"] - direct["before"]),
                "changed": f"{found['orders_changed']:,}",
            }
        )


def _refusal(job: Job) -> DomainError:
    return DomainError(job.error_message, code=job.error_code)
