"""What a sales point or unit declares for a month, and what was published before."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import AuditEvent
from common import clock
from common.errors import DomainError
from common.sealing import decrypt_file
from operations.services import reviewing
from orders.models import DeclaredSale, SponsorshipAgreement, Unit, UnitDistrict
from orders.selectors.declared import declared_in_force
from orders.services.declaring import (
    approve_declared_sale,
    confirm_declared_sale_revocation,
    declare_sale,
)
from tests.builders import make_sales_point
from tests.orders.declared_builders import (
    DISSOLVED,
    LAST_DAY,
    PAPER,
    declared,
    in_force,
    paper,
    person,
    supermarket,
)

pytestmark = pytest.mark.django_db

AFTER = LAST_DAY + timedelta(days=1)
NEXT_MONTH = {
    "period_start": clock.today() + timedelta(days=1),
    "period_end": clock.today() + timedelta(days=30),
}
REFUSED_AS_STATED = [
    ("declarer_missing", {"sales_point": None}),
    ("declared_period_not_valid", {"period_start": None}),
    ("declared_period_not_valid", {"period_start": date(2020, 7, 1)}),
    ("declared_period_not_valid", {"period_start": date(1999, 12, 31)}),
    ("declared_period_not_valid", {"period_end": date(2100, 1, 1)}),
    ("declared_period_not_valid", {"period_end": clock.today() + timedelta(days=1)}),
    ("declared_period_not_valid", NEXT_MONTH),
    ("declared_amount_not_valid", {"amount_fen": -1}),
    ("declared_amount_not_valid", {"amount_fen": 10**12 + 1}),
    ("declared_quantity_not_valid", {"quantity": 3}),
    ("declared_quantity_not_valid", {"quantity": -3, "quantity_unit": "斤"}),
    ("declared_code_unknown", {"kind": "weekly"}),
    ("declared_code_unknown", {"bound": ""}),
    ("declared_code_unknown", {"county_code": "522699"}),
    ("declared_code_unknown", {"category_code": "no-such"}),
    ("declared_code_unknown", {"helper_district_code": "拱墅区"}),
    ("declared_code_unknown", {"helper_district_code": "330199"}),
    ("declared_code_unknown", {"helper_district_code": DISSOLVED, "period_end": AFTER}),
    ("declared_code_unknown", {"channel_class": "street"}),
    ("declared_code_unknown", {"purchase_mode": "barter"}),
    ("declared_source_missing", {"source": "  "}),
    ("opening_names_declarer", {"kind": "opening"}),
]


def amounts_in_force(**asked: object) -> list[int]:
    return [row.amount_fen for row in declared_in_force("monthly", **asked).order_by("pk")]


def test_a_declaration_counts_from_its_check_and_not_before() -> None:
    row = declared()
    assert (row.state, row.made_by) == ("submitted", person("经办甲"))
    assert amounts_in_force() == []
    before = clock.now()
    approved = approve_declared_sale(row, person("审核乙"))
    assert (approved.state, approved.checked_by) == ("approved", person("审核乙"))
    assert amounts_in_force() == amounts_in_force(as_of=clock.now()) == [1_000_000]
    assert amounts_in_force(as_of=before) == []


def test_its_maker_may_not_check_it() -> None:
    row = declared()
    with pytest.raises(DomainError) as refused:
        approve_declared_sale(row, person("经办甲"))
    assert refused.value.code == "maker_may_not_check"
    assert amounts_in_force() == []


@pytest.mark.parametrize(("code", "stated"), REFUSED_AS_STATED)
def test_what_cannot_be_is_refused_and_nothing_is_written(code: str, stated: dict) -> None:
    with pytest.raises(DomainError) as refused:
        declared(**stated)
    assert refused.value.code == code
    assert not DeclaredSale.objects.exists()


def test_a_month_without_sales_is_a_zero_report() -> None:
    row = in_force(amount_fen=0)
    assert (row.amount_fen, row.wording, row.is_in_force) == (0, "零报告", True)


def test_a_ledger_needs_a_paper_when_handed_in_and_again_when_checked() -> None:
    stated = {"kind": "monthly", "sales_point": supermarket(), "source": "六月台账"}
    june = {"period_start": date(2020, 6, 1), "period_end": date(2020, 6, 30), "amount_fen": 0}
    with pytest.raises(DomainError) as refused:
        declare_sale(**stated, **june, actor=person("经办甲"))
    assert refused.value.code == "declared_papers_missing"
    row = declared()
    row.papers.clear()
    with pytest.raises(DomainError) as refused:
        approve_declared_sale(row, person("审核乙"))
    assert refused.value.code == "declared_papers_missing"
    row.refresh_from_db()
    assert (row.state, row.checked_by) == ("submitted", None)


def test_papers_lie_encrypted_on_disk() -> None:
    row = declared(papers=[paper()])
    kept = Path(settings.MEDIA_ROOT) / row.papers.get().stored_as
    assert PAPER not in kept.read_bytes()
    opened = BytesIO()
    with kept.open("rb") as sealed:
        decrypt_file(sealed, opened)
    assert opened.getvalue() == PAPER


def test_channel_and_helper_district_come_from_the_strongest_evidence() -> None:
    alone = declared()
    assert (alone.channel_class, alone.helper_district_code) == ("supermarket", "330109")
    head = Unit.objects.create(code="head", name="样例集团", kind="enterprise")
    unit = Unit.objects.create(code="branch", name="样例分部", kind="enterprise", parent=head)
    UnitDistrict.objects.create(unit=head, district_code="330105", valid_to=date(2020, 6, 29))
    assert declared(unit=unit).helper_district_code == "330109"
    UnitDistrict.objects.create(
        unit=head, district_code="330106", valid_from=date(2020, 6, 30), valid_to=date(2020, 6, 30)
    )
    assert declared(unit=unit).helper_district_code == "330106"
    assert declared(unit=unit, sales_point=None).channel_class == ""
    assert declared(unit=unit, helper_district_code="330110").helper_district_code == "330110"


def test_an_agreement_speaks_where_the_sales_point_has_no_district() -> None:
    shop = make_sales_point()
    assert declared(sales_point=shop).helper_district_code == ""
    SponsorshipAgreement.objects.create(
        sales_point=shop, district_code="330105", document="样例", valid_from=date(2020, 6, 30)
    )
    assert declared(sales_point=shop).helper_district_code == "330105"
    earlier = declared(sales_point=shop, period_end=date(2020, 6, 29))
    assert earlier.helper_district_code == ""


def test_a_district_that_was_dissolved_later_still_helped_before() -> None:
    helped = {"helper_district_code": DISSOLVED, "period_end": LAST_DAY}
    assert declared(**helped).helper_district_code == DISSOLVED


def test_a_ledger_may_end_today() -> None:
    assert declared(period_end=clock.today()).state == "submitted"


def test_of_two_that_wait_only_one_can_be_approved() -> None:
    first, second = declared(), declared(amount_fen=900_000)
    approve_declared_sale(first, person("审核乙"))
    with pytest.raises(DomainError) as refused:
        approve_declared_sale(second, person("审核乙"))
    assert refused.value.code == "declared_twice"
    assert amounts_in_force() == [1_000_000]


def test_a_correction_replaces_at_one_moment_and_the_earlier_state_stays_readable() -> None:
    wrong = in_force()
    then = clock.now()
    right = declared(amount_fen=880_000, replaces=wrong)
    assert amounts_in_force() == [1_000_000]
    right = approve_declared_sale(right, person("审核乙"))
    wrong.refresh_from_db()
    assert (wrong.state, wrong.revoke_reason) == ("revoked", "由更正申报取代")
    assert (wrong.revoked_by, wrong.revocation_checked_by) == (
        person("经办甲"),
        person("审核乙"),
    )
    assert amounts_in_force(as_of=then) == [1_000_000]
    assert amounts_in_force() == amounts_in_force(as_of=right.checked_at) == [880_000]


def test_a_correction_may_overtake_a_revocation_that_waits() -> None:
    wrong = reviewing.ask_revocation(in_force(), person("审核乙"), "金额有误")
    approve_declared_sale(declared(amount_fen=5, replaces=wrong), person("审核乙"))
    wrong.refresh_from_db()
    assert (wrong.state, wrong.revoked_by) == ("revoked", person("经办甲"))
    assert amounts_in_force() == [5]


def test_a_revocation_counts_once_another_person_confirmed_it() -> None:
    row = reviewing.ask_revocation(in_force(), person("经办甲"), "重复申报")
    assert amounts_in_force() == [1_000_000]
    with pytest.raises(DomainError) as refused:
        confirm_declared_sale_revocation(row, person("经办甲"))
    assert refused.value.code == "maker_may_not_check"
    then = clock.now()
    confirm_declared_sale_revocation(row, person("审核乙"))
    assert amounts_in_force() == []
    assert amounts_in_force(as_of=then) == [1_000_000]
    assert declared().state == "submitted"


def test_every_step_leaves_an_audit_event_with_its_person() -> None:
    wrong = in_force()
    approve_declared_sale(declared(replaces=wrong), person("审核乙"))
    events = AuditEvent.objects.filter(object_kind="orders.declaredsale", object_key=wrong.pk)
    assert list(events.order_by("pk").values_list("action", "actor__username", "reason")) == [
        ("submitted", "经办甲", ""),
        ("approved", "审核乙", ""),
        ("superseded", "审核乙", "由更正申报取代"),
    ]
