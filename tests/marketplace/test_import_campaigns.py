"""`import_campaigns`: campaigns from a file, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import AuditEvent
from marketplace.models import Campaign, CampaignVersion
from marketplace.rules.evidence import Level
from marketplace.selectors.campaigns import current_versions
from marketplace.services.campaigns import publish_version
from orders.models import ChangedOrder
from orders.services.recording import record_sale
from tests.builders import make_county, make_sales_point, moment, reported_sale

HEADER = "code,name,start_date,end_date,sales_point,minimum_level,lookback_days"
MAYDAY = "mayday-2020,五一消费券,2020-05-01,2020-05-07,xunqianji,place,30"


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    make_sales_point("xunqianji")
    make_sales_point("fair-chabohui", channel_class="fair", platform="", shop_name="")


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "campaigns.csv"
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path


def imported(path: Path) -> dict[str, Any]:
    """Run the command with `--json` and return what it answers, a refusal included."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("import_campaigns", str(path), "--json", stdout=out)
    return json.loads(out.getvalue())


def outcomes(answer: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(each["code"], each["version"], each["outcome"]) for each in answer["results"]]


def totals(answer: dict[str, Any]) -> Sequence[int]:
    return [answer[name] for name in ("campaigns", "created", "versioned", "unchanged")]


def test_a_file_creates_campaigns_with_their_days_included(tmp_path: Path) -> None:
    answer = imported(
        write(tmp_path, MAYDAY, "autumn,秋收,2020/9/1,2020/9/1,xunqianji|fair-chabohui,voucher,7"),
    )
    assert totals(answer) == [2, 2, 0, 0]
    assert outcomes(answer) == [("mayday-2020", 1, "created"), ("autumn", 1, "created")]
    autumn, mayday = current_versions()
    assert (mayday.name, mayday.sales_points) == ("五一消费券", {"xunqianji"})
    assert (mayday.starts_at, mayday.ends_at) == (
        moment("2020-05-01 00:00:00"),
        moment("2020-05-08 00:00:00"),
    )
    assert (mayday.minimum_level, mayday.lookback_days, mayday.priority) == (Level.PLACE, 30, 0)
    assert autumn.sales_points == {"xunqianji", "fair-chabohui"}
    assert (autumn.minimum_level, autumn.lookback_days) == (Level.VOUCHER, 7)
    assert autumn.ends_at == moment("2020-09-02 00:00:00")
    assert AuditEvent.objects.filter(action="campaign.published").count() == 2


def test_empty_cells_mean_all_sales_points_place_and_thirty_days(tmp_path: Path) -> None:
    imported(write(tmp_path, "all,全部,2020-05-01,2020-05-07,,,"))
    (version,) = current_versions()
    assert version.sales_points == frozenset()
    assert (version.minimum_level, version.lookback_days) == (Level.PLACE, 30)


@pytest.mark.parametrize(
    ("cell", "level"),
    [("touch", 2), ("Reference", 3), ("消费券核销", 4), ("5", 5), ("范围与时间", 1)],
)
def test_a_level_goes_by_name_label_or_digit(tmp_path: Path, cell: str, level: int) -> None:
    imported(write(tmp_path, f"a,甲,2020-05-01,2020-05-07,,{cell},"))
    assert CampaignVersion.objects.get().minimum_level == level


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, MAYDAY)
    imported(path)
    answer = imported(path)
    assert totals(answer) == [1, 0, 0, 1]
    assert outcomes(answer) == [("mayday-2020", 1, "unchanged")]
    assert AuditEvent.objects.count() == 1


def test_other_rules_are_the_next_version_and_mark_its_orders(tmp_path: Path) -> None:
    imported(write(tmp_path, MAYDAY))
    shop = make_sales_point("elsewhere")
    paid = moment("2020-05-08 10:00:00")
    record_sale(shop, reported_sale("NB-1", placed_at=paid, paid_at=paid), source="test")
    ChangedOrder.objects.all().delete()
    longer = MAYDAY.replace("05-07,xunqianji", "05-08,elsewhere")

    answer = imported(write(tmp_path, longer))

    assert outcomes(answer) == [("mayday-2020", 2, "versioned")]
    assert [row.reason for row in ChangedOrder.objects.all()] == ["campaign"]


def test_a_new_name_alone_is_no_new_version(tmp_path: Path) -> None:
    imported(write(tmp_path, MAYDAY))
    answer = imported(write(tmp_path, MAYDAY.replace("五一消费券", "五一")))
    assert outcomes(answer) == [("mayday-2020", 1, "unchanged")]
    assert Campaign.objects.get().name == "五一"
    assert AuditEvent.objects.filter(action="campaign.renamed").count() == 1


