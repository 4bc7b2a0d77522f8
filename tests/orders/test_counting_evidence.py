"""Who helped, who paid, at which stage: what a sale counts for, frozen on its ledger rows."""

from __future__ import annotations

from datetime import date

import pytest

from orders.models import CountedStage, Order, SalesEntry, SponsorshipAgreement, UnitDistrict
from orders.services.recording import record_sale
from tests.builders import make_sales_point, make_sku, make_unit, stated_line, stated_sale
from tests.orders.ledger_reading import excluded_by_reason, net_by, violations

pytestmark = pytest.mark.django_db

GONGSHU, XIAOSHAN, XIHU = "330105", "330109", "330106"
TEA = "QDN-LS-001"


@pytest.fixture
def centre():
    make_sku(TEA)
    return make_sales_point(
        "centre-330109", district=XIAOSHAN, channel_class="centre", platform="", shop_name=""
    )


def sell(point, number="S-1", *, payer="", counted_for="", **fields):
    line = stated_line(TEA, 16800, beneficiary_unit=counted_for)
    record_sale(point, stated_sale(number, line, payer_unit=payer, **fields), source="test")
    return SalesEntry.objects.filter(order_number=number).latest("id")


def test_a_purchasing_units_district_goes_before_the_sales_points(centre):
    make_unit("gs-canteen", district=GONGSHU)

    entry = sell(centre, payer="gs-canteen")

    assert (entry.helper_district_code, entry.helper_evidence) == (GONGSHU, "unit")
    assert (entry.purchase_mode, entry.buyer_kind) == ("direct_purchase", "unit")
    assert (entry.payer_unit_code, entry.beneficiary_unit_code) == ("gs-canteen", "gs-canteen")
    assert violations() == []


def test_the_unit_a_sale_counts_for_need_not_pay(centre):
    make_unit("gs-office", name="拱墅区某局", district=GONGSHU)

    entry = sell(centre, counted_for="拱墅区某局")

    assert (entry.beneficiary_unit_code, entry.payer_unit_code) == ("gs-office", "")
    assert (entry.purchase_mode, entry.buyer_kind) == ("assisted_sale", "consumer")
    assert (entry.helper_district_code, entry.helper_evidence) == (GONGSHU, "unit")


def test_the_unit_counted_for_goes_before_the_payer(centre):
    make_unit("xh-union", kind="union", district=XIHU)
    make_unit("gs-office", district=GONGSHU)

    entry = sell(centre, payer="xh-union", counted_for="gs-office")

    assert entry.helper_district_code == GONGSHU
    assert (entry.payer_unit_code, entry.beneficiary_unit_code) == ("xh-union", "gs-office")


def test_a_unit_without_a_district_has_its_parents(centre):
    parent = make_unit("gs-bureau", district=GONGSHU)
    make_unit("gs-bureau-canteen", parent=parent)

    assert sell(centre, payer="gs-bureau-canteen").helper_district_code == GONGSHU


def test_a_units_district_is_that_of_the_day_of_payment(centre):
    unit = make_unit("moved")
    UnitDistrict.objects.create(unit=unit, district_code=XIHU, valid_to=date(2020, 4, 30))
    UnitDistrict.objects.create(unit=unit, district_code=GONGSHU, valid_from=date(2020, 5, 1))

    assert sell(centre, payer="moved").helper_district_code == GONGSHU


def test_an_unknown_unit_is_a_doubt_and_never_evidence(centre):
    entry = sell(centre, counted_for="没有登记的单位")

    assert (entry.helper_district_code, entry.helper_evidence) == (XIAOSHAN, "sales_point")
    assert entry.beneficiary_unit_code == ""
    assert "unknown_unit" in Order.objects.get().flags


def test_an_agreement_counts_only_where_no_stronger_evidence_is(centre):
    store = make_sales_point("xunqianji")
    agreement = {"district_code": XIHU, "document": "杭帮扶〔2020〕1号"}
    for point in (store, centre):
        SponsorshipAgreement.objects.create(
            sales_point=point, valid_from=date(2020, 5, 1), valid_to=date(2020, 5, 1), **agreement
        )

    at_store, at_centre = sell(store, "S-1"), sell(centre, "S-2")

    assert (at_store.helper_district_code, at_store.helper_evidence) == (XIHU, "agreement")
    assert (at_centre.helper_district_code, at_centre.helper_evidence) == (XIAOSHAN, "sales_point")


