"""On random stories: publishing gives exactly the preview, and every bridge adds up."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.models import AttributionEntry, AttributionRun, DailyCount
from marketplace.rules.attribution.foreseeing import SUMS
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.campaign_report import Asked
from marketplace.rules.campaigns import VersionRules
from marketplace.selectors.attribution import state_digest
from marketplace.selectors.campaign_drafts import current_version_of_code
from marketplace.selectors.reports.bridge import bridge_lines, read_bridge
from marketplace.services.attribution.previewing import (
    is_preview_current,
    request_preview,
    work_preview,
)
from marketplace.services.campaign_drafts import approve_draft, draft_version, submit_draft
from products.models import County
from tests.marketplace.attribution_world import (
    CODES,
    FIRST,
    SCOPES,
    Step,
    World,
    attribute,
    steps,
    undone,
)
from tests.marketplace.ledger_builders import person, sales_point

pytestmark = pytest.mark.django_db
at_ease = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def known(db: None) -> None:
    """Rows that scopes may name."""
    for code in ("522631", "522625"):
        County.objects.create(code=code, name=code, kind="县", source="test")
    sales_point("shop")


@st.composite
def proposals(draw: st.DrawFn) -> tuple[str, VersionRules]:
    start = FIRST + timedelta(hours=draw(st.integers(-30, 60)))
    return draw(st.sampled_from(["a", "Z", "new"])), VersionRules(
        starts_at=start,
        ends_at=start + timedelta(hours=draw(st.integers(1, 200))),
        minimum_level=draw(st.integers(1, 5)),
        scopes=draw(st.sampled_from(SCOPES)),
        priority=draw(st.integers(-1, 2)),
        lookback_days=draw(st.sampled_from([0, 2, 30])),
        is_certified_only=draw(st.booleans()),
        minimum_order_fen=draw(st.sampled_from([0, 0, 2000])),
    )


def net_by_campaign() -> dict[str, dict[str, int]]:
    """Return what each campaign holds under every model that a preview sums."""
    sums = {name: Sum(name) for name in SUMS}
    rows = AttributionEntry.objects.order_by().values("campaign_code").annotate(**sums)
    return {row.pop("campaign_code"): row for row in rows}


def orders_of(code: str) -> int:
    rows = DailyCount.objects.filter(campaign_code=code, dimension="all")
    return sum(row.direct_orders for row in rows)


@at_ease
@given(played=steps, proposal=proposals())
def test_publishing_and_running_gives_exactly_the_preview(
    known: None, played: list[Step], proposal: tuple[str, VersionRules]
) -> None:
    code, stated = proposal
    with undone():
        world = World()
        for step in played:
            world.play(step)
        attribute("full")
        before, orders_before = net_by_campaign(), orders_of(code)
        current = current_version_of_code(code)
        row = draft_version(
            campaign_code=code,
            name="拟改",
            base_number=current.number if current else 0,
            stated=stated,
            reason="试算",
            actor=person("jingban"),
        )
        assert work_preview(request_preview(row).pk)
        row.refresh_from_db()
        assert is_preview_current(row)
        submit_draft(row, person("jingban"))
        approve_draft(row, person("shenhe"))
        attribute()
        after, digest = net_by_campaign(), state_digest()
        attribute("full")
        assert state_digest() == digest
        found = row.preview
        nothing = dict.fromkeys(SUMS, 0)
        for name, sums in found["sums"].items():
            assert sums["before"] == before.get(code, nothing)[f"{name}_fen"]
            assert sums["after"] == after.get(code, nothing)[f"{name}_fen"]
        assert found["orders"] == {"before": orders_before, "after": orders_of(code)}
        moved = {
            each["code"]: each["after_fen"] - each["before_fen"] for each in found["campaigns"]
        }
        for each in {*before, *after}:
            change = [state.get(each, nothing)["direct_fen"] for state in (before, after)]
            assert change[1] - change[0] == moved.get(each, 0)


@at_ease
@given(played=steps, data=st.data())
def test_every_bridge_adds_up_step_by_step_and_line_by_line(
    played: list[Step], data: st.DataObject
) -> None:
    with undone():
        world = World()
        attribute("full")
        for step in played:
            world.play(step)
        attribute()
        runs = [0, *AttributionRun.objects.order_by("id").values_list("id", flat=True)]
        start, middle, end = sorted(
            data.draw(st.lists(st.sampled_from(runs), min_size=3, max_size=3))
        )
        code = data.draw(st.sampled_from(CODES))
        model = data.draw(st.sampled_from(["direct_rule", "participation", *PATH_MODELS]))
        if not start < middle < end:
            return
        asked = Asked(code, model)
        whole, first, second = (
            read_bridge(asked, start=low, end=high)
            for low, high in ((start, end), (start, middle), (middle, end))
        )
        held = AttributionEntry.objects.filter(campaign_code=code)
        column = f"{asked.model_columns}_fen"
        for bridge in (whole, first, second):
            for side in (bridge.start, bridge.end):
                net = held.filter(run__lte=side.run).aggregate(fen=Sum(column, default=0))["fen"]
                assert side.net_fen == net
            assert bridge.start.net_fen + bridge.moved_fen == bridge.end.net_fen
        for one, two, both in zip(first.steps, second.steps, whole.steps, strict=True):
            assert one.net_fen + two.net_fen == both.net_fen
            assert one.entries + two.entries == both.entries
        listed = list(bridge_lines(whole))
        assert len({line.entry for line in listed}) == len(listed)
        for each in whole.steps:
            lines = [line for line in listed if line.step == each.step]
            assert sum(line.net_fen for line in lines) == each.net_fen
            assert len(lines) == each.entries
            assert lines == list(bridge_lines(whole, step=each.step))
        pages = itertools.chain(
            bridge_lines(whole, most=2),
            bridge_lines(whole, after=listed[1].entry if len(listed) > 1 else 2**62),
        )
        assert list(pages) == listed
