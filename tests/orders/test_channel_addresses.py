"""What could arrive elsewhere, or as nothing, is refused where it is sent."""

from __future__ import annotations

import json

import pytest

from orders.models import Order
from tests.builders import make_sales_point
from tests.orders.channel_client import address, make_integration, order, refusal

BODY = json.dumps(order()).encode()


@pytest.fixture
def erp(db):
    make_sales_point()
    return make_integration()


@pytest.mark.parametrize("number", ["O-1/", "O-1//", "O//1", "O/../O-1", "O/./1", "O/.."])
def test_a_number_that_would_name_another_order_on_its_way_is_refused(erp, number):
    assert refusal(erp.put(number, order())) == (400, "invalid_input")
    assert not Order.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "GET", "POST"])
def test_an_address_without_its_last_slash_is_refused_and_not_redirected(erp, method):
    path, body = address("O-1").removesuffix("/"), BODY
    answer = erp.send(method, path, body, erp.headers(method, path, body))
    assert refusal(answer) == (404, "slash_missing")
    assert not Order.objects.exists()


def test_a_body_in_chunks_is_asked_for_its_length(erp):
    path, body = address("O-1"), BODY
    headers = erp.headers("PUT", path, body) | {"Transfer-Encoding": "chunked"}
    assert refusal(erp.send("PUT", path, body, headers)) == (411, "length_required")
    assert not Order.objects.exists()
