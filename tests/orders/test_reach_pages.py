"""Nobody reads, prepares or checks beyond their own reach by naming rows by hand."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from orders.models import (
    DeclaredSale,
    ExclusionDecision,
    LinkedOrders,
    Order,
    RefundCorrection,
    SalesPoint,
)
from orders.services.recording import record_sale
from tests.back_office import (
    XIAOSHAN,
    desk,
    district_desk,
    list_page,
    said,
    steps_shown,
    take,
)
from tests.builders import (
    make_county,
    make_district,
    make_sales_point,
    make_sku,
    make_unit,
    reported_lines,
    reported_sale,
)
from tests.orders.test_review_pages import declaration, declared

pytestmark = pytest.mark.django_db

TEA = "QDN-LS-001"


@pytest.fixture
def here(db) -> SalesPoint:
    make_district("330105")
    make_county("522622", "黄平县")
    return make_sales_point("fenghuang", channel_class="centre", district="330105")


@pytest.fixture
def there(db) -> SalesPoint:
    make_district(XIAOSHAN)
    return make_sales_point("xiaoshan", channel_class="centre", district=XIAOSHAN)


def sold(point: SalesPoint, number: str) -> Order:
    lines = reported_lines([(TEA, 16800, 2)])
    record_sale(point, reported_sale(number, lines=lines), source="test")
    return Order.objects.get(number=number)


def reads_also(client: Client, code: str) -> Client:
    """Let a signed-in person read another district."""
    user = User.objects.get(pk=client.session["_auth_user_id"])
    asked = NewRole(Role.DISTRICT, Duty.READ, ScopeKind.DISTRICT, code)
    grant_role(user=user, asked=asked, granted_by=None)
    return client


def whole_city(name: str, duty: str = Duty.PREPARE) -> Client:
    return desk(name, Role.CITY, duty)


@pytest.mark.parametrize("model", [ExclusionDecision, RefundCorrection])
def test_a_line_beyond_reach_is_neither_offered_nor_printed(
    here: SalesPoint, there: SalesPoint, model: type
) -> None:
    make_sku(TEA)
    mine, foreign = sold(here, "1001").lines.get(), sold(there, "2002").lines.get()
    office, add = district_desk("经办甲"), list_page(model) + "add/"
    option = 'value="%s" selected'
    assert option % mine.pk in office.get(add, {"line": mine.pk}).content.decode()
    assert option % foreign.pk not in office.get(add, {"line": foreign.pk}).content.decode()
    form = {"order": mine.order_id, "line": foreign.pk, "reason": "test", "evidence": "依据"}
    answer = office.post(add, form)
    assert option % foreign.pk not in answer.content.decode()
    assert "line" in answer.context["adminform"].form.errors


def test_a_pair_across_two_offices_is_seen_by_both_and_decided_by_neither(
    here: SalesPoint, there: SalesPoint
) -> None:
    make_sku(TEA)
    row = LinkedOrders.objects.create(
        order=sold(here, "1001"), duplicate=sold(there, "2002"), ground="same_number"
    )
    for code in ("330105", XIAOSHAN):
        office = district_desk(f"经办{code}", Duty.APPROVE, code)
        assert office.get(list_page(LinkedOrders)).context["cl"].result_count == 1
        assert steps_shown(office, row) == set()
        assert take(office, row, "submit").status_code == 403
    assert steps_shown(whole_city("市经办"), row) == {"submit"}
    take(whole_city("市经办"), row, "submit")
    assert take(office, row, "approve").status_code == 403
    both = reads_also(district_desk("兼读", Duty.APPROVE), XIAOSHAN)
    assert take(both, row, "approve").status_code == 403
    assert said(take(whole_city("市审核", Duty.APPROVE), row, "approve")) == ["已审核通过。"]
    assert take(both, row, "ask-revocation", reason="x").status_code == 403
    assert row.state == "approved"


def test_a_pair_within_one_office_is_decided_there_and_unseen_elsewhere(
    here: SalesPoint, there: SalesPoint
) -> None:
    make_sku(TEA)
    second = make_sales_point("jinsha", district="330105")
    row = LinkedOrders.objects.create(
        order=sold(here, "1001"), duplicate=sold(second, "1002"), ground="same_number"
    )
    assert steps_shown(district_desk("经办甲"), row) == {"submit"}
    foreign = district_desk("萧山", Duty.APPROVE, XIAOSHAN)
    assert take(foreign, row, "submit").status_code == 404


def test_who_only_reads_the_other_order_states_no_pair(here: SalesPoint, there: SalesPoint) -> None:
    make_sku(TEA)
    office = reads_also(district_desk("经办甲"), XIAOSHAN)
    pair = [sold(here, "1001").pk, sold(there, "2002").pk]
    for order, duplicate in (pair, pair[::-1]):
        form = {"order": order, "duplicate": duplicate, "note": "同一笔"}
        answer = office.post(list_page(LinkedOrders) + "add/", form)
        assert "不在您的范围内" in answer.content.decode()
    assert not LinkedOrders.objects.exists()


def test_nobody_takes_the_place_of_another_office_s_declaration(here: SalesPoint) -> None:
    make_district(XIAOSHAN)
    unit = {"sales_point": "", "unit": make_unit("gonghui", district="330105").pk}
    foreign = declared(
        here, district_desk("萧山经办", code=XIAOSHAN), helper_district_code=XIAOSHAN, **unit
    )
    take(district_desk("萧山审核", Duty.APPROVE, XIAOSHAN), foreign, "approve")
    office = reads_also(district_desk("经办甲"), XIAOSHAN)
    form = declaration(here, replaces=foreign.pk, **unit)
    assert "不在您的范围内" in office.post(list_page(DeclaredSale) + "add/", form).content.decode()
    row = declared(here, whole_city("市经办"), replaces=foreign.pk, **unit)
    checker = reads_also(district_desk("审核乙", Duty.APPROVE), XIAOSHAN)
    assert steps_shown(checker, row) == set()
    assert take(checker, row, "approve").status_code == 403
    foreign.refresh_from_db()
    assert foreign.state == "approved"
    take(whole_city("市审核", Duty.APPROVE), row, "approve")
    foreign.refresh_from_db()
    assert (row.state, foreign.state) == ("approved", "revoked")


def test_the_maker_cannot_give_back_or_keep_by_a_post_of_their_own(here: SalesPoint) -> None:
    both = district_desk("一人", Duty.APPROVE)
    row = declared(here, both)
    assert "由另一人审核" in take(both, row, "return", reason="重填").content.decode()
    assert row.state == "submitted"
    take(district_desk("审核乙", Duty.APPROVE), row, "approve")
    take(both, row, "ask-revocation", reason="重复申报")
    assert "由另一人审核" in said(take(both, row, "keep"))[-1]
    assert row.state == "revoking"
