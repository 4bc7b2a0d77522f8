"""The command `attribute`: what it prints, and how it refuses."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from marketplace.models import AttributionRun
from marketplace.selectors.attribution import state_digest
from tests.marketplace.ledger_builders import ledger_of


@pytest.mark.django_db
def test_the_command_answers_in_json(capsys: pytest.CaptureFixture) -> None:
    ledger_of(14)
    call_command("attribute", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [
        "run", "kind", "orders", "entries_written", "candidates", "credited_fen", "none_fen",
        "digest", "seconds", "unknown_references",
    ]  # fmt: skip
    assert answer["kind"] == "changed"
    assert (answer["orders"], answer["candidates"], answer["entries_written"]) == (14, 7, 21)
    assert (answer["credited_fen"], answer["none_fen"]) == (70_000, 70_000)
    assert answer["digest"] == state_digest()
    call_command("attribute", "--full", "--json")
    assert json.loads(capsys.readouterr().out)["entries_written"] == 0
    call_command("attribute", "--campaign", "mayday")
    out = capsys.readouterr().out
    assert "订单 7 笔" in out
    assert "合计 1,400.00 元" in out


@pytest.mark.django_db
def test_an_unknown_campaign_is_refused_in_one_sentence(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("attribute", "--campaign", "nope", "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unknown_campaign"
    with pytest.raises(SystemExit) as ended:
        call_command("attribute", "--campaign", "nope")
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert "unknown_campaign" in said.err
    assert not AttributionRun.objects.exists()
