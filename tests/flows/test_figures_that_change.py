"""Declared, then order lines, then withdrawn; late, refunded, excluded, corrected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common import clock
from marketplace.models import Pairing
from marketplace.services.pairings import correct_pairing
from operations.services.running import run_job
from orders.models import OrderImport, SalesPoint, SalesPointDistrict
from orders.services.corrections import approve_correction, propose_correction, run_correction
from products.models import County
from tests.builders import make_user
from tests.flows.conftest import Command
from tests.flows.counting_stories import (
    CHUNAN,
    GONGSHU,
    HUANGPING,
    JIANHE,
    MUSHROOM,
    SEPTEMBER,
    XIAOSHAN,
    Files,
    count_again,
    declare,
    district,
    exclude,
    overview,
    scorecard,
    sold,
)

pytestmark = pytest.mark.usefixtures("seeded")
CENTRE = "fenghuang-shangshan"


@pytest.fixture
def files(run: Command, tmp_path: Path) -> Files:
    return Files(run, tmp_path)


def parts(run: Command) -> dict[str, int]:
    """Return the three parts of the pairing's figure in September, in fen."""
    asked = ("--district", GONGSHU, "--county", HUANGPING, *SEPTEMBER)
    sales = run("scorecard", *asked)["sales"]
    return {name: sales[f"{name}_fen"] for name in ("order_lines", "declared", "opening")}


def test_declared_then_order_lines_then_withdrawn(run, files, tmp_path):
    declare(
        tmp_path,
        sales_point=SalesPoint.objects.get(code=CENTRE),
        period_start=date(2020, 9, 1),
        period_end=date(2020, 9, 30),
        county_code=HUANGPING,
        amount_fen=500_00,
    )
    assert parts(run) == {"order_lines": 0, "declared": 50000, "opening": 0}
    assert overview(run)["superseded"] == []

    imported = files.sold(CENTRE, sold("C-1", MUSHROOM, 300), sold("C-2", MUSHROOM, 120))
    assert parts(run) == {"order_lines": 42000, "declared": 0, "opening": 0}
    (gone,) = overview(run)["superseded"]
    assert (gone["declared_fen"], gone["order_lines_fen"]) == (50000, 42000)
    assert gone["difference_fen"] == -8000

    make_user("jingban"), make_user("shenhe")
    asked = ("withdraw_import", imported["import_id"])
    run(*asked, "--reason", "传错文件", "--as", "jingban")
    run(*asked, "--confirm", "--as", "shenhe")
    assert parts(run) == {"order_lines": 0, "declared": 50000, "opening": 0}
    assert overview(run)["superseded"] == []
    run("attribute")
    assert run("audit")["violations"] == []


def test_opening_figures_take_no_sale_up_to_their_cut_off_twice(run, files):
    files.sold(
        CENTRE,
        sold("C-1", MUSHROOM, 300, paid_at="2020-06-11 23:59:59"),
        sold("C-2", MUSHROOM, 7, paid_at="2020-06-12 00:00:00"),
    )

    asked = ("--district", GONGSHU, "--county", HUANGPING, "--to", "2020-12-31")
    report = run("scorecard", *asked)

    assert report["sales"]["opening_fen"] == 5207390000
    assert report["sales"]["order_lines_fen"] == 700
    assert report["contained"]["order_lines_fen"] == 30000


def test_four_kinds_of_change_leave_the_earlier_state_readable(run, files):
    files.sold(CENTRE, sold("C-1", MUSHROOM, 100), sold("C-2", MUSHROOM, 50))
    seen: list[tuple[str, int]] = []

    def remember() -> None:
        seen.append((clock.now().isoformat(), scorecard(run, GONGSHU, HUANGPING)))

    remember()
    files.sold(CENTRE, sold("C-3", MUSHROOM, 8, paid_at="2020-09-02 08:00:00"))  # a late order
    remember()
    files.sold(
        CENTRE, sold("C-1", MUSHROOM, 100, refund_yuan=30, refunded_at="2020-09-20 10:00:00")
    )
    remember()
    decision = exclude("C-2")
    remember()
    count_again(decision)
    _correct_district(CENTRE, XIAOSHAN)
    remember()

    assert [fen for _, fen in seen] == [15000, 15800, 12800, 7800, 0]
    for moment, fen in seen:
        assert scorecard(run, GONGSHU, HUANGPING, "--as-of", moment) == fen
    assert district(overview(run), XIAOSHAN)["net_fen"] == 12800
    run("attribute")
    assert run("audit")["violations"] == []


def _correct_district(point_code: str, district_code: str) -> None:
    """A wrong entry of a sales point's district is corrected, and the ledger follows."""
    SalesPointDistrict.objects.filter(sales_point__code=point_code).update(
        district_code=district_code
    )
    row = propose_correction(
        sales_point=SalesPoint.objects.get(code=point_code),
        first_day=date(2020, 9, 1),
        last_day=date(2020, 9, 30),
        reason="所属区登记错误",
        actor=make_user("jingban"),
    )
    row = approve_correction(row, make_user("shenhe"))
    assert run_job(row.job_id, run_correction)


def test_a_wrong_pairing_is_corrected_and_the_earlier_entry_stays_readable(run, files):
    files.sold(CENTRE, sold("C-1", MUSHROOM, 100), sold("C-2", "QDN-JH-001", 40))
    before = clock.now().isoformat()
    assert (scorecard(run, GONGSHU, HUANGPING), scorecard(run, GONGSHU, JIANHE)) == (10000, 0)

    wrong = Pairing.objects.get(district_id=GONGSHU)
    correct_pairing(
        wrong,
        reason="登记时写错了县",
        actor=make_user("jingban"),
        county=County.objects.get(code=JIANHE),
    )

    assert (scorecard(run, GONGSHU, HUANGPING), scorecard(run, GONGSHU, JIANHE)) == (0, 4000)
    assert scorecard(run, GONGSHU, HUANGPING, "--as-of", before) == 10000
    assert scorecard(run, CHUNAN, JIANHE) == 0
    assert OrderImport.objects.count() == 1
