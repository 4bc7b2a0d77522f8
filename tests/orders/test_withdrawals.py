"""A confirmed import is taken back: what it brought goes, what was before comes back."""

from __future__ import annotations

import pytest

from operations.errors import LeaseLost, MakerMayNotCheck
from operations.models import Job
from operations.services.jobs import claim_job
from operations.services.running import run_job
from orders.errors import AlreadyDecided, ImportNotFinished
from orders.models import ChangedOrder, Order, OrderImport, SalesEntry
from orders.rules.states import OrderStatus
from orders.selectors.withdrawals import kept_orders
from orders.services.recording import open_context, record_sales
from orders.services.withdrawing import (
    approve_withdrawal,
    preview_withdrawal,
    propose_withdrawal,
    run_withdrawal,
)
from tests.builders import (
    make_sales_point,
    make_sku,
    make_user,
    moment,
    reported_lines,
    reported_sale,
    stated_line,
    stated_sale,
)
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_exclusions import exclude

NOW = moment("2020-05-08 12:00:00")


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    return make_sales_point()


def imported(store, *sales):
    """Record sales as one import brings them."""
    row = OrderImport.objects.create(
        sales_point=store, format="taobao", state="done", business_date=NOW.date(), started_at=NOW
    )
    context = open_context(store, source=f"import:{row.pk}", import_id=row.pk)
    plan = record_sales(context, sales)
    totals = plan.totals
    OrderImport.objects.filter(pk=row.pk).update(
        orders=totals.orders,
        done_orders=totals.orders,
        created=totals.created,
        updated=totals.updated,
        unchanged=totals.unchanged,
    )
    row.refresh_from_db()
    return row


def withdraw(order_import):
    row = propose_withdrawal(
        order_import=order_import, reason="传错了店铺的文件", actor=make_user("maker")
    )
    row = approve_withdrawal(row, make_user("checker"))
    assert run_job(row.job_id, run_withdrawal)
    row.refresh_from_db()
    return row


def sale(number, refunded=0, status=OrderStatus.SUCCEEDED, **fields):
    return reported_sale(number, refunded_fen=refunded, status=status, **fields)


def heads():
    return list(
        Order.objects.order_by("number").values_list(
            "number", "status", "refunded_fen", "is_withdrawn"
        )
    )


def test_orders_that_only_the_import_brought_leave_the_ledger(store):
    first = imported(store, sale("O-1"), sale("O-2", 800))
    rows = SalesEntry.objects.count()

    row = withdraw(first)

    assert net_by("order_number") == {}
    assert (row.orders_withdrawn, row.orders_restored, row.orders_kept) == (2, 0, 0)
    assert SalesEntry.objects.count() == 2 * rows
    assert OrderImport.objects.get().state == "withdrawn"
    assert violations() == []


def test_orders_that_it_changed_get_their_earlier_state_back(store):
    imported(store, sale("O-1", status=OrderStatus.PAID), sale("O-2", 300))
    before = (heads(), net_by("order_number", "event_date"))
    second = imported(store, sale("O-1", 16800, OrderStatus.CLOSED), sale("O-2", 500))

    row = withdraw(second)

    assert (heads(), net_by("order_number", "event_date")) == before
    assert (row.orders_withdrawn, row.orders_restored) == (0, 2)
    assert violations() == []


def test_an_order_that_it_made_paid_is_unpaid_again(store):
    imported(store, sale("O-1", status=OrderStatus.UNPAID, paid_at=None))
    second = imported(store, sale("O-1"))

    withdraw(second)

    assert net_by("order_number") == {}
    assert Order.objects.get().status == OrderStatus.UNPAID
    assert violations() == []


def test_orders_changed_since_by_a_later_file_are_kept_and_listed(store):
    first = imported(store, sale("O-1"), sale("O-2"))
    imported(store, sale("O-1", 800))

    preview = preview_withdrawal(first)
    row = withdraw(first)

    assert (preview.orders_withdrawn, preview.orders_kept, preview.kept) == (1, 1, ("O-1",))
    assert net_by("order_number") == {"O-1": 16000}
    assert [order.number for order in kept_orders(first)] == ["O-1"]
    assert row.orders_kept == 1
    assert violations() == []


def test_withdrawing_the_later_file_too_leaves_nothing(store):
    first = imported(store, sale("O-1"))
    second = imported(store, sale("O-1", 800))

    withdraw(first)
    withdraw(second)

    assert net_by("order_number") == {}
    assert Order.objects.get().is_withdrawn
    assert violations() == []


