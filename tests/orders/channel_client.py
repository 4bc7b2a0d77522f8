"""Another system, as the tests play it: it signs like docs/channel-api.md says, by itself."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.test import Client

from accounts.models import IntegrationKey, User
from accounts.services.integration import NewKey, create_integration_key
from accounts.services.roles import NewRole, grant_role
from common.clock import today

SALES_POINT = "xunqianji"


def line(number: str = "1", amount_fen: int = 16800, **more: Any) -> dict[str, Any]:
    """State one line of one piece of 雷山银球茶."""
    return {
        "line_number": number,
        "sku_code": "QDN-LS-001",
        "title": "雷山银球茶",
        "quantity": 1,
        "list_fen": amount_fen,
        "amount_fen": amount_fen,
        **more,
    }


def order(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """State one order that has succeeded; `...` as a value leaves a field out."""
    stated = {
        "status": "succeeded",
        "placed_at": "2020-05-01T10:00:00+08:00",
        "paid_at": "2020-05-01T10:00:40+08:00",
        "lines": list(lines) or [line()],
        **more,
    }
    return {name: value for name, value in stated.items() if value is not ...}


def address(number: str, sales_point: str = SALES_POINT) -> str:
    """Return the path of an order, percent-encoded."""
    return quote(f"/api/v1/channels/{sales_point}/orders/{number}/")


@dataclass
class Integration:
    """One key with its secret. What it sends may be spoilt on purpose."""

    key: IntegrationKey
    secret: str
    client: Client = field(default_factory=Client)

    def headers(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        nonce: str = "",
        at: float | None = None,
        secret: str = "",
    ) -> dict[str, str]:
        """Sign a request."""
        timestamp = str(int(time.time() if at is None else at))
        nonce = nonce or secrets.token_hex(16)
        digest = hashlib.sha256(body).hexdigest()
        text = "\n".join(["SHANHAI-HMAC-SHA256", method, path, timestamp, nonce, digest])
        signature = hmac.new((secret or self.secret).encode(), text.encode(), "sha256").hexdigest()
        return {
            "X-Shanhai-Key": self.key.key_id,
            "X-Shanhai-Timestamp": timestamp,
            "X-Shanhai-Nonce": nonce,
            "X-Shanhai-Signature": signature,
        }

    def put(self, number: str, stated: Any, *, sales_point: str = SALES_POINT, **signing: Any):
        """Report an order; `stated` is bytes or what becomes JSON."""
        body = stated if isinstance(stated, bytes) else json.dumps(stated).encode()
        path = address(number, sales_point)
        return self.send("PUT", path, body, self.headers("PUT", path, body, **signing))

    def get(self, number: str, *, sales_point: str = SALES_POINT, **signing: Any) -> HttpResponse:
        """Read an order back."""
        path = address(number, sales_point)
        return self.send("GET", path, b"", self.headers("GET", path, b"", **signing))

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str], **more: Any):
        """Send what was signed, or something else."""
        return self.client.generic(
            method, path, body, content_type="application/json", headers=headers, **more
        )


def make_integration(
    code: str = SALES_POINT, *, kind: str = "sales_point", name: str = "erp", **more: Any
) -> Integration:
    """Make a user with the role of a channel integration, and a key of it."""
    user = User.objects.get_or_create(username=name)[0]
    role = NewRole("channel_integration", "prepare", kind, code)
    grant_role(user=user, asked=role, granted_by=None)
    return another_key(user, **more)


def another_key(user: User, **more: Any) -> Integration:
    """Make one more key of a user."""
    label = f"测试 {IntegrationKey.objects.count() + 1}"
    values: dict[str, Any] = {"label": label, "valid_from": today(), **more}
    return Integration(*create_integration_key(asked=NewKey(user=user, **values), created_by=None))


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """Return (status, code) of a problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    document = answer.json()
    assert document["status"] == answer.status_code
    return answer.status_code, document["code"]
