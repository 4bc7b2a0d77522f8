"""An import and a withdrawal meet at one sales point, on two connections."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from operations.services.running import run_job
from orders.models import ImportWithdrawal, SalesPoint
from orders.services.withdrawing import approve_withdrawal, propose_withdrawal, run_withdrawal
from tests.builders import make_sales_point, make_sku, make_user
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_withdrawals import imported, sale

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
# Long enough for a withdrawal that nothing holds back to be done.
PATIENCE_SECONDS = 1.5


@pytest.mark.parametrize(("refunded_fen", "net_fen"), [(800, 16000), (0, 16800)])
def test_an_import_that_speaks_while_the_withdrawal_waits_keeps_its_order(
    refunded_fen: int, net_fen: int
) -> None:
    make_sku("QDN-LS-001")
    store = make_sales_point()
    first = imported(store, sale("O-1"), sale("O-2"))
    row = propose_withdrawal(order_import=first, reason="错", actor=make_user("maker"))
    row = approve_withdrawal(row, make_user("checker"))

    def withdraw() -> None:
        try:
            run_job(row.job_id, run_withdrawal)
        finally:
            connection.close()

    other = threading.Thread(target=withdraw)
    with transaction.atomic():
        SalesPoint.objects.select_for_update().get(pk=store.pk)
        other.start()
        # By now the withdrawal has read which orders only the first import brought.
        other.join(PATIENCE_SECONDS)
        assert other.is_alive()
        imported(store, sale("O-1", refunded_fen))
    other.join()

    assert net_by("order_number") == {"O-1": net_fen}
    assert ImportWithdrawal.objects.get(pk=row.pk).orders_withdrawn == 1
    assert violations() == []
