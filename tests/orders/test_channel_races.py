"""Reports of one order meet on connections of their own: one order, each ledger row once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import SpentNonce
from accounts.services.integration import revoke_integration_key
from orders.models import ChannelReport, Order, SalesEntry, SalesPoint
from tests.builders import make_sales_point, make_sku
from tests.orders.channel_client import Integration, line, make_integration, order, refusal
from tests.orders.ledger_reading import net_by, violations

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
# Long enough for a request that nothing holds back to be answered.
PATIENCE_SECONDS = 1.5
AT_ONCE = 6


@pytest.fixture
def erp() -> Integration:
    make_sku("QDN-LS-001")
    make_sales_point()
    used = make_integration()
    # Noting the first use of a key would make the others wait, and hide what is tested.
    used.get("O-0")
    SpentNonce.objects.all().delete()
    return used


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run acts on threads that start together, each with a connection of its own."""
    start, answers = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait()
            answers.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def told_by(erp: Integration, stated: dict[str, Any], **signing: Any) -> Callable[[], Any]:
    own = Integration(erp.key, erp.secret, Client())
    return lambda: own.put("O-1", stated, **signing)


def test_the_same_order_from_many_connections_is_created_once(erp):
    for _ in range(5):
        answers = at_once([told_by(erp, order()) for _ in range(AT_ONCE)])
    assert {answer.status_code for answer in answers} == {200}
    results = list(ChannelReport.objects.order_by("id").values_list("result", flat=True))
    assert sorted(results) == ["created"] + ["unchanged"] * (5 * AT_ONCE - 1)
    assert ChannelReport.objects.filter(same_as=None).count() == 1
    assert Order.objects.count() == SalesEntry.objects.count() == 1
    assert violations() == []


def test_different_states_at_once_end_in_the_freshest(erp):
    states = [order(line(refunded_fen=fen)) for fen in (0, 100, 200, 300, 400, 500)]
    answers = at_once([told_by(erp, told) for told in states])
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert net_by("order_number") == {"O-1": 16300}
    assert violations() == []


def test_one_signature_sent_many_times_at_once_counts_once(erp):
    answers = at_once([told_by(erp, order(), nonce="n" * 20) for _ in range(AT_ONCE)])
    assert sorted(answer.status_code for answer in answers) == [201] + [401] * (AT_ONCE - 1)
    assert {a.json()["code"] for a in answers if a.status_code == 401} == {"nonce_spent"}
    assert SpentNonce.objects.count() == ChannelReport.objects.count() == 1


def test_a_report_waits_for_whoever_holds_the_sales_point(erp):
    answers: list[Any] = []

    def report() -> None:
        try:
            answers.append(told_by(erp, order())())
        finally:
            connection.close()

    other = threading.Thread(target=report)
    with transaction.atomic():
        SalesPoint.objects.select_for_update().get()
        other.start()
        other.join(PATIENCE_SECONDS)
        assert other.is_alive()
    other.join()
    assert answers[0].status_code == 201


def test_a_key_that_is_revoked_while_its_report_waits_writes_nothing(erp):
    answers: list[Any] = []
    with transaction.atomic():
        SalesPoint.objects.select_for_update().get()
        waiting = threading.Thread(target=lambda: answers.extend(at_once([told_by(erp, order())])))
        waiting.start()
        waiting.join(PATIENCE_SECONDS)
        assert waiting.is_alive()
        revoke_integration_key(key=erp.key, revoked_by=None)
    waiting.join()
    assert [refusal(answer) for answer in answers] == [(401, "key_revoked")]
    assert not Order.objects.exists()
    assert not SpentNonce.objects.exists()
