"""The reference data that ships with the project, and how it is loaded."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from common.clock import business_day
from marketplace.models import (
    CampaignVersion,
    Centre,
    District,
    DistrictSuccession,
    Pairing,
    RankObservation,
)
from marketplace.rules.evidence import Level
from orders.models import SalesPoint
from orders.selectors.helper_districts import helper_book
from orders.selectors.sales_points import codes_of_district, find_sales_point
from products.models import Certificate, County, Product, Sku
from products.rules.net_content import GRAMS

SEEDS = Path(settings.BASE_DIR) / "seeds"
MAY_2020 = date(2020, 5, 1)
BEFORE = date(2021, 3, 31)
AFTER = date(2021, 4, 1)


def loaded(*arguments: str) -> dict:
    out = StringIO()
    call_command("load_seeds", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def district_on(point: SalesPoint, day: date) -> str:
    return helper_book(point).helper_on(day)[0]


def rows_of(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_second_load_changes_nothing_and_says_so(db) -> None:
    first = loaded()
    assert first["added"] == sum(file["added"] for file in first["files"].values()) > 200
    second = loaded()
    assert (second["added"], second["kept"]) == (0, 0)
    assert second["unchanged"] == first["added"]
    out = StringIO()
    call_command("load_seeds", stdout=out)
    assert "没有改动任何数据" in out.getvalue()


def test_every_row_of_every_file_names_its_source() -> None:
    files = sorted(SEEDS.glob("*.csv"))
    assert len(files) == 20
    for path in files:
        assert all(row["source"].strip() for row in rows_of(path.name)), path.name


def test_the_sixteen_counties_and_their_products_are_there(db) -> None:
    loaded()
    assert County.objects.count() == 16
    assert not County.objects.get(code="522601").was_poverty_county
    assert Product.objects.values("county").distinct().count() == 16
    tea = Sku.objects.get(code="QDN-LS-001")
    assert (tea.name, tea.price_fen, tea.net_grams) == ("雷山银球茶", 16800, 100)
    assert Sku.objects.get(code="QDN-LP-003").net_grams is None
    assert set(Sku.objects.values_list("code", flat=True)) == set(
        Sku.objects.values_list("seller_codes__code", flat=True)
    )
    assert not Certificate.objects.exists()


def test_the_weights_agree_with_the_table_of_units() -> None:
    units = {row["unit"]: row for row in rows_of("units.csv")}
    for unit, grams in GRAMS.items():
        if unit in units:
            assert (units[unit]["base"], int(units[unit]["factor_to_base"])) == ("g", grams)


def test_only_the_six_confirmed_pairings_are_seeded(db) -> None:
    loaded()
    assert set(Pairing.objects.values_list("district_id", "county_id")) == {
        ("330105", "522622"),
        ("330127", "522629"),
        ("330111", "522628"),
        ("330108", "522636"),
        ("330109", "522633"),
        ("330122", "522632"),
    }
    assert set(Pairing.objects.values_list("valid_from", "precision")) == {
        (date(2013, 1, 1), "year")
    }


def test_districts_are_those_of_their_own_time(db) -> None:
    loaded()
    assert District.objects.filter(valid_from=None).count() == 13
    assert set(District.objects.filter(valid_from=AFTER).values_list("code", flat=True)) == {
        "330113",
        "330114",
    }
    assert set(District.objects.filter(valid_to=BEFORE).values_list("code", flat=True)) == {
        "330103",
        "330104",
    }
    assert set(DistrictSuccession.objects.values_list("effective_on", "precision")) == {
        (AFTER, "month")
    }


def test_all_agreed_sales_points_are_there(db) -> None:
    loaded()
    platforms = {
        *("xunqianji", "alibaba-1688", "pinduoduo-shop", "jd-shop", "youzan-shop"),
        *("douyin-shop", "other-platform", "wangyi-yanxuan", "yunji", "beibei"),
    }
    by_class = {
        name: set(SalesPoint.objects.filter(channel_class=name).values_list("code", flat=True))
        for name in ("platform", "fair", "supermarket", "institution", "centre")
    }
    assert by_class["platform"] == platforms
    assert by_class["fair"] == {
        *("fair-nongbohui", "fair-senbohui", "fair-dianbohui", "fair-chabohui")
    }
    assert by_class["supermarket"] == {"supermarkets"}
    assert by_class["institution"] == {"institutions"}
    assert len(by_class["centre"]) == Centre.objects.count() == 14
    shop = find_sales_point("xunqianji")
    assert (shop.platform, shop.shop_name) == ("taobao", "寻黔记")
    assert SalesPoint.objects.get(code="other-platform").platform == "generic"
    rank = RankObservation.objects.get()
    assert (rank.rank, rank.precision) == ("双皇冠", "month")


def test_a_centre_follows_its_district_through_the_re_division(db) -> None:
    loaded()
    assert codes_of_district("330105", BEFORE) == {"fenghuang-shangshan", "miaoyin-shijia"}
    assert codes_of_district("330105", AFTER) == {
        *("fenghuang-shangshan", "miaoyin-shijia", "centre-330103")
    }
    for code in ("centre-330104", "centre-330110"):
        centre = find_sales_point(code)
        assert district_on(centre, BEFORE) == code.removeprefix("centre-")
        assert district_on(centre, AFTER) == ""
    unchanged = find_sales_point("centre-330106")
    assert district_on(unchanged, MAY_2020) == district_on(unchanged, AFTER) == "330106"
    assert district_on(find_sales_point("xunqianji"), MAY_2020) == ""


def test_the_may_day_campaign_asks_for_its_seven_days_and_its_store(db) -> None:
    loaded()
    version = CampaignVersion.objects.get(campaign__code="mayday-2020")
    assert (business_day(version.starts_at), business_day(version.ends_at)) == (
        date(2020, 5, 1),
        date(2020, 5, 8),
    )
    assert version.minimum_level == Level.PLACE
    assert list(version.scopes.values_list("kind", "code")) == [("sales_point", "xunqianji")]


def test_what_an_operator_changed_is_left_alone(db) -> None:
    loaded()
    Sku.objects.filter(code="QDN-LS-001").update(price_fen=15800)
    Pairing.objects.filter(district_id="330105").update(
        valid_from=date(2013, 6, 1), precision="day"
    )
    moved = find_sales_point("centre-330103").districts.get(valid_from=AFTER)
    moved.district_code, moved.valid_from = "330108", date(2021, 4, 9)
    moved.save()
    find_sales_point("centre-330104").districts.create(district_code="330114", valid_from=AFTER)
    again = loaded()
    assert (again["added"], again["kept"]) == (0, 3)
    assert Sku.objects.get(code="QDN-LS-001").price_fen == 15800
    assert Pairing.objects.filter(district_id="330105").count() == 1
    assert district_on(find_sales_point("centre-330103"), date(2022, 1, 1)) == "330108"
    assert district_on(find_sales_point("centre-330104"), AFTER) == "330114"


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("pairings.csv", lambda text: text.replace("2013-01-01", "2013")),
        ("skus.csv", lambda text: text.replace("168.00", "168.001")),
        ("products.csv", lambda text: text.replace(",tea,", ",unknown,")),
        ("centres.csv", lambda text: text.replace("address", "street")),
        ("campaigns.csv", lambda text: text.replace(",place,", ",nearby,")),
        ("districts.csv", lambda text: text.replace("npm", "\ud800")),
    ],
)
def test_a_damaged_file_is_refused_and_nothing_is_written(db, tmp_path, file, damage) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    damaged = tmp_path / "seeds" / file
    text = damage(damaged.read_text(encoding="utf-8"))
    damaged.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(CommandError) as refused:
        call_command("load_seeds", "--dir", str(tmp_path / "seeds"))
    assert file in str(refused.value)
    assert "seeds_not_valid" in str(refused.value)
    assert not County.objects.exists()


def test_a_refusal_as_json_is_one_object_and_exit_one(db, tmp_path) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("load_seeds", "--json", "--dir", str(tmp_path), stdout=out)
    assert left.value.code == 1
    assert json.loads(out.getvalue())["error"]["code"] == "seeds_not_valid"
