"""Every operation of the schema, asked by everybody who may not: the answer is no."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts.rules.roles import ROLE_ACTIONS, ROLE_SCOPE_KINDS
from tests.back_office import desk
from tests.orders.storefront_world import RICE, buyer, open_storefront, paid
from tests.shoppers import GATEWAY, MESSAGES, OTHER_PHONE

# What anybody may ask. A new route is for nobody until it stands here or asks who it is.
FOR_ANYBODY = {
    *("products_list", "products_retrieve", "counties_list", "categories_list", "centres_list"),
    *("campaigns_list", "voucher_batches_list", "touchpoints_create"),
    *("auth_codes_create", "auth_tokens_create", "auth_tokens_refresh"),
    "payments_notices_create",
}
FOR_STAFF = ("reports_", "counter_", "channels_")
# A scope of each kind, somewhere else.
CODES = {
    "everything": "",
    "county": "522634",
    "district": "330105",
    "sales_point": "elsewhere",
    "platform": "elsewhere",
}


def operations() -> Iterator[tuple[str, str, str]]:
    """Yield (operation id, method, path) of the whole schema."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method, path


OPERATIONS = list(operations())
GUARDED = [each for each in OPERATIONS if each[0] not in FOR_ANYBODY]
OF_SHOPPERS = [each for each in GUARDED if not each[0].startswith(FOR_STAFF)]
OF_STAFF = [each for each in GUARDED if each[0].startswith(FOR_STAFF)]


@pytest.fixture(autouse=True)
def site(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()


def filled(path: str, number: str = "1", public_id: str = "", refund: str = "1") -> str:
    """Return a path with something in every place."""
    places = {
        "public_id": public_id or str(uuid4()),
        "client_uuid": str(uuid4()),
        "refund_number": refund,
        "number": number,
        "code": "tea",
        "sales_point": "storefront",
        "external_number": "1",
        "provider": "sandbox",
    }
    for name, value in places.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, path
    return path


def ask(client: Client, method: str, path: str, **headers: str) -> int:
    body = {"data": "{}", "content_type": "application/json"} if method != "get" else {}
    headers.setdefault("Idempotency-Key", uuid4().hex)
    return getattr(client, method)(path, headers=headers, **body).status_code


def test_the_schema_has_what_is_for_anybody_and_more() -> None:
    names = {name for name, _method, _path in OPERATIONS}
    assert names >= FOR_ANYBODY
    assert len(OF_SHOPPERS) >= 20
    assert len(OF_STAFF) >= 5


@pytest.mark.parametrize(("name", "method", "path"), GUARDED, ids=lambda each: each)
def test_nobody_in_particular_is_told_nothing(name: str, method: str, path: str) -> None:
    assert ask(Client(), method, filled(path)) in {401, 403}


@pytest.mark.parametrize("role", sorted(ROLE_ACTIONS))
def test_no_role_of_the_back_office_is_a_shopper(role: str) -> None:
    kind = sorted(ROLE_SCOPE_KINDS[role])[0]
    client = desk(f"{role}-1", role, "read", kind, CODES[kind])
    answers = {name: ask(client, method, filled(path)) for name, method, path in OF_SHOPPERS}
    assert set(answers.values()) == {401}, answers


def test_a_shopper_is_nobody_of_the_back_office() -> None:
    open_storefront()
    token = {"Authorization": f"Bearer {buyer().access}"}
    answers = {
        name: ask(Client(), method, filled(path), **token) for name, method, path in OF_STAFF
    }
    assert set(answers.values()) <= {401, 403}, answers


@pytest.mark.parametrize("role", sorted(ROLE_ACTIONS))
def test_a_role_elsewhere_rings_up_nothing_here(role: str) -> None:
    open_storefront()
    kind = sorted(ROLE_SCOPE_KINDS[role])[-1]
    client = desk(f"{role}-2", role, "read", kind, CODES[kind])
    for name, method, path in OF_STAFF:
        if name.startswith(("counter_", "channels_")):
            assert ask(client, method, filled(path)) in {401, 403, 404}, name


def test_what_belongs_to_another_shopper_does_not_exist() -> None:
    open_storefront()
    owner, other = buyer(), buyer(OTHER_PHONE)
    order = paid(owner, (RICE, 1))
    token = {"Authorization": f"Bearer {other.access}"}
    foreign = [each for each in OF_SHOPPERS if "{number}" in each[2] or "{public_id}" in each[2]]
    assert len(foreign) >= 8
    for name, method, path in foreign:
        place = filled(path, number=order.number, public_id=owner.home)
        # A body that is wrong may be told before the order is looked for.
        assert ask(Client(), method, place, **token) in {400, 404}, name
    order.refresh_from_db()
    assert order.state == "paid"
