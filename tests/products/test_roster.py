"""A roster file becomes households, statuses and links; it never brings a person's name."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent
from products.models import Household, HouseholdLink, HouseholdStatus
from tests.products.roster_builders import (
    CHINESE,
    COLUMNS,
    bare,
    import_roster,
    make_producer,
    row,
    write_roster,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def park():
    return make_producer(name="食用菌产业园")


def stored() -> tuple[int, int, int]:
    return (
        Household.objects.count(),
        HouseholdStatus.objects.count(),
        HouseholdLink.objects.count(),
    )


def test_several_rows_of_one_household_are_one_household(tmp_path) -> None:
    answer = import_roster(
        tmp_path,
        [
            row(status="registered_poor", status_from="2014-01-01", status_to="2020-12-31"),
            row(status="lifted", status_from="2021-01-01"),
            row(mechanism="wage", link_from="2020-03-01", link_to="2020-09-30"),
            row("0002", persons="2"),
        ],
    )
    assert answer == {
        "file": "roster.csv",
        "rows": 4,
        "households": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "statuses": 2,
        "statuses_written": 2,
        "links": 3,
        "links_written": 3,
    }
    assert stored() == (2, 2, 3)
    wage = HouseholdLink.objects.get(mechanism="wage")
    assert (wage.producer.code, wage.valid_to) == ("park", date(2020, 9, 30))


def test_the_number_of_a_household_is_stored_nowhere(tmp_path) -> None:
    import_roster(tmp_path, [row("HP-000917")])
    household = Household.objects.get()
    assert len(household.household_key) == 32
    event = AuditEvent.objects.get()
    everything = f"{list(Household.objects.values())}{event.object_key}{event.changes}"
    assert "000917" not in everything


def test_the_same_number_in_two_counties_is_two_households(tmp_path) -> None:
    make_producer("other", county="522629")
    import_roster(tmp_path, [row("0001"), row("0001", county_code="522629")])
    assert Household.objects.count() == 2


def test_chinese_headers_words_and_encoding_are_read_too(tmp_path) -> None:
    rows = [
        row(
            status="脱贫户",
            status_from="2021年1月1日",
            producer="食用菌产业园",
            mechanism="分红",
            link_from="2020/6/1",
        )
    ]
    answer = import_roster(tmp_path, rows, header=CHINESE, encoding="gb18030")
    assert (answer["created"], answer["statuses"], answer["links"]) == (1, 1, 1)
    assert HouseholdStatus.objects.get().valid_from == date(2021, 1, 1)
    assert HouseholdLink.objects.get().mechanism == "dividend"


def test_the_second_import_changes_nothing_and_is_no_event(tmp_path) -> None:
    rows = [row(status="lifted", status_from="2021-01-01"), row("0002")]
    import_roster(tmp_path, rows)
    before = [*Household.objects.values(), *HouseholdLink.objects.values()]
    again = import_roster(tmp_path, rows)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert (again["statuses_written"], again["links_written"]) == (0, 0)
    assert [*Household.objects.values(), *HouseholdLink.objects.values()] == before
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["roster.imported"]


def test_changed_persons_and_an_ended_link_update_and_nothing_is_deleted(tmp_path) -> None:
    import_roster(tmp_path, [row(), row("0002"), row("0003")])
    answer = import_roster(tmp_path, [row(persons="5"), row("0002", link_to="2020-12-31")])
    assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 2, 0)
    assert stored() == (3, 0, 3)
    assert sorted(Household.objects.values_list("persons", flat=True)) == [4, 4, 5]
    assert HouseholdLink.objects.exclude(valid_to=None).get().valid_to == date(2020, 12, 31)
    assert AuditEvent.objects.count() == 2


def test_an_older_file_never_reopens_what_has_ended(tmp_path) -> None:
    import_roster(tmp_path, [row(link_to="2020-12-31")])
    answer = import_roster(tmp_path, [row()])
    assert answer["unchanged"] == 1
    assert HouseholdLink.objects.get().valid_to == date(2020, 12, 31)


@pytest.mark.parametrize(
    "column",
    ["姓名", "户主姓名", "身份证号", "联系电话", "手机", "name", "Phone", "ID card", "家庭住址"],
)
def test_a_file_with_a_column_that_names_people_is_refused_whole(tmp_path, column) -> None:
    answer = import_roster(tmp_path, [f"{row()},样甲"], header=(*COLUMNS, column))
    assert answer["error"]["code"] == "personal_data_refused"
    assert column in answer["error"]["message"]
    assert "样甲" not in answer["error"]["message"]
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("cell", ["甲村 13800138000", "11010519491231002X"])
def test_a_phone_or_identity_number_in_a_cell_refuses_the_file(tmp_path, cell) -> None:
    answer = import_roster(tmp_path, [row(), row("0002", village=cell)])
    assert answer["error"]["code"] == "personal_data_refused"
    assert "第 3 行" in answer["error"]["message"]
    assert cell not in answer["error"]["message"]
    assert import_roster(tmp_path, [row("11010519491231002X")])["error"]["code"] == (
        "personal_data_refused"
    )
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (row("0002", county_code="330105"), "没有这个县（市）代码"),
        (row("0002", persons="0"), "人口应为"),
        (row("0002", persons="51"), "人口应为"),
        (row("0002", village=""), "村名为空"),
        (row(""), "户编号为空"),
        (row("5.22622E+17"), "近似值"),
        (row("522622000000000000"), "近似值"),
        (row("0002", producer="nobody"), "没有这个供货主体"),
        (row("0002", mechanism="gift"), "没有这种联结机制"),
        (row("0002", link_from=""), "联结的日期为空"),
        (row("0002", link_to="2019-12-31"), "截止日期早于起始日期"),
        (row("0002", link_from="2020-02-30"), "联结的日期"),
        (row("0002", status="rich", status_from="2020-01-01"), "没有这种农户身份"),
        (row("0002", status_from="2020-01-01"), "有身份日期而没有身份"),
        (bare("0002", link_to="2020-01-01"), "有联结日期而没有供货主体"),
        (row(persons="9"), "与同一户的前一行"),
        (row(link_to="2020-05-05"), "与同一户的前一行的截止日期不一致"),
        (row("0002") + ",", "单元格"),
    ],
)
def test_a_bad_row_refuses_the_file_with_its_number_and_nothing_is_stored(
    tmp_path, bad, why
) -> None:
    answer = import_roster(tmp_path, [row(), bad])
    assert answer["error"]["code"] == "roster_rows_refused"
    assert "第 3 行" in answer["error"]["message"]
    assert why in answer["error"]["message"]
    assert stored() == (0, 0, 0)


def test_every_bad_row_is_told_at_once(tmp_path) -> None:
    message = import_roster(tmp_path, [row(persons="x"), row("2"), row("3", village="")])["error"][
        "message"
    ]
    assert "2 行不合格" in message
    assert "第 2 行" in message
    assert "第 4 行" in message


def test_a_producers_name_that_two_share_is_no_name(tmp_path) -> None:
    make_producer("twin", name="食用菌产业园")
    answer = import_roster(tmp_path, [row(producer="食用菌产业园")])
    assert "同名供货主体" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (COLUMNS[1:], "roster_columns_refused"),
        ((*COLUMNS, "village"), "roster_columns_refused"),
        ((*COLUMNS, "备注"), "roster_columns_refused"),
    ],
)
def test_missing_repeated_and_unknown_columns_are_refused(tmp_path, header, code) -> None:
    assert import_roster(tmp_path, [row()], header=header)["error"]["code"] == code


def test_an_empty_a_damaged_and_a_missing_file_are_refused(tmp_path) -> None:
    assert import_roster(tmp_path, [])["error"]["code"] == "roster_not_readable"
    path = write_roster(tmp_path, [row()])
    for content in (b"", b"PK\x03\x04\0\0\0\0", b'a,"b'):
        path.write_bytes(content)
        with pytest.raises(SystemExit):
            call_command("import_roster", str(path), stderr=StringIO())
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_roster", str(tmp_path / "none.csv"), stderr=err)
    assert "file_not_found" in err.getvalue()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    tmp_path, django_assert_max_num_queries
) -> None:
    for rows in (3, 300):
        with django_assert_max_num_queries(25):
            import_roster(
                tmp_path,
                [
                    row(f"{rows}-{n}", status="lifted", status_from="2021-01-01")
                    for n in range(rows)
                ],
            )
    out = StringIO()
    call_command("import_roster", str(tmp_path / "roster.csv"), stdout=out)
    assert "未变 300" in out.getvalue()
