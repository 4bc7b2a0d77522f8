"""The back office opens every list and page, shows yuan, hides people, and stays inside scope."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Duty, Role, ScopeKind, User
from accounts.services.roles import NewRole, grant_role
from common.clock import now
from marketplace.models import Campaign, Centre, DailyMoney, Pairing
from orders.models import ChangedOrder, Contact, Order, OrderImport, SalesPoint
from orders.rules.sale import ReportedContact
from orders.selectors.sales_points import find_sales_point
from orders.services.recording import record_sale
from products.models import Product, Sku
from tests.builders import reported_lines, reported_sale

MODELS = [
    model
    for label in ("products", "orders", "marketplace")
    for model in apps.get_app_config(label).get_models()
]
PHONE = "12012345678"


@pytest.fixture
def stocked(db) -> None:
    call_command("load_seeds", stdout=StringIO())
    shop, centre = find_sales_point("xunqianji"), find_sales_point("fenghuang-shangshan")
    sell(shop, "954000000000000001", "QDN-LS-001")
    sell(shop, "954000000000000002", "QDN-DZ-001")
    sell(centre, "954000000000000003", "QDN-LS-001")
    OrderImport.objects.create(
        sales_point=shop, format="taobao", business_date=date(2020, 5, 8), started_at=now()
    )
    DailyMoney.objects.create(
        view="cohort",
        date=date(2020, 5, 1),
        sales_point_code="xunqianji",
        channel_class="platform",
        level=0,
        direct_gross_fen=1234567,
    )


def sell(point: SalesPoint, number: str, sku: str, **fields: object) -> None:
    sale = reported_sale(
        number,
        lines=reported_lines([(sku, 123456, 1)]),
        contact=ReportedContact("样甲乙", PHONE, "浙江省 杭州市 拱墅区 样例街道1号2幢"),
        **fields,
    )
    record_sale(point, sale, source="test")


def signed_in(
    role: str | None = None, kind: str = ScopeKind.EVERYTHING, code: str = "", duty: str = ""
) -> Client:
    """Sign in with one role; without one, as a superuser."""
    user = User.objects.create_user(
        f"user{User.objects.count()}", is_staff=True, is_superuser=role is None
    )
    if role is not None:
        asked = NewRole(role, duty or Duty.PREPARE, kind, code)
        grant_role(user=user, asked=asked, granted_by=None)
    client = Client()
    client.force_login(user)
    return client


def list_page(model: type) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_of(row: object) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def text(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_every_model_has_a_list_a_search_and_a_page_that_open(stocked) -> None:
    client = signed_in()
    for model in MODELS:
        text(client, list_page(model))
        text(client, list_page(model), q="954000000000000001")
        row = model._default_manager.first()
        if row is not None:
            text(client, page_of(row))
        if model in (Sku, Product, SalesPoint, Pairing, Centre):
            text(client, list_page(model) + "add/")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_can_be_searched_and_has_more_than_one_column(model) -> None:
    page = admin.site._registry[model]
    assert page.search_fields
    assert len(page.list_display) > 1


def test_a_list_takes_the_same_number_of_queries_for_more_rows(stocked) -> None:
    client = signed_in()

    def queries(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text(client, path)
        return len(captured)

    paths = [list_page(model) for model in MODELS]
    detail = page_of(Order.objects.get(number="954000000000000001"))
    text(client, paths[0])
    before = {path: queries(path) for path in [*paths, detail]}
    for number in range(4, 9):
        sell(find_sales_point("jd-shop"), f"95400000000000000{number}", "QDN-HP-001")
    assert {path: queries(path) for path in [*paths, detail]} == before


def test_money_is_shown_in_yuan_on_lists_and_pages(stocked) -> None:
    client = signed_in()
    assert "1,234.56" in text(client, list_page(Order))
    page = text(client, page_of(Order.objects.first()))
    assert "1,234.56" in page
    assert "123456<" not in page.replace(" ", "")
    assert "12,345.67" in text(client, list_page(DailyMoney))


def test_contact_data_is_masked_on_every_page_and_found_by_whole_number_only(stocked) -> None:
    client = signed_in()
    contact = Contact.objects.first()
    for page in (list_page(Contact), page_of(contact), page_of(contact.order)):
        body = text(client, page)
        assert PHONE not in body
        assert "样甲乙" not in body
        assert "2幢" not in body
    found = text(client, list_page(Contact), q=PHONE)
    assert found.count("120******78") == 3
    assert "120******78" not in text(client, list_page(Contact), q="12012345679")


def test_what_services_write_is_read_only_even_for_a_superuser(stocked) -> None:
    client = signed_in()
    for model in (Order, Contact, ChangedOrder, OrderImport, DailyMoney):
        page = page_of(model.objects.first())
        # An import is added by uploading its files.
        added = 200 if model is OrderImport else 403
        assert client.get(list_page(model) + "add/").status_code == added
        assert client.post(page, {"number": "1"}).status_code == 403
        assert client.post(page.removesuffix("change/") + "delete/").status_code == 403


def test_a_county_sees_orders_with_its_goods_and_no_contact_data(stocked) -> None:
    client = signed_in(Role.COUNTY, ScopeKind.COUNTY, "522634")
    page = text(client, list_page(Order))
    assert "954000000000000001" in page
    assert "954000000000000003" in page
    assert "954000000000000002" not in page
    assert client.get(list_page(Contact)).status_code == 403


def test_a_district_sees_only_the_orders_of_its_centres(stocked) -> None:
    client = signed_in(Role.DISTRICT, ScopeKind.DISTRICT, "330105")
    page = text(client, list_page(Order))
    assert "954000000000000003" in page
    assert "954000000000000001" not in page


def test_a_county_changes_its_own_goods_and_only_looks_at_others(stocked) -> None:
    client = signed_in(Role.COUNTY, ScopeKind.COUNTY, "522634")
    mine, other = Sku.objects.get(code="QDN-LS-001"), Sku.objects.get(code="QDN-DZ-001")
    assert client.post(page_of(mine), sku_form(mine, price="158.00")).status_code == 302
    mine.refresh_from_db()
    assert mine.price_fen == 15800
    assert "QDN-DZ-001" in text(client, page_of(other))
    assert client.post(page_of(other), sku_form(other, price="1.00")).status_code == 403
    # A SKU stays with its product: whatever else a form sends is not taken.
    moved = sku_form(mine, price="158.00") | {"product": other.product_id}
    assert client.post(page_of(mine), moved).status_code == 302
    mine.refresh_from_db()
    assert mine.product.county_id == "522634"


def test_the_code_of_a_row_stays_whatever_the_form_says(stocked) -> None:
    client = signed_in()
    sku = Sku.objects.get(code="QDN-LS-001")
    client.post(page_of(sku), sku_form(sku, price="168.00") | {"code": "OTHER"})
    sku.refresh_from_db()
    assert sku.code == "QDN-LS-001"


def test_a_price_that_is_no_amount_in_yuan_is_refused(stocked) -> None:
    client = signed_in()
    sku = Sku.objects.get(code="QDN-LS-001")
    for price in ("1.234", "-1", "abc", "", "99999999999"):
        assert client.post(page_of(sku), sku_form(sku, price=price)).status_code == 200
    sku.refresh_from_db()
    assert sku.price_fen == 16800


def test_a_seller_code_typed_by_an_operator_is_stored_as_it_is_looked_up(stocked) -> None:
    client = signed_in()
    sku = Sku.objects.get(code="QDN-LS-001")
    added = {"seller_codes-TOTAL_FORMS": "2", "seller_codes-1-code": " ｔｂ-77 "}
    form = sku_form(sku, price="168.00") | added | {"seller_codes-1-sku": str(sku.pk)}
    assert client.post(page_of(sku), form).status_code == 302
    assert sku.seller_codes.filter(code="TB-77").exists()


def test_renaming_a_campaign_is_recorded_and_its_rules_stay(stocked) -> None:
    client = signed_in(Role.CITY)
    campaign = Campaign.objects.get()
    form = {"name": "新名称", **management("versions", 0)}
    assert client.post(page_of(campaign), form).status_code == 302
    campaign.refresh_from_db()
    assert campaign.name == "新名称"
    assert AuditEvent.objects.get(action="campaign.renamed").changes["name"][1] == "新名称"
    assert campaign.versions.count() == 1


def management(prefix: str, rows: int) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": str(rows), f"{prefix}-INITIAL_FORMS": str(rows)}


def sku_form(sku: Sku, *, price: str) -> dict[str, object]:
    seller_code = sku.seller_codes.get()
    return {
        "code": sku.code,
        "product": sku.product_id,
        "name": sku.name,
        "unit": sku.unit,
        "net_content": sku.net_content,
        "net_grams": sku.net_grams or "",
        "price": price,
        "source": sku.source,
        **management("seller_codes", 1),
        "seller_codes-0-id": seller_code.pk,
        "seller_codes-0-sku": sku.pk,
        "seller_codes-0-code": seller_code.code,
        **management("components", 0),
    }
