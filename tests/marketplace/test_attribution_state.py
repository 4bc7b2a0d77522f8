"""What stands in the database after runs: against the brute force, in any order, in any batch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Max
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.models import AttributionEntry, DailyCount, DailyMoney
from marketplace.selectors.attribution import state_digest
from orders.models import ChangedOrder, SalesEntry
from tests.marketplace.attribution_checks import check_everything, ledger, stored_state
from tests.marketplace.attribution_world import FIRST, Step, World, attribute, steps, undone
from tests.marketplace.ledger_builders import Line, Sale, campaign, day

# The same on every machine, database and batch size: a change of it is a change of the digest.
DIGEST_OF_THE_BATCH_TEST = "c7b7005cc48dcc7cba4971d03b93cad1c1f74d10"


def check_invariants() -> None:
    """Check what must hold of any state, whatever the rules (reference invariants 1 to 8)."""
    entries = ledger()
    direct: dict[tuple, list[int]] = {}
    for (entry_id, code, _, _), money in stored_state().items():
        entry = entries[entry_id]
        sums = direct.setdefault((entry.order_id, entry.line_key, code), [0, 0, 0, 0])
        sums[0 if entry.side == "gross" else 1] += money[0]
        sums[2 if entry.side == "gross" else 3] += money[1]
    for gross, refund, all_gross, all_refund in direct.values():
        assert 0 <= gross + refund <= gross
        assert gross <= all_gross
        assert gross + refund <= all_gross + all_refund
    views = {
        view: sorted(
            DailyMoney.objects.filter(view=view).values_list("campaign_code", "direct_gross_fen")
        )
        for view in ("cohort", "cash")
    }
    sums = {
        view: {code: sum(fen for each, fen in rows if each == code) for code, _ in rows}
        for view, rows in views.items()
    }
    assert {c: f for c, f in sums["cohort"].items() if f} == {
        c: f for c, f in sums["cash"].items() if f
    }


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=steps, batch=st.sampled_from([1, 7, 500]))
def test_any_sequence_of_runs_ends_where_a_full_run_ends(story: list[Step], batch: int) -> None:
    with undone():
        world = World()
        for step in story:
            world.play(step)
        attribute("changed", batch)
        check_everything()
        check_invariants()
        assert not ChangedOrder.objects.exists()
        before = state_digest()
        assert attribute("full", batch).entries_written == 0
        assert attribute("changed", batch).entries_written == 0
        assert state_digest() == before


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 7, 500])
def test_batch_size_changes_nothing(batch: int) -> None:
    campaign("a", day("2020-05-01"), day("2020-05-03"))
    campaign("b", day("2020-05-02"), day("2020-05-04"), scopes={"sales_point": ["shop"]})
    for place in range(10):
        sale = Sale(
            f"N{place}",
            FIRST + timedelta(hours=9 * place),
            [Line(amount_fen=1000 + place), Line(key="b", amount_fen=7, sku="")],
        )
        if place % 3 == 0:
            sale.refund("line", 500)
    run = attribute("full", batch)
    assert (run.status, run.orders) == ("done", 10)
    assert run.digest == DIGEST_OF_THE_BATCH_TEST
    check_everything()


@pytest.mark.django_db
def test_digest_depends_on_content_alone() -> None:
    """Two paths of events, other ids, other runs: the same net content, the same digest."""
    digests = []
    for late in (False, True):
        with undone():
            campaign("a", day("2020-05-01"), day("2020-05-03"))
            order = ["N1", "N2"][:: -1 if late else 1]
            sales = {n: Sale(n, FIRST, [Line(sku="SKU-2" if late else "SKU-1")]) for n in order}
            if late:
                attribute()
                sales["N2"].refund("line", 100, FIRST + timedelta(days=9))
                attribute()
                sales["N2"].refund("line", 200, FIRST + timedelta(days=10))
                for sale in sales.values():
                    sale.restate("line", sku_code="SKU-1")
            else:
                sales["N2"].refund("line", 300)
            attribute("full", 1)
            digests.append(state_digest())
    assert digests[0] == digests[1]


@pytest.mark.django_db
def test_the_state_of_an_earlier_run_reads_the_same_for_ever() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-03"))
    sale = Sale("N1", FIRST, [Line(), Line(key="b")])
    first = attribute()
    then = stored_state()
    sale.refund("line", 100)
    campaign("b", day("2020-05-01"), day("2020-05-03"), priority=1)
    sale.mark()
    attribute()
    assert stored_state() != then
    assert stored_state(as_of_run=first.pk) == then
    check_everything()


@pytest.mark.django_db
def test_a_published_version_changes_nothing_until_a_run_and_then_only_its_orders() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-02"))
    Sale("in", FIRST, [Line()])
    Sale("out", FIRST + timedelta(days=5), [Line()])
    attribute()
    before = (state_digest(), AttributionEntry.objects.count())
    campaign("a", day("2020-05-05"), day("2020-05-07"))
    assert (state_digest(), AttributionEntry.objects.count()) == before
    run = attribute("campaign", code="a")
    assert (run.orders, run.entries_written) == (2, 4)
    check_everything()


@pytest.mark.django_db
def test_a_full_refund_leaves_nothing_and_the_order_still_counts() -> None:
    campaign("a", day("2020-05-01"), day("2020-05-03"))
    campaign("b", day("2020-05-01"), day("2020-05-04"))
    sale = Sale("N1", FIRST, [Line(amount_fen=999, subsidy_fen=100)])
    for part in (333, 333, 333):
        sale.refund("line", part)
    attribute()
    sums: dict[str, int] = {}
    for (_, code, _, _), money in stored_state().items():
        sums[code] = sums.get(code, 0) + sum(money[:2]) + sum(money[4:])
    assert sums == {"": 0, "a": 0, "b": 0}
    row = DailyCount.objects.get(campaign_code="a", dimension="all")
    assert (row.direct_orders, row.direct_stood) == (1, 0)
    check_everything()


@pytest.mark.django_db
def test_the_watermark_is_the_newest_ledger_row() -> None:
    Sale("N1", FIRST, [Line()])
    run = attribute()
    assert run.watermark == SalesEntry.objects.aggregate(last=Max("id"))["last"]
