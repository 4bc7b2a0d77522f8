"""A request that may be sent again: its effect happens once, its answer is kept with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.clock import now
from common.sealing import decrypt_text, encrypt_text
from operations.errors import KeyUsedOtherwise
from operations.models import IdempotencyKey

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: HTTP status and plain JSON content; `is_replay` for a kept one."""

    status: int
    content: Any
    is_replay: bool = False


def once(*, actor: str, route: str, key: str, body: Any, act: Callable[[], Answer]) -> Answer:
    """Let `act` take effect once for a key of an actor at a route; answer the same ever after.

    Effect and answer are one durable transaction. Whoever sends the same key meanwhile waits
    for it. What `act` raises is kept nowhere: the key may be sent again. Raises
    KeyUsedOtherwise where the key came with another body before.
    """
    asked = content_hash(body)
    with transaction.atomic(durable=True):
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    actor=actor,
                    route=route,
                    key=key,
                    request_hash=asked,
                    status=0,
                    sealed_answer=b"",
                    created_at=now(),
                )
        except IntegrityError:
            kept = IdempotencyKey.objects.get(actor=actor, route=route, key=key)
            if kept.request_hash != asked:
                raise KeyUsedOtherwise(_("这个幂等键已用于另一个请求。")) from None
            content = json.loads(decrypt_text(bytes(kept.sealed_answer)))
            return Answer(kept.status, content, is_replay=True)
        answer = act()
        IdempotencyKey.objects.filter(pk=row.pk).update(
            status=answer.status,
            sealed_answer=encrypt_text(json.dumps(answer.content, ensure_ascii=False)),
        )
        return answer


def forget_keys_of(actor: str) -> int:
    """Forget the keys of an actor who has left; return how many."""
    return IdempotencyKey.objects.filter(actor=actor).delete()[0]


def sweep_idempotency_keys() -> int:
    """Forget keys after seven days; return how many. Safe to repeat."""
    return IdempotencyKey.objects.filter(created_at__lt=now() - KEPT).delete()[0]


def content_hash(body: Any) -> str:
    """Return what tells one JSON content from another, whatever the order of its keys."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
