"""Decide which SKU goods are that have no known seller code, and apply it to what waited (匹配).

Deciding takes the sales point's row and raises its `matching_version`: an import that runs
loads its matches again at its next chunk, and the job finds all that came before
(docs/decisions/0019-matching-goods.md).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from operations.models import Job
from operations.services.jobs import Claim, create_job, renew
from orders.errors import AlreadyDecided, MatchEnded, SellerCodeKnown, UnknownGoods
from orders.models import GoodsMatch, SalesPoint
from orders.rules.matching import Goods, goods_key
from orders.selectors.matching import (
    is_waiting,
    known_codes,
    match_in_force,
    orders_in_words,
    orders_with_new_codes,
)
from orders.services.recording.restating import restate_orders
from products.models import Sku

MATCHING_TASK = "orders.tasks.run_matching"


@transaction.atomic
def match_goods(*, sales_point: SalesPoint, goods: Goods, sku: Sku, actor: User) -> GoodsMatch:
    """Decide that waiting goods of a sales point are a SKU; the door rings for `row.job`.

    Raises SellerCodeKnown, AlreadyDecided where a match is in force, and UnknownGoods where no
    line in these words waits.
    """
    _take(sales_point)
    _check_code(goods)
    standing = match_in_force(sales_point.pk, goods)
    if standing is not None:
        raise AlreadyDecided(
            _("“%(goods)s”已由 %(who)s 匹配为“%(sku)s”。")
            % {"goods": standing.title, "who": standing.decided_by, "sku": standing.sku}
        )
    if not is_waiting(sales_point.pk, goods):
        raise UnknownGoods(_("没有这样的待匹配订单行，可能已经匹配；请刷新页面。"))
    return _decide(sales_point, goods, sku, actor, before=None)


@transaction.atomic
def replace_match(row: GoodsMatch, *, sku: Sku, actor: User) -> GoodsMatch:
    """Put another SKU in the place of a match in force; the door rings for the new row's job.

    Raises MatchEnded, SellerCodeKnown, and AlreadyDecided for the SKU that it has.
    """
    _take(row.sales_point)
    row = _in_force(row)
    goods = Goods(row.seller_code, row.title, row.attributes)
    _check_code(goods)
    if sku.pk == row.sku_id:
        raise AlreadyDecided(_("已经匹配为这一规格，无需更改。"))
    _end(row, actor)
    return _decide(row.sales_point, goods, sku, actor, before=row)


@transaction.atomic
def revoke_match(row: GoodsMatch, *, reason: str, actor: User) -> GoodsMatch:
    """Take a match back: its lines wait again. The door rings for `row.job`. Raises MatchEnded."""
    _take(row.sales_point)
    row = _in_force(row)
    _end(row, actor)
    row.job = _job(row.sales_point, actor, row)
    row.save(update_fields=["job"])
    _note(row, "goods_match.revoked", actor, [row.sku.code, ""], reason.strip()[:300])
    return row


@transaction.atomic
def apply_new_codes(sales_point: SalesPoint, actor: User) -> Job:
    """Match again the lines whose seller codes the catalogue has come to know (重新匹配).

    The door rings for the job.
    """
    _take(sales_point)
    job = _job(sales_point, actor, None)
    record_audit_event(
        actor=actor,
        action="goods_match.codes_applied",
        object_kind=sales_point._meta.label_lower,
        object_key=sales_point.code,
    )
    return job


def run_matching(claim: Claim) -> dict[str, Any]:
    """Restate the orders that a decision, or new codes, match otherwise, chunk by chunk.

    What an earlier attempt restated is not found again. Raises LeaseLost when another worker
    took the job over; its chunk is then rolled back.
    """
    point_id, match_id = claim.payload["sales_point"], claim.payload["match"]
    if match_id is None:
        ids, source = orders_with_new_codes(point_id), f"matching:{claim.job_id}"
    else:
        row = GoodsMatch.objects.get(pk=match_id)
        ids = orders_in_words(point_id, Goods(row.seller_code, row.title, row.attributes))
        source = f"match:{match_id}"
    changed, size = 0, settings.IMPORT_CHUNK_ORDERS
    for start in range(0, len(ids), size):
        chunk = ids[start : start + size]
        with transaction.atomic():
            changed += restate_orders(chunk, source=source)
            renew(claim, done=start + len(chunk), total=len(ids))
    return {"match": match_id, "orders_changed": changed}


def _take(sales_point: SalesPoint) -> None:
    """Wait for the writers of a sales point, hold its row, and make them load matches again."""
    SalesPoint.objects.filter(pk=sales_point.pk).update(matching_version=F("matching_version") + 1)


def _check_code(goods: Goods) -> None:
    if known_codes([goods.seller_code]):
        raise SellerCodeKnown(
            _("商家编码“%(code)s”已在产品目录中登记，请用“重新匹配”。")
            % {"code": goods.seller_code}
        )


def _in_force(row: GoodsMatch) -> GoodsMatch:
    fresh = GoodsMatch.objects.select_related("sales_point", "sku").get(pk=row.pk)
    if fresh.ended_at is not None:
        raise MatchEnded(_("这条匹配已经终止，请查看当前有效的一条。"))
    return fresh


def _decide(
    sales_point: SalesPoint, goods: Goods, sku: Sku, actor: User, *, before: GoodsMatch | None
) -> GoodsMatch:
    row = GoodsMatch.objects.create(
        sales_point=sales_point,
        **goods._asdict(),
        goods_key=goods_key(goods),
        sku=sku,
        decided_by=actor,
        decided_at=clock.now(),
    )
    row.job = _job(sales_point, actor, row)
    row.save(update_fields=["job"])
    action = "goods_match.replaced" if before else "goods_match.decided"
    _note(row, action, actor, [before.sku.code if before else "", sku.code])
    return row


def _end(row: GoodsMatch, actor: User) -> None:
    row.ended_by, row.ended_at = actor, clock.now()
    row.save(update_fields=["ended_by", "ended_at"])


def _job(sales_point: SalesPoint, actor: User, row: GoodsMatch | None) -> Job:
    return create_job(
        kind="matching",
        task_name=MATCHING_TASK,
        payload={"sales_point": sales_point.pk, "match": row.pk if row else None},
        created_by=actor,
    )


def _note(row: GoodsMatch, action: str, actor: User, change: list[str], reason: str = "") -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind=row._meta.label_lower,
        object_key=row.pk,
        changes={"sku": change},
        reason=reason,
    )
