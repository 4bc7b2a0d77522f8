"""Two checkers approve the same sales at the same time, on two connections."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from common.errors import DomainError
from orders.models import DeclaredSale
from orders.selectors.declared import declared_in_force
from orders.services.declaring import approve_declared_sale
from tests.orders.declared_builders import declared, opening, person

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
# Long enough for an approval that nothing holds back to be written.
PATIENCE_SECONDS = 1.0


@pytest.mark.parametrize("hand_in", [declared, opening])
def test_the_second_waits_for_the_first_and_is_refused(
    hand_in: Callable[..., DeclaredSale],
) -> None:
    first, second = hand_in(), hand_in(amount_fen=900_000)
    checkers = person("审核乙"), person("审核丙")
    answers: list[str] = []

    def approve_second() -> None:
        try:
            approve_declared_sale(DeclaredSale.objects.get(pk=second.pk), checkers[1])
            answers.append("approved")
        except DomainError as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    other = threading.Thread(target=approve_second)
    with transaction.atomic():
        approve_declared_sale(first, checkers[0])
        other.start()
        other.join(PATIENCE_SECONDS)
        assert answers == []
    other.join()
    assert answers == ["declared_twice"]
    assert [row.pk for row in declared_in_force(first.kind)] == [first.pk]
