"""Shoppers as the tests play them: a phone that gets codes, and a client that holds tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.services.sms import GatewayDown

PHONE, OTHER_PHONE = "13800001112", "13900002223"
API = "/api/v1/"
HOME = {
    "receiver": "张小山",
    "phone": "138 0000 1112",
    "region_code": "330105",
    "region": "浙江省杭州市拱墅区",
    "detail": "米市巷街道某某路1号",
}
# What phones got: (phone, code), the newest last.
MESSAGES: list[tuple[str, str]] = []
GATEWAY = "tests.shoppers.keep"
DEAD_GATEWAY = "tests.shoppers.lose"


def keep(phone: str, code: str) -> None:
    MESSAGES.append((phone, code))


def lose(phone: str, code: str) -> None:
    raise GatewayDown


@dataclass
class Phone:
    """One client with the tokens of the shopper who holds it."""

    client: Client = field(default_factory=Client)
    access: str = ""
    refresh: str = ""
    # Id of the shopper's address, where the test gave them one.
    home: str = ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send JSON, with the access token where there is one."""
        if self.access:
            headers.setdefault("Authorization", f"Bearer {self.access}")
        extra = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"{API}{path}", headers=headers, **extra)

    def ask(self, number: str = PHONE) -> HttpResponse:
        return self.send("post", "auth/codes/", {"phone": number})

    def enter(self, number: str, code: str) -> HttpResponse:
        answer = self.send("post", "auth/tokens/", {"phone": number, "code": code})
        return self.take(answer)

    def take(self, answer: HttpResponse) -> HttpResponse:
        if answer.status_code == 201:
            told = answer.json()
            self.access, self.refresh = told["access_token"], told["refresh_token"]
        return answer


def signed_in(number: str = PHONE) -> Phone:
    """Return the phone of a shopper who has signed in; the gateway must be `GATEWAY`."""
    phone = Phone()
    assert phone.ask(number).status_code == 202
    assert phone.enter(number, MESSAGES[-1][1]).status_code == 201
    return phone


def refusal(answer: HttpResponse) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]
