"""A thousand buyers over HTTP want a hundred packs: a hundred orders, and no error."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import quantiles
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache

from accounts.services.addresses import PostalAddress, add_address
from accounts.services.login_codes import ask_for_code
from accounts.services.shoppers import change_shopper, sign_in
from marketplace.services.audit import audit
from orders.models import StorefrontOrder
from tests.orders.storefront_world import RICE, TEA, open_storefront, shelf
from tests.workers import ROOT, worker_environment

BUYERS, REQUESTS, PACKS = 50, 1000, 100
pytestmark = [pytest.mark.soak, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@contextmanager
def server() -> Iterator[str]:
    """Start the site as it runs in production, on the test's database; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "-w", "2", "--threads", "8", "--log-level", "error"],
        cwd=ROOT,
        env={**os.environ, **worker_environment()},
    )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/api/v1/"
    finally:
        process.terminate()
        process.wait()


def buyers(settings: Any) -> list[tuple[str, str]]:
    """Return (access token, address id) of shoppers who may order."""
    postal = PostalAddress("张小山", "13800001112", "330105", "浙江省杭州市拱墅区", "1号")
    phones = [f"1990000{number:04d}" for number in range(BUYERS)]
    settings.SANDBOX_PHONES = dict.fromkeys(phones, "246810")
    found = []
    for phone in phones:
        ask_for_code(phone, address="127.0.0.1")
        pair = sign_in(phone, "246810")
        change_shopper(pair.shopper, consent_version=settings.PRIVACY_VERSION)
        address = add_address(pair.shopper, postal, is_default=True)
        found.append((pair.access, str(address.public_id)))
    return found


def test_a_hundred_packs_are_a_hundred_orders(settings: Any) -> None:
    cache.clear()
    open_storefront(packs=PACKS)
    known = buyers(settings)
    seconds: list[float] = []

    with server() as site:

        def buy(number: int) -> int:
            token, address = known[number % BUYERS]
            codes = (TEA, RICE) if number % 2 else (RICE, TEA)
            body: dict[str, Any] = {
                "lines": [{"sku_code": code, "quantity": 1} for code in codes],
                "address_id": address,
                "due_fen": 21700,
            }
            request = urllib.request.Request(
                f"{site}orders/",
                data=json.dumps(body).encode(),
                headers={
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {token}",
                    "Idempotency-Key": uuid4().hex,
                },
            )
            started = time.perf_counter()
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    status = answer.status
            except urllib.error.HTTPError as refusal:
                status = refusal.code
            seconds.append(time.perf_counter() - started)
            return status

        started = time.perf_counter()
        with ThreadPoolExecutor(BUYERS) as pool:
            statuses = Counter(pool.map(buy, range(REQUESTS)))
        took = time.perf_counter() - started

    cuts = quantiles(seconds, n=100)
    pace = f"{REQUESTS} requests of {BUYERS} buyers in {took:.1f} s, {REQUESTS / took:.0f} a second"
    told = f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"
    sys.stdout.write(f"\n  PostgreSQL: {pace}, {told}\n")
    assert statuses == {201: PACKS, 409: REQUESTS - PACKS}
    assert StorefrontOrder.objects.count() == PACKS
    assert (shelf(TEA), shelf(RICE)) == ((PACKS, PACKS), (PACKS, PACKS))
    assert audit().violations == []
