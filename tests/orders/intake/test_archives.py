"""Archives are opened like folders, and never do what they were made for."""

from __future__ import annotations

import struct
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from orders.errors import FileRefused
from orders.intake.archives import unpacked
from tests.orders.intake.exports import ORDER_DETAIL, ORDER_LIST, read
from tests.orders.intake.generic_files import row
from tests.orders.intake.workbooks import table, write_workbook

ORDERS, DETAILS = "ExportOrderList五月.csv", "ExportOrderDetailList五月.csv"


def archive(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def names(*paths: Path) -> list[str]:
    with unpacked(paths) as files:
        return [file.name for file in files]


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as refused, unpacked([path]):
        pass
    assert path.name in refused.value.message
    assert refused.value.message.endswith("。")
    return refused.value.code


def test_a_zipped_pair_reads_like_the_pair(tmp_path: Path) -> None:
    pair = {DETAILS: ORDER_DETAIL.read_bytes(), ORDERS: ORDER_LIST.read_bytes()}
    with unpacked([archive(tmp_path / "五月.zip", pair)]) as files:
        zipped = read(*files)
        folders = {file.parent.parent.parent for file in files}
    plain = read(ORDER_DETAIL, ORDER_LIST)
    assert list(zipped.sales) == list(plain.sales)
    assert [facts.name for facts in zipped.files] == [DETAILS, ORDERS]
    assert [facts.sha256 for facts in zipped.files] == [facts.sha256 for facts in plain.files]
    assert not any(folder.exists() for folder in folders)


def test_what_is_no_archive_stays_where_it_is(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "book.zip", table([row()], list(row())))
    with unpacked([ORDER_LIST, book]) as files:
        assert files == [ORDER_LIST, book]


def test_litter_and_folders_are_no_files(tmp_path: Path) -> None:
    members = {
        "导出/": b"",
        "导出/orders.csv": b"a",
        "__MACOSX/导出/._orders.csv": b"x",
        "导出/.DS_Store": b"x",
        "Thumbs.db": b"x",
    }
    assert names(archive(tmp_path / "a.zip", members)) == ["orders.csv"]


def test_names_are_read_as_the_packer_wrote_them(tmp_path: Path) -> None:
    for encoding in ("gbk", "utf-8"):
        path = archive(tmp_path / f"{encoding}.zip", {"A" * len("订单.csv".encode(encoding)): b"a"})
        written = "订单.csv".encode(encoding)
        path.write_bytes(path.read_bytes().replace(b"A" * len(written), written))
        assert names(path) == ["订单.csv"]


def test_two_members_of_one_name_are_two_files(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"五月/orders.csv": b"5", "六月/orders.csv": b"6"})
    with unpacked([path]) as files:
        assert [(file.name, file.read_bytes()) for file in files] == [
            ("orders.csv", b"5"),
            ("orders.csv", b"6"),
        ]


def test_no_member_leaves_its_folder(tmp_path: Path) -> None:
    wanted = {
        "../../../escaped.csv": b"a",
        "/etc/escaped.csv": b"b",
        "..\\..\\escaped.csv": b"c",
        "long/" + "名" * 300 + ".csv": b"d",
    }
    with unpacked([archive(tmp_path / "a.zip", wanted)]) as files:
        root = files[0].parents[2]
        assert all(root in file.resolve().parents for file in files)
        assert [file.read_bytes() for file in files] == [b"a", b"b", b"c", b"d"]
        assert {file.suffix for file in files} == {".csv"}
    assert refusal(archive(tmp_path / "b.zip", {"a/..": b"x"})) == "archive_damaged"


@pytest.mark.parametrize(
    "members", [{}, {"folder/": b""}, {"__MACOSX/._a.csv": b"x", "folder/.DS_Store": b"x"}]
)
def test_an_archive_without_a_file_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    assert refusal(archive(tmp_path / "a.zip", members)) == "empty_archive"


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.csv", {"orders.csv": b"a"}).read_bytes()
    for content in (inner, b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\0\0", b"\x1f\x8b\x08\0"):
        assert refusal(archive(tmp_path / "a.zip", {"inner.csv": content})) == "nested_archive"
    book = write_workbook(tmp_path / "b.xlsx", table([row()], list(row()))).read_bytes()
    assert names(archive(tmp_path / "a.zip", {"b.xlsx": book})) == ["b.xlsx"]


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"orders.csv": b"a"})
    content = bytearray(path.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    path.write_bytes(content)
    assert refusal(path) == "archive_encrypted"


@pytest.mark.parametrize(
    "members",
    [
        {"orders.csv": b"0" * 101_000_000},
        {"orders.csv": b"0" * 11_000_000},
        {f"{number}.csv": b"0" * 9_000_000 for number in range(12)},
        {f"{number}.csv": b"" for number in range(1001)},
    ],
    ids=["too large", "packed too well", "large together", "too many"],
)
def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path, members: dict[str, bytes]) -> None:
    path = archive(tmp_path / "a.zip", members)
    started = time.process_time()
    assert refusal(path) == "unpacked_too_large"
    assert time.process_time() - started < 0.2


def test_a_short_table_of_equal_rows_is_no_bomb(tmp_path: Path) -> None:
    assert names(archive(tmp_path / "a.zip", {"a.csv": b"1,2,3\r\n" * 100_000})) == ["a.csv"]


def test_a_member_never_gives_more_than_it_says(tmp_path: Path) -> None:
    size = 9_000_000
    path = archive(tmp_path / "a.zip", {"orders.csv": b"0" * size})
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 100)))
    assert refusal(path) == "archive_damaged"


@pytest.mark.parametrize("cut", [10, 40, 100, 1000])
def test_a_cut_archive_is_refused(tmp_path: Path, cut: int) -> None:
    path = archive(tmp_path / "a.zip", {ORDERS: ORDER_LIST.read_bytes()})
    path.write_bytes(path.read_bytes()[:-cut])
    assert refusal(path) == "archive_damaged"


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"orders.csv": ORDER_LIST.read_bytes()})
    content = bytearray(path.read_bytes())
    content[300] ^= 0xFF
    path.write_bytes(content)
    assert refusal(path) == "archive_damaged"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.zip") == "file_not_found"
    assert refusal(tmp_path) == "file_not_found"
