"""The published figures that ship with the project: in force, sourced, and left to operators."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from common.money import parse_yuan
from marketplace.models import DeclaredFact
from marketplace.selectors.facts import facts_of
from marketplace.services.facts import approve_fact, confirm_fact_revocation, state_fact
from operations.services import reviewing
from orders.models import DeclaredSale
from orders.selectors.declared import declared_in_force
from orders.services.declaring import approve_declared_sale, declare_sale
from tests.orders.declared_builders import person

FILES = ("opening_sales.csv", "declared_facts.csv")
PAIRING = {"district_code": "330105", "county_code": "522622"}
SCORECARD = {
    "organisation": {"leader_visits", "department_visits"},
    "talent": {"cadres", "experts"},
    "industry": {"firms", "firms_named", "invested", "beneficiaries"},
    "funds": {"fund", "projects", "industry_projects", "industry_fund", "industry_share"},
    "labour": {
        *("job_fairs", "posts", "sent_to_hangzhou"),
        *("huangping_in_hangzhou", "qiandongnan_in_gongshu"),
    },
    "team": {
        *("donations", "gongshu_firms", "gongshu_schools", "gongshu_clinics"),
        *("gongshu_social_orgs", "huangping_villages", "huangping_schools", "huangping_clinics"),
    },
}


def loaded() -> dict:
    out = StringIO()
    call_command("load_seeds", "--json", stdout=out)
    return json.loads(out.getvalue())


def rows_of(name: str) -> list[dict[str, str]]:
    path = Path(settings.BASE_DIR) / "seeds" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hundredths_in(wording: str) -> int:
    """Read the first number of a printed figure, 万 and 亿 worked out, as hundredths."""
    found = re.search(r"(\d+)(?:\.(\d+))?(万|亿)?", wording)
    assert found is not None, wording
    places = found[2] or ""
    return int(found[1] + places) * 10 ** ({"万": 4, "亿": 8}.get(found[3], 0) + 2 - len(places))


def test_every_wording_stands_in_the_phrase_that_its_source_quotes() -> None:
    for name in FILES:
        for row in rows_of(name):
            title, phrase = row["source"].split("：", 1)
            assert title.startswith("《"), row
            assert row["wording"], row
            assert row["wording"] in phrase, row


def test_every_value_is_the_number_that_its_wording_prints() -> None:
    for row in rows_of("declared_facts.csv"):
        if row["kind"] == "text":
            assert (row["value"], bool(row["text"])) == ("", True)
            continue
        assert hundredths_in(row["wording"]) == parse_yuan(row["value"]), row
        assert (row["bound"] == "over") == ("余" in row["wording"]), row


def test_the_opening_figures_are_those_of_the_articles(db) -> None:
    loaded()
    rows = declared_in_force("opening").order_by("helper_district_code")
    stated = [
        *("helper_district_code", "county_code", "period_start", "period_end"),
        *("amount_fen", "bound", "wording", "made_by", "checked_by"),
    ]
    assert list(rows.values_list(*stated)) == [
        ("", "", None, date(2020, 5, 7), 91_100_000_000, "about", "9.11亿元", None, None),
        (
            *("330105", "522622", date(2018, 1, 1), date(2020, 6, 11)),
            *(5_207_390_000, "exact", "5207.39万元", None, None),
        ),
    ]
    assert all("截止日按文中最近的事件推定，可由操作员更正" in row.source for row in rows)
    assert not declared_in_force("monthly").exists()


def test_the_score_card_of_the_pairing_is_whole(db) -> None:
    loaded()
    facts = facts_of(**PAIRING)
    by_section: dict[str, set[str]] = {}
    for row in facts.values():
        by_section.setdefault(row.section, set()).add(row.key)
    assert by_section == SCORECARD
    assert (facts["industry_share"].value, facts["industry_share"].kind) == (9533, "ratio")
    assert (facts["invested"].value, facts["invested"].bound) == (42_700_000_000, "about")
    assert (facts["posts"].value, facts["posts"].bound) == (20_000, "over")
    assert facts["beneficiaries"].wording == "1742名建档立卡贫困户"
    assert facts["donations"].value == 1_611_920_000
    assert facts["firms_named"].text == "浙江尖峰、富春控股等"
    periods = {(row.period_start, row.period_end) for row in facts.values()}
    assert periods == {(date(2018, 1, 1), date(2020, 6, 11))}


def test_the_prefecture_has_its_own_figures(db) -> None:
    loaded()
    facts = facts_of(district_code="", county_code="")
    assert (facts["rate_before"].value, facts["rate_after"].value) == (1442, 119)
    assert facts["fund_fiscal"].value == 209_240_000_000
    assert facts["labour_stations"].text == "1+16"
    assert facts["tourism_visitors"].period_end == date(2019, 12, 31)
    others = {row.period_end for key, row in facts.items() if key != "tourism_visitors"}
    assert others == {date(2020, 5, 7)}


def test_what_an_operator_corrected_or_revoked_does_not_come_back(db) -> None:
    loaded()
    maker, checker = person("经办甲"), person("审核乙")
    seeded = declared_in_force("opening").get(county_code="522622")
    better = declare_sale(
        kind="opening",
        period_end=date(2020, 6, 30),
        amount_fen=seeded.amount_fen,
        helper_district_code="330105",
        county_code="522622",
        source="样例文件",
        replaces=seeded,
        actor=maker,
    )
    approve_declared_sale(better, checker)
    fact = facts_of(**PAIRING)["cadres"]
    confirm_fact_revocation(reviewing.ask_revocation(fact, maker, "数字有误"), checker)
    restated = {name: getattr(fact, name) for name in ("section", "key", "label", "kind")}
    approve_fact(
        state_fact(
            **(restated | PAIRING),
            period_end=fact.period_end,
            value=41,
            source="样例文件",
            actor=maker,
        ),
        checker,
    )
    counts = DeclaredSale.objects.count(), DeclaredFact.objects.count()
    files = loaded()["files"]
    assert [files[name]["added"] for name in FILES] == [0, 0]
    assert [files[name]["kept"] for name in FILES] == [1, 1]
    assert (DeclaredSale.objects.count(), DeclaredFact.objects.count()) == counts
    assert facts_of(**PAIRING)["cadres"].value == 41
    assert declared_in_force("opening").get(county_code="522622").pk == better.pk
