"""Two people bring in the same log at once: every touch stands once, and nobody is refused."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from marketplace.intake.touch_logs import import_touches
from marketplace.models import TouchImport, Touchpoint
from orders.models import SalesPoint
from tests.builders import make_sales_point
from tests.marketplace.ledger_builders import campaign, day
from tests.marketplace.touch_files import write

ROWS = [f"e{number},buyer-{number},mayday,click,2020-05-01 09:00:00" for number in range(3000)]


def bring_in(path: Path, point: SalesPoint, start: threading.Barrier, told: list) -> None:
    try:
        start.wait()
        told.append(import_touches(path, sales_point=point))
    except Exception as error:
        told.append(error)
    finally:
        connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_rows_in_opposite_order_share_them(tmp_path: Path):
    point = make_sales_point()
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    paths = [write(tmp_path / "one", *ROWS), write(tmp_path / "two", *reversed(ROWS))]
    start, told = threading.Barrier(2), []
    threads = [threading.Thread(target=bring_in, args=(path, point, start, told)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row for row in told if not isinstance(row, TouchImport)] == []
    assert Touchpoint.objects.count() == len(ROWS)
    assert sum(row.accepted for row in told) == len(ROWS)
    assert sum(row.duplicate for row in told) == len(ROWS)
