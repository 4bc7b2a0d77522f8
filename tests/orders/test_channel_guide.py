"""The guide for the other side says what is true: its examples run, its tables are complete."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from accounts.rules.signing import SignedRequest, signature_of, text_to_sign
from orders.api.channel_shapes import MOST_LINES, ChannelOrderShape, LineShape
from orders.models import ChannelReport, Order
from tests.builders import make_sales_point, make_sku
from tests.orders.channel_client import make_integration
from tests.workers import ROOT

GUIDE = (ROOT / "docs" / "channel-api.md").read_text(encoding="utf-8")


def block(language: str, containing: str = "") -> str:
    """Return the first block of code in a language that contains a text."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.M | re.S)
    return next(text for text in blocks if containing in text)


def environment(live_server) -> dict[str, str]:
    make_sku("QDN-LS-001")
    make_sales_point()
    erp = make_integration()
    named = {"URL": live_server.url, "KEY": erp.key.key_id, "SECRET": erp.secret}
    return {**os.environ, "NO_PROXY": "*"} | {f"SHANHAI_{n}": value for n, value in named.items()}


@pytest.mark.django_db(transaction=True)
def test_the_python_example_reports_an_order_and_reads_it_back(live_server):
    done = subprocess.run(
        [sys.executable, "-c", block("python")],
        env=environment(live_server),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    put, got = done.stdout.splitlines()
    assert put.startswith("(201, {'result': 'created'")
    assert got.startswith("(200, {'order': {'number': 'SO-1001'")


@pytest.mark.django_db(transaction=True)
def test_the_shell_example_reports_an_order(live_server):
    if not (shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("curl or openssl is not there")
    done = subprocess.run(
        ["sh", "-c", block("sh")], env=environment(live_server), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"] == "created"
    assert Order.objects.get().number == "SO-1002"


def test_the_example_body_names_every_field():
    stated = json.loads(block("json", '"status": "succeeded",\n  "placed_at"'))
    assert set(stated) == set(ChannelOrderShape().fields)
    assert set(stated["lines"][0]) == set(LineShape().fields) - {"weight_grams"}


@pytest.mark.django_db
def test_the_example_body_gives_the_example_answer():
    make_sku("QDN-LS-001")
    make_sales_point()
    stated = json.loads(block("json", '"placed_at"'))
    answer = make_integration().put("SO-1001", stated)
    assert answer.json() == json.loads(block("json", '"result"'))


def test_the_example_of_signing_is_signed_as_it_says():
    text = block("", "SHANHAI-HMAC").removesuffix("\n")
    _scheme, method, target, timestamp, nonce, _digest = text.split("\n")
    request = SignedRequest(method, target, b"{}", "shk_0000", timestamp, nonce, "")
    assert text_to_sign(request) == text
    assert f"`{signature_of(request, 'not-a-real-secret')}`" in GUIDE


def test_the_guide_tells_results_and_bounds():
    for result in ChannelReport.Result.values:
        assert f"| `{result}` |" in GUIDE
    assert f"At most {MOST_LINES} lines and 512 KB" in GUIDE