def test_rules_that_a_file_cannot_state_stay_as_they_are(tmp_path: Path) -> None:
    make_county()
    publish_version(
        campaign_code="mayday-2020",
        name="五一消费券",
        starts_at=moment("2020-05-01 00:00:00"),
        ends_at=moment("2020-05-08 00:00:00"),
        minimum_level=Level.PLACE,
        scopes={"sales_point": ["xunqianji"], "county": ["522634"]},
        priority=3,
        is_certified_only=True,
        minimum_order_fen=10000,
    )
    assert outcomes(imported(write(tmp_path, MAYDAY))) == [("mayday-2020", 1, "unchanged")]
    imported(write(tmp_path, MAYDAY.replace(",30", ",15")))
    (version,) = current_versions()
    assert (version.number, version.lookback_days, version.counties) == (2, 15, {"522634"})
    assert (version.priority, version.is_certified_only, version.minimum_order_fen) == (
        3,
        True,
        10000,
    )


def test_a_priority_column_is_read_where_there_is_one(tmp_path: Path) -> None:
    imported(write(tmp_path, f"{MAYDAY},-2", header=f"{HEADER},priority"))
    assert CampaignVersion.objects.get().priority == -2


def test_a_spreadsheets_encoding_and_column_order_mean_nothing(tmp_path: Path) -> None:
    header = ",".join(reversed(HEADER.split(",")))
    row = ",".join(reversed(MAYDAY.split(",")))
    imported(write(tmp_path, row, header=header, encoding="gb18030"))
    assert Campaign.objects.get().name == "五一消费券"


REFUSED = {
    "an unknown sales point": ("b,乙,2020-05-01,2020-05-07,nowhere,,", "unknown_sales_point"),
    "one unknown of two": ("b,乙,2020-05-01,2020-05-07,xunqianji|x,,", "unknown_sales_point"),
    "a day that does not exist": ("b,乙,2020-02-30,2020-05-07,,,", "bad_date"),
    "no day": ("b,乙,2020-05-01,,,,", "bad_date"),
    "a day of another century": ("b,乙,1920-05-01,2020-05-07,,,", "bad_date"),
    "the last day before the first": ("b,乙,2020-05-07,2020-05-01,,,", "ends_before_start"),
    "a repeated code": (MAYDAY, "campaign_repeated"),
    "an unknown level": ("b,乙,2020-05-01,2020-05-07,,none,", "unknown_level"),
    "level nought": ("b,乙,2020-05-01,2020-05-07,,0,", "unknown_level"),
    "days that are no number": ("b,乙,2020-05-01,2020-05-07,,,many", "bad_number"),
    "too many days": ("b,乙,2020-05-01,2020-05-07,,,4000", "campaign_not_valid"),
    "a code with blanks": ("b b,乙,2020-05-01,2020-05-07,,,", "campaign_not_valid"),
    "no code": (",乙,2020-05-01,2020-05-07,,,", "campaign_not_valid"),
    "no name": ("b,,2020-05-01,2020-05-07,,,", "name_not_valid"),
    "a window to the end of time": ("b,乙,2020-05-01,2099-12-31,,,", "campaign_not_valid"),
    "shifted cells": ("b,乙,2020-05-01,2020-05-07,,,,30", "wrong_cell_count"),
}


@pytest.mark.parametrize("story", REFUSED)
def test_one_bad_row_refuses_the_file(tmp_path: Path, story: str) -> None:
    row, code = REFUSED[story]
    answer = imported(write(tmp_path, MAYDAY, row))
    assert answer["error"]["code"] == code
    assert answer["error"]["message"].startswith("第 2 行：")
    assert answer["error"]["message"].endswith("。")
    assert not Campaign.objects.exists()
    assert not AuditEvent.objects.exists()


def test_what_is_no_file_of_campaigns_is_refused(tmp_path: Path) -> None:
    def code(path: Path) -> str:
        return imported(path)["error"]["code"]

    assert code(tmp_path / "nothing.csv") == "file_not_found"
    assert code(write(tmp_path)) == "header_only"
    assert code(write(tmp_path, "a,b", header="code,name")) == "missing_columns"
    assert code(write(tmp_path, f"{MAYDAY},x", header=f"{HEADER},code")) == "duplicate_headers"


def test_a_person_reads_one_line_per_campaign_and_the_exit_code(tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    call_command("import_campaigns", str(write(tmp_path, MAYDAY)), stdout=out)
    assert out.getvalue().splitlines() == [
        "mayday-2020：新建，第 1 版",
        "活动 1 个 = 新建 1 + 新版本 0 + 未变 0",
    ]
    with pytest.raises(SystemExit) as ended:
        call_command("import_campaigns", str(write(tmp_path, "b,乙,x,y,,,")), stderr=err)
    assert ended.value.code == 1
    assert "bad_date" in err.getvalue()


def test_a_refusal_is_one_json_object(tmp_path: Path) -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_campaigns", str(tmp_path / "no.csv"), "--json", stdout=out)
    assert set(json.loads(out.getvalue())["error"]) == {"code", "message"}


def test_the_seeded_campaigns_own_file_changes_nothing() -> None:
    call_command("load_seeds", "--json", stdout=StringIO())
    answer = imported(Path(settings.BASE_DIR) / "seeds" / "campaigns.csv")
    assert outcomes(answer) == [("mayday-2020", 1, "unchanged")]
