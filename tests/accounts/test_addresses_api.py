"""A shopper's addresses: theirs alone, one of them the default."""

from __future__ import annotations

import pytest

from tests.shoppers import GATEWAY, HOME, MESSAGES, OTHER_PHONE, PHONE, refusal, signed_in


@pytest.fixture(autouse=True)
def messages(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()


def test_addresses_are_kept_changed_and_forgotten_with_one_default() -> None:
    phone = signed_in()
    first = phone.send("post", "me/addresses/", HOME).json()
    assert (first["phone"], first["is_default"]) == (PHONE, True)
    second = phone.send("post", "me/addresses/", {**HOME, "is_default": True}).json()
    listed = phone.send("get", "me/addresses/").json()
    assert [row["id"] for row in listed["results"]] == [second["id"], first["id"]]
    assert [row["is_default"] for row in listed["results"]] == [True, False]
    path = f"me/addresses/{first['id']}/"
    changed = phone.send("put", path, {**HOME, "detail": "2号", "is_default": True}).json()
    assert (changed["detail"], changed["is_default"]) == ("2号", True)
    assert phone.send("delete", path).status_code == 204
    assert refusal(phone.send("get", path)) == (404, "address_not_found")
    [left] = phone.send("get", "me/addresses/").json()["results"]
    assert (left["id"], left["is_default"]) == (second["id"], True)
    for _ in range(19):
        assert phone.send("post", "me/addresses/", HOME).status_code == 201
    assert refusal(phone.send("post", "me/addresses/", HOME)) == (422, "too_many_addresses")


def test_somebody_elses_address_does_not_exist() -> None:
    owner = signed_in()
    path = f"me/addresses/{owner.send('post', 'me/addresses/', HOME).json()['id']}/"
    other = signed_in(OTHER_PHONE)
    for method, body in (("get", None), ("put", HOME), ("delete", None)):
        assert refusal(other.send(method, path, body)) == (404, "address_not_found")
    assert other.send("get", "me/addresses/").json()["count"] == 0
    assert owner.send("get", path).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"region_code": "33"}, "region_code"),
        ({"phone": "110"}, "phone"),
        ({"receiver": "张\n三"}, "receiver"),
        ({"receiver": ""}, "receiver"),
        ({"detail": "某" * 121}, "detail"),
        ({"is_default": "yes"}, "is_default"),
    ],
)
def test_an_address_that_nobody_could_use_is_refused(change: dict, field: str) -> None:
    answer = signed_in().send("post", "me/addresses/", {**HOME, **change})
    assert refusal(answer) == (400, "invalid_input")
    assert list(answer.json()["errors"]) == [field]
