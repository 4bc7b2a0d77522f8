"""Uploads are previewed and written by a real worker, through both brokers."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from orders.models import Order, OrderImport
from orders.selectors.sales_points import find_sales_point
from tests.back_office import take
from tests.orders.intake.exports import ORDER_DETAIL, ORDER_LIST, order, write_list
from tests.uploading import post_files, shop_desk
from tests.workers import Broker, run_worker, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def wait_for(one: OrderImport, state: str) -> OrderImport:
    def arrived() -> bool:
        one.refresh_from_db()
        return one.state == state

    wait_until(arrived, seconds=60, what=lambda: f"{one.state} {one.job and one.job.state}")
    return one


def test_a_worker_previews_and_writes_what_an_operator_uploads_and_confirms(
    broker: Broker, tmp_path: Path
) -> None:
    call_command("load_seeds", stdout=StringIO())
    shop, client = find_sales_point("xunqianji"), shop_desk()
    with run_worker():
        post_files(client, shop, ORDER_LIST, ORDER_DETAIL)
        one = wait_for(OrderImport.objects.get(), "previewed")
        assert not Order.objects.exists()
        take(client, one, "confirm")
        assert wait_for(one, "done").orders == 40

        post_files(client, shop, write_list(tmp_path, [order(店铺名称="别的店")]))
        other = wait_for(OrderImport.objects.first(), "refused")
        assert other.refusal_code == "wrong_shop"
    progress = client.get(reverse("admin:orders_orderimport_progress", args=[one.pk])).json()
    assert (progress["state"], progress["is_live"]) == ("done", False)
