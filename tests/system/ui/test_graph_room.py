"""Where the graph is drawn: all of it is seen and can be read when it opens, and what comes later is brought into view."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.system.ui.browser import NARROW, WIDE
from tests.system.ui.conftest import OpenPage
from tests.system.ui.graph_page import (
    CANVAS,
    box_of,
    expand,
    graph_path,
    layers,
    node_of,
    shown_ids,
    unreadable,
    wait_for_graph,
)
from tests.system.ui.spark_events import LAKE
from tests.system.ui.views import view_paths
from tests.system.ui.world import UiWorld

pytestmark = [pytest.mark.system, pytest.mark.slow]

REVENUE, VALUE = "mart_daily_revenue", "mart_customer_value"
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
WRITER = "job:default:shop_staging.join_order_lines"


@SIZES
@pytest.mark.parametrize("view", ["graph", "graph-groups", "graph-many"])
def test_the_graph_opens_as_a_whole_that_can_be_read(
    world: UiWorld, open_lineage: OpenPage, view: str, size: tuple[int, int]
) -> None:
    page = open_lineage(view_paths(world)[view], size=size)
    expect(page.get_by_test_id("graph-status")).to_contain_text("nodes")
    expect(page.get_by_text("Laying out")).to_have_count(0)
    page.wait_for_timeout(500)
    assert unreadable(page) == []
    expect(page.get_by_test_id("out-of-view")).to_have_count(0)


@SIZES
@pytest.mark.parametrize("depth", [4, 5])
def test_a_chain_of_seven_layers_and_more_is_seen_as_a_whole(
    world: UiWorld, open_lineage: OpenPage, depth: int, size: tuple[int, int]
) -> None:
    page = open_lineage(graph_path(world.node(REVENUE), depth=depth), size=size)
    wait_for_graph(page, world.node(REVENUE))
    assert layers(page) >= 7
    assert unreadable(page) == []


def test_what_is_too_large_says_what_is_not_in_view(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path(world.node(VALUE), level="column"))
    wait_for_graph(page, world.node(VALUE))
    expect(page.get_by_role("img", name="Overview")).to_be_visible()
    page.get_by_test_id("out-of-view").click()
    expect(page.get_by_test_id("out-of-view")).to_have_count(0)
    assert [fault for fault in unreadable(page) if "outside" in fault] == []


def test_what_is_expanded_comes_into_view(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path(world.node(REVENUE)))
    wait_for_graph(page, world.node(REVENUE))
    expand(page, "Show what stg_order_lines comes from")
    expect(node_of(page, WRITER)).to_be_visible()
    assert unreadable(page) == []


def test_who_has_moved_the_picture_keeps_it(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path(world.node(REVENUE)))
    wait_for_graph(page, world.node(REVENUE))
    pane = page.locator(f"{CANVAS} .react-flow__pane").bounding_box()
    assert pane is not None
    page.mouse.move(pane["x"] + 40, pane["y"] + 40)
    page.mouse.down()
    page.mouse.move(pane["x"] - 160, pane["y"] + 40, steps=5)
    page.mouse.up()
    before = box_of(page, world.node("stg_order_lines"))
    expand(page, "Show what stg_order_lines comes from")
    expect(node_of(page, WRITER)).to_be_attached()
    page.wait_for_timeout(300)
    assert box_of(page, world.node("stg_order_lines"))[0] == pytest.approx(before[0], abs=1)
    expect(page.get_by_test_id("out-of-view")).to_be_visible()


def test_the_drawer_covers_neither_the_selected_node_nor_the_one_in_the_middle(
    world: UiWorld, open_lineage: OpenPage
) -> None:
    page = open_lineage(graph_path(world.node(REVENUE)))
    wait_for_graph(page, world.node(REVENUE))
    last = max((box_of(page, str(node_id))[2], str(node_id)) for node_id in shown_ids(page))[1]
    node_of(page, last).click()
    drawer = page.get_by_test_id("node-drawer")
    expect(drawer).to_be_visible()
    page.wait_for_timeout(500)
    edge = drawer.bounding_box()
    assert edge is not None
    for node_id in (last, world.node(REVENUE)):
        assert box_of(page, node_id)[2] <= edge["x"], node_id


def test_sides_that_nobody_asked_about_have_their_number(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path("job:spark:extract_000"))
    wait_for_graph(page, "job:spark:extract_000")
    side = node_of(page, f"dataset:{LAKE}:hub/all_orders").get_by_role("button", name="Show where")
    expect(side).to_have_text("+39")
    expect(side).to_have_accessible_name("Show where hub/all_orders goes to: 39 that are not shown")
