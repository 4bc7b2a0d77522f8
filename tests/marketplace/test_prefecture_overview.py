"""The overview of the prefecture as a command, in every format."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import OrderImport
from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    LEISHAN,
    Sale,
    fact,
    make_places,
    monthly,
    opening,
    pair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    make_places()
    pair(GONGSHU, HUANGPING)


def printed(*options: str) -> str:
    out = StringIO()
    call_command("prefecture_overview", *options, stdout=out)
    return out.getvalue()


def story() -> None:
    """Sell for a pairing, for another county, and without any district."""
    Sale(100_000, "2020-05-01", district=GONGSHU, county=HUANGPING).refund(10_000, "2020-06-01")
    Sale(2_000, "2020-06-01", district=GONGSHU, county=LEISHAN)
    Sale(300, "2020-06-02", county=LEISHAN, point="xunqianji")


def test_the_json_divides_one_total_in_every_way() -> None:
    story()
    monthly(5_000, "2020-05", point="market", county_code=LEISHAN, channel_class="supermarket")
    said = json.loads(printed("--from", "2020-05-01", "--to", "2020-06-30", "--format", "json"))
    assert said["total"]["net_fen"] == 97_300
    assert said["total"]["declared_fen"] == 5_000
    districts = sum(row["net_fen"] for row in said["by_district"])
    assert districts + said["unassigned"]["net_fen"] == 97_300
    [gongshu] = [row for row in said["by_district"] if row["code"] == GONGSHU]
    assert [(row["code"], row["net_fen"]) for row in gongshu["pairings"]] == [(HUANGPING, 90_000)]
    assert gongshu["other_counties"]["net_fen"] == 2_000
    for name in ("by_county", "by_channel", "by_purchase_mode", "by_month"):
        assert sum(row["net_fen"] for row in said[name]) == 97_300
    assert [row["month"] for row in said["by_month"]] == ["2020-05", "2020-06"]
    assert said["watermark"]["entry"] > 0


def test_the_text_names_parts_basis_and_cut_off() -> None:
    story()
    text = printed("--from", "2020-05-01", "--to", "2020-06-30")
    assert "黔东南州消费扶贫总览（2020年5月1日至6月30日）" in text
    assert "帮助销售黔东南州农特产品923.00元。" in text
    assert "其中：逐单 923.00元、台账申报 0.00元、期初 0.00元。" in text
    assert "结算口径（已扣退款，数据截止2021-01-01 12:00）" in text
    assert "因四舍五入，分项之和与合计可能略有差异" in text
    assert "市级统筹/社会销售" in text


def test_a_published_figure_is_printed_in_its_own_words() -> None:
    opening(91_100_000_000, "2020-05-07", bound="about", wording="9.11亿元")
    assert "累计帮助销售黔东南州农特产品9.11亿元。" in printed()
    Sale(100_000_000, "2020-06-01", county=LEISHAN)
    assert "累计帮助销售黔东南州农特产品约9.12亿元。" in printed()


def test_openings_that_add_up_to_more_than_the_prefectures_are_pointed_out() -> None:
    opening(1_000_00, "2020-05-07")
    opening(3_000_00, "2020-05-07", district=GONGSHU, county=HUANGPING)
    assert "各区期初之和比全州期初多 2,000.00 元，请核对期初累计。" in printed()


def test_what_scorecards_count_and_rows_of_pairings_do_not_is_said() -> None:
    said = "期初截止日（含）前的逐单和申报净额 900.00 元含在“期初未分解”内"
    story()
    assert said not in printed("--format", "html")
    opening(1_000_000_00, "2020-06-01")
    assert said in printed("--format", "html")
    assert json.loads(printed("--json"))["undivided_pairings"]["net_fen"] == 90_000


def test_facts_of_the_prefecture_stand_under_their_sections() -> None:
    fact("cadres_out", "talent", 38, district_code="", county_code="", unit="名", label="挂职干部")
    said = json.loads(printed("--json"))
    assert [(one["name"], one["figures"][0]["printed"]) for one in said["facts"]] == [
        ("人才交流", "38名")
    ]
    assert "挂职干部：38名。" in printed()


def test_simulated_data_are_marked() -> None:
    sale = Sale(100, county=LEISHAN)
    OrderImport.objects.create(
        sales_point=sale.point,
        format="taobao",
        is_simulated=True,
        business_date="2020-05-01",
        started_at=sale.order.paid_at,
    )
    assert "【模拟数据】黔东南州" in printed()
    card = StringIO()
    call_command("scorecard", "--district", GONGSHU, "--county", LEISHAN, stdout=card)
    assert "【模拟数据】" in card.getvalue()


def test_a_workbook_and_a_page_hold_the_same_total(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    story()
    path = tmp_path / "overview.xlsx"
    printed("--format", "xlsx", "--out", str(path))
    sheet = load_workbook(path)["按帮扶区"]
    rows = {row[0].value: row[4].value for row in sheet.iter_rows(min_row=2)}
    assert rows["合计"] == 923
    assert rows["市级统筹/社会销售"] == 3
    assert "923.00" in printed("--format", "html")


def test_the_words_follow_the_year_and_earlier_data_can_be_read_again() -> None:
    story()
    assert "消费帮扶总览" in printed("--from", "2021-01-01", "--to", "2021-12-31")
    before = json.loads(printed("--as-of", "2020-12-31", "--json"))
    assert (before["total"]["net_fen"], before["watermark"]) == (0, None)


def test_a_wrong_period_is_refused() -> None:
    with pytest.raises(SystemExit) as ended:
        printed("--from", "2020-06-01", "--to", "2020-05-01")
    assert ended.value.code == 1


def test_queries_do_not_grow_with_the_ledger() -> None:
    counts = []
    for _round in range(2):
        story()
        monthly(10, "2020-04", point=f"market-{_round}")
        with CaptureQueriesContext(connection) as queries:
            printed("--json")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
