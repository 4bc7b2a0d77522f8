"""A storefront with tea, rice and fresh mushrooms, and shoppers who buy there over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from orders.models import FreightTariff, Payment, StorefrontOrder
from orders.services.payments.sandbox import HEADER, notice_of, sign
from products.models import Product, Sku
from products.models.stock import StockItem, StockPlace
from products.services.stock import move_stock
from tests.builders import make_sales_point, make_sku
from tests.shoppers import HOME, Phone, signed_in

TEA, RICE, MUSHROOM = "QDN-LS-001", "QDN-RJ-003", "QDN-HP-001"


def open_storefront(packs: int = 10) -> None:
    """Publish three products at 168.00, 49.00 and 20.00 yuan, and put packs on the shelf."""
    make_sales_point(
        "storefront", name="山海集商城", channel_class="storefront", platform="", shop_name=""
    )
    place = StockPlace.objects.create(code="warehouse", name="商城仓", serves_storefront=True)
    for code, price_fen, county in (
        (TEA, 16800, "522634"),
        (RICE, 4900, "522632"),
        (MUSHROOM, 2000, "522622"),
    ):
        sku = make_sku(code, county=county, price_fen=price_fen)
        Sku.objects.filter(pk=sku.pk).update(net_grams=600)
        move_stock(place, sku, kind="receipt", quantity=packs, actor=None)
    Product.objects.update(is_published=True)
    Product.objects.filter(code=MUSHROOM).update(is_fresh=True)
    FreightTariff.objects.create(
        first_grams=1000, first_fen=800, next_grams=1000, next_fen=300, free_from_fen=9900
    )


def buyer(number: str = "13800001112") -> Phone:
    """Return the phone of a shopper who has agreed to the policy and has an address."""
    phone = signed_in(number)
    phone.send("patch", "me/", {"consent_version": settings.PRIVACY_VERSION})
    phone.home = phone.send("post", "me/addresses/", HOME).json()["id"]
    return phone


def basket(*lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {"lines": [{"sku_code": code, "quantity": pieces} for code, pieces in lines], **more}


def quoted(phone: Phone, *lines: tuple[str, int], region: str = "330105") -> dict[str, Any]:
    answer = phone.send("post", "quotes/", basket(*lines, region_code=region))
    assert answer.status_code == 200, answer.content
    return answer.json()


def ordering(
    phone: Phone, *lines: tuple[str, int], key: str = "", due_fen: int | None = None, **more: Any
) -> HttpResponse:
    """Order for the amount that a quote shows, unless another is said."""
    due = quoted(phone, *lines)["due_fen"] if due_fen is None else due_fen
    body = basket(*lines, address_id=phone.home, due_fen=due, **more)
    return phone.send("post", "orders/", body, **{"Idempotency-Key": key or uuid4().hex})


def ordered(phone: Phone, *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    answer = ordering(phone, *lines, **more)
    assert answer.status_code == 201, answer.content
    return answer.json()


def pending(phone: Phone, number: str) -> Payment:
    answer = phone.send("post", f"orders/{number}/payments/", {"provider": "sandbox"})
    assert answer.status_code == 201, answer.content
    return Payment.objects.get(number=answer.json()["number"])


def notify(body: bytes, signature: str | None = None, provider: str = "sandbox") -> HttpResponse:
    """Send a notice as the provider does."""
    return Client().post(
        f"/api/v1/payments/{provider}/notices/",
        body,
        content_type="application/json",
        headers={HEADER: sign(body) if signature is None else signature},
    )


def paid(phone: Phone, *lines: tuple[str, int], **more: Any) -> StorefrontOrder:
    number = ordered(phone, *lines, **more)["number"]
    answer = notify(notice_of(pending(phone, number)))
    assert answer.json() == {"outcome": "applied"}, answer.content
    return StorefrontOrder.objects.get(number=number)


def shelf(code: str) -> tuple[int, int]:
    item = StockItem.objects.get(sku__code=code)
    return item.on_hand, item.reserved
