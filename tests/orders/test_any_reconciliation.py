"""Whatever comes in, is decided and is taken back: both sides of every month stay equal."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.clock import business_day
from orders.errors import RefundsDoNotFit
from orders.models import ExclusionDecision, Order, OrderImport, RefundCorrection, SalesEntry
from orders.rules.reconciliation import Difference
from orders.selectors.reconciliation import reconciled_months
from tests.builders import make_sales_point, make_sku
from tests.orders.intake import exports, generic_files
from tests.orders.ledger_reading import violations
from tests.orders.test_exclusions import exclude
from tests.orders.test_reconciliation import lower, run_import
from tests.orders.test_withdrawals import withdraw

NUMBERS = ("954000000000000001", "954000000000000002", "954000000000000003")
FEN = st.sampled_from([0, 1, 333, 4450, 8900])
TAOBAO = st.tuples(
    st.just("taobao"),
    st.lists(
        st.tuples(
            st.sampled_from(NUMBERS),
            st.sampled_from(["2020-04-30 23:59:59", "2020-05-01 00:00:00", "2020-06-01 08:00:00"]),
            FEN,
            st.sampled_from([0, 0, 700]),
            st.sampled_from([0, 1, 500]),
            st.sampled_from([0, 0, 0, 7]),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda row: row[0],
    ),
)
GENERIC = st.tuples(
    st.just("generic"),
    st.lists(
        st.tuples(
            st.sampled_from(["G-1", "G-2"]),
            st.sampled_from(["2020-05-03 10:00:00", "2020-06-03 10:00:00"]),
            FEN,
            st.sampled_from([0, 300]),
            st.sampled_from(["", "x"]),
        ),
        min_size=1,
        max_size=4,
    ),
)
EVENTS = st.one_of(
    TAOBAO,
    GENERIC,
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(st.just("exclude"), st.integers(0, 5)),
    st.tuples(st.just("lower"), st.integers(0, 5)),
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS, min_size=1, max_size=7))
def test_whatever_happens_files_equal_what_we_hold(events, tmp_path_factory):
    # The next example finds an empty house.
    with transaction.atomic():
        _live(events, tmp_path_factory)
        transaction.set_rollback(True)


def _live(events, tmp_path_factory) -> None:
    make_sku("QDN-RJ-003", county="522632")
    store, imports = make_sales_point(), []
    for kind, what in events:
        if kind == "withdraw":
            if imports:
                withdraw(imports.pop(what % len(imports)))
        elif kind == "exclude":
            _exclude(what)
        elif kind == "lower":
            _lower(what)
        elif (path_reading := _files(kind, what, tmp_path_factory)) is not None:
            imports.append(run_import(store, *path_reading))
        _check(store)
    assert violations() == []


def _files(kind, rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    if kind == "taobao":
        path = exports.write_list(folder, [_taobao_row(*row) for row in rows])
    else:
        path = generic_files.write(
            folder,
            [
                generic_files.row(number, paid_at=paid, refund_fen=back, subsidy_fen=subsidy,
                                  funder="platform", quantity=bad or "1")
                for number, paid, back, subsidy, bad in rows
            ],
        )  # fmt: skip
    try:
        if kind == "taobao":
            return exports.read(path), path
        return generic_files.read(path, platform="taobao", format="generic"), path
    except RefundsDoNotFit:
        return None


def _taobao_row(number, paid, back, freight, subsidy, wrong):
    total = 8900 + freight
    back = min(back, total - subsidy)
    return exports.order(
        number,
        订单付款时间=paid,
        订单创建时间="2020-04-30 23:00:00",
        总金额=f"{(total + wrong) / 100:.2f}",
        买家应付邮费=f"{freight / 100:.2f}",
        买家实际支付金额=f"{(total - subsidy - back) / 100:.2f}",
        天猫卡券抵扣=f"{subsidy / 100:.2f}",
        退款金额=f"{back / 100:.2f}",
    )


def _exclude(place):
    orders = list(Order.objects.filter(is_withdrawn=False, paid_at__isnull=False).order_by("pk"))
    if orders:
        order = orders[place % len(orders)]
        if not ExclusionDecision.objects.filter(order=order).exists():
            exclude(order)


def _lower(place):
    orders = Order.objects.filter(is_withdrawn=False, refunded_fen__gt=1)
    orders = list(orders.exclude(lines__stated_refund_fen__isnull=False).order_by("pk"))
    if orders:
        order = orders[place % len(orders)]
        if not RefundCorrection.objects.filter(order=order).exists():
            lower(order, order.refunded_fen // 2)


def _check(store) -> None:
    """Both sides are equal to the fen, and each is what its own rows come to, one by one."""
    months = reconciled_months(store)
    for each in months:
        assert each.differences == dict.fromkeys(
            [Difference.LEDGER_GROSS, Difference.LEDGER_REFUND], 0
        )
    net = sum(SalesEntry.objects.values_list("amount_fen", flat=True))
    assert net == sum(each.goods.net_fen for each in months)
    files = Counter(_orders_by_month()) + Counter(_unrecorded_by_month())
    told = {f"{each.month:%Y-%m}": each.files.gross_fen for each in months}
    assert {month: fen for month, fen in told.items() if fen} == dict(files)


def _orders_by_month() -> dict[str, int]:
    sums: dict[str, int] = {}
    for order in Order.objects.filter(is_withdrawn=False, paid_at__isnull=False):
        month = f"{business_day(order.paid_at):%Y-%m}"
        sums[month] = sums.get(month, 0) + order.goods_fen + order.freight_fen
    return sums


def _unrecorded_by_month() -> dict[str, int]:
    """Add up the newest readings of orders that are not recorded."""
    recorded = set(Order.objects.filter(is_withdrawn=False).values_list("number", flat=True))
    newest: dict[str, dict[str, int]] = {}
    for order_import in OrderImport.objects.exclude(state="withdrawn").order_by("pk"):
        read: dict[str, dict[str, int]] = {}
        for issue in order_import.issues.filter(verdict="rejected", paid_on__isnull=False):
            sums = read.setdefault(issue.order_number, {})
            month = f"{issue.paid_on:%Y-%m}"
            sums[month] = sums.get(month, 0) + issue.gross_fen
        newest |= read
    sums: dict[str, int] = {}
    for number, by_month in newest.items():
        for month, fen in by_month.items() if number not in recorded else ():
            sums[month] = sums.get(month, 0) + fen
    return sums
