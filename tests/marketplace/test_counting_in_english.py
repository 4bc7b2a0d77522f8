"""Counting reports for who chose English: whole sentences in English punctuation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from marketplace.models import District
from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    Sale,
    fact,
    make_places,
    pair,
    state_the_article,
)

pytestmark = pytest.mark.django_db
CHINESE_PUNCTUATION = re.compile("[，。；：（）]")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    make_places()
    pair(GONGSHU, HUANGPING)
    with translation.override("en"):
        yield


def lines_of(command: str, *options: str) -> dict[str, list[str]]:
    out = StringIO()
    call_command(command, *options, "--json", stdout=out)
    return {one["code"]: one["lines"] for one in json.loads(out.getvalue())["sections"]}


def card(*options: str) -> dict[str, list[str]]:
    return lines_of("scorecard", "--district", GONGSHU, "--county", HUANGPING, *options)


def test_every_sentence_of_the_article_begins_with_a_capital_and_ends_with_a_full_stop() -> None:
    state_the_article()
    sections = card("--to", "2020-06-11")
    for code, lines in sections.items():
        for line in lines:
            assert not CHINESE_PUNCTUATION.search(line), line
            assert line.endswith("."), line
            assert not re.match("[a-z]", line), line
            assert not re.search(r"[.] [a-z]", line), line
            assert "  " not in line, (code, line)
    assert sections["talent"] == [
        "To date both sides sent each other officials: 40人, technical experts: 121人."
    ]
    assert "helped to sell to date local farm products for 5207.39万元" in sections["industry"][0]


def test_the_words_of_the_time_have_english_beside_them() -> None:
    out = StringIO()
    places = ("--district", GONGSHU, "--county", HUANGPING)
    call_command("scorecard", *places, "--to", "2020-06-11", stdout=out)
    assert "东西部扶贫协作 (east-west cooperation in poverty relief) scorecard (" in out.getvalue()
    assert "消费扶贫 (poverty relief through consumption) · " in out.getvalue()
    assert "[Assisted sale]" in out.getvalue()


def test_free_facts_and_negative_sales_read_as_english() -> None:
    District.objects.filter(code=GONGSHU).update(name="Gongshu")
    fact("moved", "team", 40, unit="", label="Moved")
    fact("planted", "team", 7, unit="", label="Planted")
    Sale(20_000, "2020-05-01", district=GONGSHU, county=HUANGPING).refund(10_000, "2020-06-02")
    sections = card("--to", "2020-12-31")
    assert sections["team"] == ["Also: Moved: 40; Planted: 7."]
    june = card("--from", "2020-06-01", "--to", "2020-06-30", "--view", "cash")
    assert june["industry"][0] == (
        "More was refunded than sold in the period, net refund 100.00元."
    )