def test_a_platform_store_without_agreement_helps_no_district(centre):
    entry = sell(make_sales_point("xunqianji"))

    assert (entry.helper_district_code, entry.helper_evidence) == ("", "none")


@pytest.mark.parametrize(
    ("kind", "payer", "expected"),
    [
        ("government", True, "canteen"),
        ("union", True, "union_welfare"),
        ("government", False, "office_fair"),
    ],
)
def test_sales_to_institutions_are_of_three_kinds(kind, payer, expected):
    make_sku(TEA)
    office = make_sales_point("institutions", channel_class="institution", platform="")
    make_unit("u", kind=kind, district=GONGSHU)

    entry = sell(office, payer="u" if payer else "")

    assert entry.channel_kind == expected


def test_a_centre_that_buys_to_sell_on_counts_once(centre):
    """The centre buys on 1688 and sells at its counter: only the counter sale is final."""
    online = make_sales_point("alibaba-1688", platform="1688")
    make_unit("xs-centre", kind="centre", is_reseller=True, resells_at=centre)

    bought = sell(online, "B-1", payer="xs-centre")
    sold = sell(centre, "C-1")

    assert (bought.stage, bought.amount_fen, bought.excluded_reason) == (
        "intermediate",
        0,
        "intermediate",
    )
    assert (sold.stage, sold.amount_fen) == ("final", 16800)
    assert net_by("sales_point_code") == {"centre-330109": 16800}
    assert excluded_by_reason() == {"intermediate": 16800}
    assert violations() == []


def test_a_supermarket_that_reports_purchases_only_counts_its_purchases(centre):
    online = make_sales_point("alibaba-1688", platform="1688")
    shop = make_sales_point("supermarkets", channel_class="supermarket", platform="")
    make_unit("mart", kind="supermarket", is_reseller=True, resells_at=shop, district=GONGSHU)
    CountedStage.objects.create(
        sales_point=shop,
        counted="purchases",
        valid_from=date(2020, 5, 1),
        valid_to=date(2020, 5, 31),
        source="商超只报进货",
    )

    bought, sold = sell(online, "B-1", payer="mart"), sell(shop, "M-1")

    assert (bought.stage, bought.amount_fen, bought.helper_district_code) == (
        "final",
        16800,
        GONGSHU,
    )
    assert (sold.stage, sold.amount_fen, sold.excluded_fen) == ("intermediate", 0, 16800)
    assert net_by("sales_point_code") == {"alibaba-1688": 16800}


def test_a_trader_that_sells_on_anywhere_does_not_count(centre):
    make_unit("trader", kind="trader", is_reseller=True)

    entry = sell(centre, payer="trader")

    assert (entry.stage, entry.amount_fen, entry.excluded_fen) == ("intermediate", 0, 16800)


def test_a_refund_inherits_what_its_sale_froze(centre):
    unit = make_unit("gs-canteen", district=GONGSHU)
    sell(centre, payer="gs-canteen")
    UnitDistrict.objects.filter(unit=unit).update(district_code=XIHU)

    line = stated_line(TEA, 16800, refunded_fen=800)
    record_sale(centre, stated_sale("S-1", line, payer_unit="gs-canteen"), source="later")

    assert net_by("helper_district_code") == {GONGSHU: 16000}
    assert SalesEntry.objects.count() == 2
    assert violations() == []


def test_the_origin_that_a_file_states_counts_only_without_a_sku(centre):
    known = stated_line(TEA, 100, county_code="522622")
    unknown = stated_line("NOWHERE", 200, county_code="522622")

    record_sale(centre, stated_sale("S-1", known, unknown), source="test")

    assert net_by("county_code", "sku_code") == {("522634", TEA): 100, ("522622", ""): 200}
    assert "county_differs" in Order.objects.get().flags


def test_a_newer_report_that_names_a_person_takes_the_unit_back(centre):
    make_unit("gs-canteen", district=GONGSHU)
    sell(centre, payer="gs-canteen")

    sell(centre, payer="张某")

    assert net_by("helper_district_code", "purchase_mode") == {(XIAOSHAN, "assisted_sale"): 16800}
    assert violations() == []
