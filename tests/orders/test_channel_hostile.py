"""What a broken or hostile system sends is refused with a code and leaves nothing behind."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import SpentNonce
from orders.models import ChannelReport, Order
from tests.builders import make_sales_point, make_sku
from tests.orders.channel_client import address, line, make_integration, order, refusal
from tests.orders.ledger_reading import violations


@pytest.fixture
def erp(db):
    make_sku("QDN-LS-001")
    make_sales_point()
    return make_integration()


GOOD = json.dumps(order())


def nothing_is_left() -> bool:
    return not (
        Order.objects.exists() or ChannelReport.objects.exists() or SpentNonce.objects.exists()
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_input"),
        (b" ", "bad_json"),
        (b"{", "bad_json"),
        (b"[]", "bad_json"),
        (b'"text"', "bad_json"),
        (b"null", "bad_json"),
        (b"\xff\xfe{}", "bad_json"),
        (b"\xef\xbb\xbf{}", "bad_json"),
        ('{"status": "已付款'.encode("gb18030"), "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"a":' * 50_000, "bad_json"),
        (b'{"a":' * 13 + b"1" + b"}" * 13, "bad_json"),
        (b'{"status": "paid", "status": "closed"}', "duplicate_key"),
        (b'{"lines": [{"a": 1, "a": 1}]}', "duplicate_key"),
        (b'{"freight_fen": NaN}', "bad_number"),
        (b'{"freight_fen": -Infinity}', "bad_number"),
        (b'{"freight_fen": 1e400}', "bad_number"),
        (b'{"freight_fen": 1.0}', "bad_number"),
        (b'{"freight_fen": 1e2}', "bad_number"),
        (b'{"freight_fen": ' + b"9" * 5000 + b"}", "bad_number"),
        (b'{"buyer": "a\\u0000b"}', "bad_text"),
        (b'{"buyer": "\\ud800"}', "bad_text"),
        (b'{"lines": [{"title": "\\udfff x"}]}', "bad_text"),
        (b'{"a\\u0000": 1}', "bad_text"),
    ],
)
def test_a_body_that_means_no_one_thing_is_refused(erp, body, code):
    assert refusal(erp.put("O-1", body)) == (400, code)
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "gone"}, "status"),
        ({"status": None}, "status"),
        ({"status": ...}, "status"),
        ({"paid_at": ...}, "paid_at"),
        ({"placed_at": None}, "placed_at"),
        ({"placed_at": "2020-05-01T10:00:00"}, "placed_at"),
        ({"placed_at": "2020-05-01 10:00:00+08:00"}, "placed_at"),
        ({"placed_at": "2020-02-30T10:00:00+08:00"}, "placed_at"),
        ({"placed_at": "0101-09-04T10:00:00-18:19"}, "placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+23:59"}, "placed_at"),
        ({"placed_at": "9999-12-31T23:59:59-23:59"}, "placed_at"),
        ({"placed_at": "1999-12-31T23:59:59+08:00"}, "placed_at"),
        ({"placed_at": "2100-01-01T00:00:00+08:00"}, "placed_at"),
        ({"placed_at": "２０２０-05-01T10:00:00+08:00"}, "placed_at"),
        ({"paid_at": 1588298400}, "paid_at"),
        ({"freight_fen": "800"}, "freight_fen"),
        ({"freight_fen": "８００"}, "freight_fen"),
        ({"freight_fen": -1}, "freight_fen"),
        ({"freight_fen": 10**12 + 1}, "freight_fen"),
        ({"freight_fen": 2**53}, "freight_fen"),
        ({"freight_fen": True}, "freight_fen"),
        ({"freight_fen": None}, "freight_fen"),
        ({"buyer": 17}, "buyer"),
        ({"buyer": None}, "buyer"),
        ({"buyer": "x" * 121}, "buyer"),
        ({"buyer": "two\nlines"}, "buyer"),
        ({"contact": "name"}, "contact"),
        ({"contact": {"name": "样甲", "id_card": "1"}}, "contact.id_card"),
        ({"surprise": 1}, "surprise"),
        ({"lines": []}, "lines"),
        ({"lines": {}}, "lines"),
        ({"lines": None}, "lines"),
        ({"lines": ["1"]}, "lines.0"),
        ({"lines": [line()] * 301}, "lines"),
    ],
)
def test_a_wrong_field_is_named(erp, changes, field):
    answer = erp.put("O-1", order(**changes))
    assert refusal(answer) == (400, "invalid_input")
    assert field in answer.json()["errors"], answer.json()["errors"]
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"line_number": 1}, "line_number"),
        ({"line_number": ""}, "line_number"),
        ({"line_number": "x" * 41}, "line_number"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10**6 + 1}, "quantity"),
        ({"quantity": "1"}, "quantity"),
        ({"quantity": 1.5}, None),
        ({"quantity": None}, "quantity"),
        ({"weight_grams": 0}, "weight_grams"),
        ({"weight_grams": 10**9 + 1}, "weight_grams"),
        ({"list_fen": None}, "list_fen"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"amount_fen": 10**12 + 1}, "amount_fen"),
        ({"refunded_fen": -5}, "refunded_fen"),
        ({"refunded_at": "soon"}, "refunded_at"),
        ({"closed": "true"}, "closed"),
        ({"closed": 1}, "closed"),
        ({"county_code": "5226340"}, "county_code"),
        ({"subsidies": [{"funder": "platform"}]}, "subsidies.0.amount_fen"),
        ({"subsidies": [{"funder": "", "amount_fen": 1}]}, "subsidies.0.funder"),
        ({"subsidies": "platform"}, "subsidies"),
        ({"vouchers": [{"code": "X"}]}, "vouchers.0.code"),
        ({"price": 1}, "price"),
    ],
)
def test_a_wrong_field_of_a_line_is_named_with_its_place(erp, changes, field):
    answer = erp.put("O-1", order(line("1"), line("2", **changes)))
    if field is None:
        assert refusal(answer) == (400, "bad_number")
    else:
        assert refusal(answer) == (400, "invalid_input")
        found = answer.json()["errors"]
        assert any(name.startswith(f"lines.1.{field}") for name in found), found
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        (order(line("1"), line("1", 100)), "line_number_repeated"),
        (order(line(list_fen=100, amount_fen=200)), "amount_exceeds_list"),
        (
            order(line(subsidies=[{"funder": "a", "amount_fen": 16801}])),
            "subsidy_exceeds_amount",
        ),
        (order(line(subsidies=[{"funder": "merchant", "amount_fen": 1}])), "bad_funder"),
        (order(line(subsidies=[{"funder": "a,b", "amount_fen": 1}])), "bad_funder"),
        (order(line(subsidies=[{"funder": "平台", "amount_fen": 1},
                               {"funder": "platform", "amount_fen": 1}])), "funder_repeated"),
        (order(line(refunded_fen=16801)), "refund_exceeds_payment"),
        (order(line(quantity=1, weight_grams=500)), "bad_quantity"),
        (order({"line_number": "1", "title": "茶", "list_fen": 1, "amount_fen": 1}),
         "bad_quantity"),
        (order(line(title="", sku_code="")), "goods_missing"),
        (order(line(title="-", sku_code="")), "goods_missing"),
        (order(line(county_code="52263")), "bad_county_code"),
        (order(line(county_code="５２２６３４")), "bad_county_code"),
        (order(line(vouchers=[{"voucher_code": "X"}, {"voucher_code": "x"}])),
         "voucher_repeated"),
        (order(line(vouchers=[{"voucher_code": "X", "discount_fen": 16801}])),
         "voucher_exceeds_list"),
        (order(paid_at=None), "paid_at_missing"),
        (order(line(refunded_fen=5), paid_at=None, status="unpaid"), "paid_without_time"),
        (order(*[line(str(n), 10**12) for n in range(2)]), "bad_amount"),
    ],
)  # fmt: skip
def test_an_order_that_contradicts_itself_is_refused_whole(erp, stated, code):
    assert refusal(erp.put("O-1", stated)) == (422, code)
    assert nothing_is_left()


@pytest.mark.parametrize(
    "number", ["9.54E+17", "x" * 65, " O-1", "O 1", "а-кириллица", "O-1;--", "=1", "\u200b"]
)
def test_a_number_that_is_none_is_refused(erp, number):
    answer = erp.put(number, order())
    assert refusal(answer) == (400, "invalid_input")
    assert list(answer.json()["errors"]) == ["external_number"]
    assert nothing_is_left()


def test_a_body_beyond_the_limit_is_not_read(erp):
    body = GOOD.encode() + b" " * (512 * 1024)
    assert refusal(erp.put("O-1", body)) == (413, "body_too_large")


@pytest.mark.parametrize("length", ["-1", "x", "９", "1e3", "1" * 30])
def test_a_length_that_is_none_is_refused(erp, length):
    path = address("O-1")
    headers = erp.headers("PUT", path, b"{}")
    answer = erp.send("PUT", path, b"{}", headers, CONTENT_LENGTH=length)
    assert refusal(answer)[0] in {401, 413}


def test_another_kind_of_content_is_refused(erp):
    path, body = address("O-1"), b"status=paid"
    headers = erp.headers("PUT", path, body)
    answer = erp.client.generic(
        "PUT", path, body, content_type="application/x-www-form-urlencoded", headers=headers
    )
    assert refusal(answer) == (415, "unsupported_media_type")
    assert nothing_is_left()


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_no_other_method_is_taken(erp, method):
    path, body = address("O-1"), GOOD.encode()
    answer = erp.send(method, path, body, erp.headers(method, path, body))
    assert refusal(answer) == (405, "method_not_allowed")
    assert nothing_is_left()


def test_a_session_of_the_admin_is_no_signature(erp, admin_client):
    answer = admin_client.put(address("O-1"), GOOD, content_type="application/json")
    assert refusal(answer) == (401, "signature_missing")


WHOLE = order(
    line(
        attributes="盒装",
        subsidies=[{"funder": "platform", "amount_fen": 100}],
        refunded_fen=5,
        refunded_at="2020-05-06T09:00:00+08:00",
        closed=False,
        beneficiary_unit="UNIT-1",
        county_code="522634",
        vouchers=[{"voucher_code": "HZ-1", "campaign_code": "mayday-2020", "discount_fen": 100}],
    ),
    buyer="样例买家",
    contact={"name": "样甲", "phone": "12000000001", "address": "某街1号"},
    payer_unit="UNIT-1",
    campaign_code="mayday-2020",
    freight_fen=800,
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=400)
    | st.sampled_from(["0001-01-01T00:00:00+00:00", "１２", "merchant", "\x00", "a" * 5000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything inside a body."""
    inner: Any = enumerate(value) if isinstance(value, list) else ()
    for key, each in value.items() if isinstance(value, dict) else inner:
        yield (*path, key)
        yield from places(each, (*path, key))


@pytest.mark.django_db
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(where=st.sampled_from(list(places(WHOLE))), what=ANYTHING, number=st.text(max_size=70))
def test_whatever_stands_in_a_field_the_answer_is_a_refusal_or_an_order(where, what, number):
    spoilt = copy.deepcopy(WHOLE)
    holder = spoilt
    for key in where[:-1]:
        holder = holder[key]
    holder[where[-1]] = what
    with transaction.atomic():
        make_sku("QDN-LS-001")
        make_sales_point()
        erp = make_integration()
        for told, named in [(spoilt, "O-1"), (WHOLE, f"x{number}")]:
            answer = erp.put(named, told)
            assert answer.status_code in {200, 201, 400, 401, 404, 422}, answer.content
            numbers = set(Order.objects.values_list("number", flat=True))
            assert (named in numbers) == (answer.status_code < 300)
        assert violations() == []
        transaction.set_rollback(True)
