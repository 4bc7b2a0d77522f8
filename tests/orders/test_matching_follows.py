"""What follows a match: certificates, boxes, weights, new codes, withdrawals, a job that died."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import AuditEvent
from operations.errors import LeaseLost
from operations.services.jobs import cancel, claim_job, retry
from orders.models import Order, OrderLine
from orders.rules.matching import Goods
from orders.rules.states import OrderStatus
from orders.services.matching import match_goods, run_matching
from orders.services.recording import open_context
from orders.services.recording.restating import restate_orders
from products.models import Certificate, SellerCode, Sku
from tests.builders import (
    make_bundle,
    make_sales_point,
    make_sku,
    make_user,
    moment,
    reported_lines,
    stated_line,
    stated_sale,
)
from tests.orders.ledger_reading import net_by, violations
from tests.orders.matching_world import (
    TEA,
    decide,
    match_again,
    put_instead,
    skus,
    take_back,
    tea_sale,
)
from tests.orders.test_withdrawals import imported, sale, withdraw


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    return make_sales_point()


def counts(order_import):
    return order_import.created, order_import.updated, order_import.unchanged


def test_a_certificate_counts_on_the_day_of_the_sale(store):
    Certificate.objects.create(
        product=Sku.objects.get(code="QDN-LS-001").product,
        kind="地理标志",
        number="1",
        valid_from=date(2020, 5, 1),
        valid_to=date(2020, 5, 31),
        source="test",
    )
    june = moment("2020-06-02 10:00:00")
    imported(store, tea_sale("O-1"), tea_sale("O-2", paid_at=june))
    decide(store, "QDN-LS-001")
    assert net_by("order_number", "is_certified") == {("O-1", True): 16800, ("O-2", False): 16800}


def test_a_box_is_split_to_its_parts(store):
    make_bundle("BOX", [("QDN-LS-001", 1, 10000), ("QDN-HP-001", 1, 6800)])
    imported(store, tea_sale("O-1", 800))
    row = decide(store, "BOX")

    assert net_by("sku_code") == {"QDN-LS-001": 9524, "QDN-HP-001": 6476}
    assert counts(imported(store, tea_sale("O-1", 800))) == (0, 0, 1)
    put_instead(row, "QDN-HP-001")
    assert net_by("sku_code") == {"QDN-HP-001": 16000}
    assert OrderLine.objects.get().bundle_parts is None
    assert violations() == []


def test_packs_bring_their_own_weight_and_take_it_along(store):
    Sku.objects.filter(code="QDN-LS-001").update(net_grams=100)
    Sku.objects.filter(code="QDN-HP-001").update(net_grams=250)
    stated = stated_sale("O-2", stated_line("", 900, title="标题 银球茶", weight_grams=700))
    imported(store, tea_sale("O-1"), stated)

    row = decide(store, "QDN-LS-001")
    assert grams() == {"O-1": 100, "O-2": 700}
    row = put_instead(row, "QDN-HP-001")
    assert grams() == {"O-1": 250, "O-2": 700}
    take_back(row)
    assert grams() == {"O-1": 0, "O-2": 700}
    assert net_by("sku_code") == {"": 17700}


def grams():
    return dict(OrderLine.objects.values_list("order__number", "weight_grams"))


def test_a_new_seller_code_waits_for_the_action_and_goes_before_a_decision(store):
    coded = reported_lines([("NEW-1", 16800, 1)])
    goods = Goods("NEW-1", "标题 NEW-1", "")
    imported(store, sale("O-1", lines=coded), sale("O-2", 800, lines=coded), tea_sale("O-3"))
    decide(store, "QDN-LS-001", goods)
    SellerCode.objects.create(code="NEW-1", sku=Sku.objects.get(code="QDN-HP-001"))
    assert net_by("county_code") == {"522634": 32800, "": 16800}

    match_again(store)

    assert net_by("county_code") == {"522622": 32800, "": 16800}
    assert counts(imported(store, sale("O-1", lines=coded), sale("O-2", 800, lines=coded))) == (
        *(0, 0, 2),
    )
    assert violations() == []


def test_lines_that_waited_for_their_code_get_it_by_the_action(store):
    coded = reported_lines([("new-1", 16800, 1)])
    imported(store, sale("O-1", lines=coded), tea_sale("O-2"))
    SellerCode.objects.create(code="NEW-1", sku=Sku.objects.get(code="QDN-LS-001"))
    assert skus() == {"O-1": None, "O-2": None}

    match_again(store)

    assert skus() == {"O-1": "QDN-LS-001", "O-2": None}
    assert AuditEvent.objects.get(action="goods_match.codes_applied").object_key == store.code


def test_a_state_that_a_withdrawal_brings_back_has_todays_match(store):
    imported(store, tea_sale("O-1", status=OrderStatus.PAID))
    second = imported(store, tea_sale("O-1", 800))
    decide(store, "QDN-LS-001")

    withdraw(second)

    assert net_by("sku_code") == {"QDN-LS-001": 16800}
    assert counts(imported(store, tea_sale("O-1", status=OrderStatus.PAID))) == (0, 0, 1)


def test_a_withdrawn_order_is_left_out_and_matched_when_it_returns(store):
    first = imported(store, tea_sale("O-1"))
    imported(store, tea_sale("O-2"))
    withdraw(first)
    decide(store, "QDN-LS-001")
    assert net_by("order_number", "sku_code") == {("O-2", "QDN-LS-001"): 16800}

    imported(store, tea_sale("O-1"))
    assert net_by("sku_code") == {"QDN-LS-001": 33600}


def test_a_job_that_died_goes_on_where_it_stopped(store, settings):
    settings.IMPORT_CHUNK_ORDERS = 1
    imported(store, *(tea_sale(f"O-{number}") for number in range(3)))
    row = match_goods(
        sales_point=store, goods=TEA, sku=Sku.objects.get(code="QDN-LS-001"), actor=make_user("m")
    )
    lost = claim_job(job_id=row.job_id)
    _die_after_one(lost, store)
    assert sorted(skus().values(), key=str) == [None, None, "QDN-LS-001"]

    retry(row.job_id)
    answer = run_matching(claim_job(job_id=row.job_id))

    assert answer["orders_changed"] == 2
    assert set(skus().values()) == {"QDN-LS-001"}
    assert violations() == []


def _die_after_one(claim, store):
    """Let another worker take the job over once the first chunk is written."""
    restate_orders(list(Order.objects.values_list("pk", flat=True)[:1]), source="match:1")
    cancel(claim.job_id)
    with pytest.raises(LeaseLost):
        run_matching(claim)


def test_what_is_remembered_is_read_once_for_a_whole_file(store, django_assert_num_queries):
    imported(store, tea_sale("O-1"))
    decide(store, "QDN-LS-001")
    context = open_context(store, source="test")
    with django_assert_num_queries(0):
        assert context.sku_of(tea_sale("O-9").lines[0]).sku_code == "QDN-LS-001"


def test_a_code_that_left_the_catalogue_again_is_noticed_by_the_next_file(store):
    coded = sale("O-1", lines=reported_lines([("NEW-1", 16800, 1)]))
    imported(store, coded)
    code = SellerCode.objects.create(code="NEW-1", sku=Sku.objects.get(code="QDN-LS-001"))
    match_again(store)
    code.delete()

    assert counts(imported(store, coded)) == (0, 1, 0)

    assert skus() == {"O-1": None}
    assert net_by("county_code") == {"": 16800}