def test_withdrawing_in_reverse_order_goes_back_step_by_step(store):
    first = imported(store, sale("O-1"))
    second = imported(store, sale("O-1", 800))
    third = imported(store, sale("O-1", 900))

    withdraw(third)
    assert net_by("order_number") == {"O-1": 16000}
    withdraw(second)
    assert net_by("order_number") == {"O-1": 16800}
    withdraw(first)
    assert net_by("order_number") == {}
    assert violations() == []


def test_the_file_can_come_again_after_its_withdrawal(store):
    withdraw(imported(store, sale("O-1", 800)))

    again = imported(store, sale("O-1", 800))

    assert (again.created, again.unchanged) == (1, 0)
    assert net_by("order_number") == {"O-1": 16000}
    assert not Order.objects.get().is_withdrawn
    assert violations() == []


def test_a_preview_says_what_the_withdrawal_does_and_writes_nothing(store):
    lines = reported_lines([("QDN-HP-001", 5000, 1)])
    imported(store, sale("O-2", 300))
    second = imported(store, sale("O-1", lines=lines), sale("O-2", 500))
    rows = SalesEntry.objects.count()
    before = net_by("county_code")

    preview = preview_withdrawal(second)

    assert SalesEntry.objects.count() == rows
    assert (preview.orders_withdrawn, preview.orders_restored) == (1, 1)
    assert (preview.gross_fen, preview.refund_fen, preview.net_fen) == (-5000, -200, -4800)
    assert preview.by_county == (("522622", -5000), ("522634", 200))
    withdraw(second)
    after = net_by("county_code")
    assert {code: after.get(code, 0) - before.get(code, 0) for code in before} == dict(
        preview.by_county
    )


def test_an_exclusion_survives_the_withdrawal_of_a_later_file(store):
    imported(store, sale("O-1"))
    exclude(Order.objects.get())
    second = imported(store, sale("O-1", 800))

    withdraw(second)

    assert net_by("order_number") == {}
    assert violations() == []


def test_stated_lines_and_their_vouchers_come_back(store):
    line = stated_line("QDN-LS-001", 10000, subsidies=(("hz-gov", 3000),), refunded_fen=1000)
    imported(store, stated_sale("O-1", line))
    before = net_by("sku_code", "side")
    second = imported(
        store,
        stated_sale("O-1", stated_line("QDN-LS-001", 10000, refunded_fen=9000)),
    )
    withdraw(second)

    assert net_by("sku_code", "side") == before
    assert violations() == []


def test_a_second_person_confirms(store):
    row = propose_withdrawal(
        order_import=imported(store, sale("O-1")), reason="错", actor=make_user("maker")
    )
    with pytest.raises(MakerMayNotCheck):
        approve_withdrawal(row, make_user("maker"))
    with pytest.raises(AlreadyDecided):
        propose_withdrawal(order_import=row.order_import, reason="再来", actor=make_user("other"))
    assert net_by("order_number") == {"O-1": 16800}


def test_a_running_or_withdrawn_import_is_refused(store):
    first = imported(store, sale("O-1"))
    OrderImport.objects.filter(pk=first.pk).update(state="running")
    with pytest.raises(ImportNotFinished):
        propose_withdrawal(order_import=first, reason="错", actor=make_user("maker"))


def test_every_order_that_moved_is_in_the_feed(store):
    first = imported(store, sale("O-1"), sale("O-2"))
    ChangedOrder.objects.all().delete()
    withdraw(first)
    assert ChangedOrder.objects.count() == 2


def test_a_withdrawal_goes_on_where_it_was_cut_off(store, settings):
    settings.IMPORT_CHUNK_ORDERS = 1
    first = imported(store, sale("O-1"), sale("O-2"), sale("O-3"))
    row = propose_withdrawal(order_import=first, reason="错", actor=make_user("maker"))
    row = approve_withdrawal(row, make_user("checker"))
    stale = claim_job(job_id=row.job_id)
    Job.objects.filter(pk=row.job_id).update(lease_until=NOW)
    assert run_job(row.job_id, run_withdrawal)

    # The worker that lost its lease writes nothing more.
    with pytest.raises(LeaseLost):
        run_withdrawal(stale)
    row.refresh_from_db()
    assert (row.orders_withdrawn, net_by("order_number")) == (3, {})
