"""The graph: columns, time, groups, ways, keys, files, and addresses under a sub-path."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.system.ui.conftest import OpenPage
from tests.system.ui.graph_page import CANVAS, SEARCH, expand, graph_path, node_of, shown_ids, wait_for_graph
from tests.system.ui.spark_events import DASHBOARD, LAKE
from tests.system.ui.world import UiWorld

pytestmark = [pytest.mark.system, pytest.mark.slow]

REVENUE = "mart_daily_revenue"
COUNT = f"document.querySelectorAll('{CANVAS} [data-lineage-id]').length"
"""Nodes that are there."""
DASHBOARD_NODE = f"dataset:{LAKE}:{DASHBOARD}"


def test_columns_show_where_they_come_from(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path(world.node(REVENUE)))
    wait_for_graph(page, world.node(REVENUE))
    page.get_by_label("Show", exact=True).select_option("Columns")
    table = node_of(page, world.node(REVENUE))
    expect(table).to_contain_text("ordered_on")
    expect(node_of(page, world.node("stg_order_lines"))).to_contain_text("net_amount")
    table.get_by_text("revenue", exact=True).click()
    expect(page).to_have_url(re.compile("column=revenue"))


def test_the_slider_goes_back_to_what_was_known(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path(DASHBOARD_NODE))
    wait_for_graph(page, DASHBOARD_NODE)
    now = shown_ids(page)
    slider = page.get_by_role("slider", name="Moment in time")
    slider.focus()
    slider.press("Home")
    expect(page).to_have_url(re.compile("as_of="))
    page.wait_for_function(f"[{COUNT}].every((count) => count > 0 && count < {len(now)})")
    assert DASHBOARD_NODE in shown_ids(page)
    page.get_by_role("button", name="Back to now").click()
    page.wait_for_function(f"{COUNT} === {len(now)}")
    assert shown_ids(page) == now


def test_nodes_are_grouped_by_dag(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path(world.node(REVENUE), depth=4))
    wait_for_graph(page, world.node(REVENUE))
    page.get_by_label("Group by").select_option("DAG")
    expect(page.locator(CANVAS).get_by_text("shop_staging", exact=True).first).to_be_visible()


def test_keys_walk_the_graph_and_open_the_drawer(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(graph_path(world.node(REVENUE)))
    wait_for_graph(page, world.node(REVENUE))
    node_of(page, world.node(REVENUE)).focus()
    page.keyboard.press("ArrowLeft")
    writer = node_of(page, "job:default:shop_marts.daily_revenue")
    expect(writer).to_be_focused()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("complementary", name="Details of")
    expect(drawer).to_contain_text("shop_marts")
    expect(drawer).to_contain_text("INSERT INTO")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_keys_walk_to_nodes_that_are_not_on_screen(world: UiWorld, open_lineage: OpenPage) -> None:
    hub = f"dataset:{LAKE}:hub/all_orders"
    more = (f"down:{hub}", *(f"down:job:spark:extract_{number:03d}" for number in range(40)))
    page = open_lineage(graph_path(hub) + "".join(f"&open={quote(side, safe='')}" for side in more))
    wait_for_graph(page, hub)
    drawn = shown_ids(page)
    node_of(page, hub).focus()
    page.keyboard.press("ArrowRight")
    reached = set()
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        page.wait_for_function("document.activeElement.dataset.lineageId !== undefined")
        reached.add(page.evaluate("document.activeElement.dataset.lineageId"))
    assert reached - drawn
    expect(node_of(page, str(page.evaluate("document.activeElement.dataset.lineageId")))).to_be_in_viewport()


def test_the_drawer_tells_everything_of_a_dataset(world: UiWorld, open_lineage: OpenPage) -> None:
    table = world.node("mart_customer_value")
    page = open_lineage(graph_path(table, selected=table))
    drawer = page.get_by_role("complementary", name="Details of")
    for text in (
        "sales-analytics@example.com",
        "shop-customer-value",
        "customer_id",
        "History of the schema",
        "Read by",
    ):
        expect(drawer).to_contain_text(text)


@pytest.mark.parametrize(
    ("item", "start"), [("Mermaid", b"flowchart"), ("Picture (SVG)", b"<svg"), ("Picture (PNG)", b"\x89PNG")]
)
def test_the_graph_is_saved_as_a_file(
    world: UiWorld, open_lineage: OpenPage, tmp_path: Path, item: str, start: bytes
) -> None:
    page = open_lineage(graph_path(world.node(REVENUE)))
    wait_for_graph(page, world.node(REVENUE))
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=item).click()
    path = tmp_path / "file"
    download.value.save_as(path)
    content = path.read_bytes()
    assert content.lstrip().startswith(start)
    if item != "Picture (PNG)":
        assert REVENUE.encode() in content


def test_the_same_works_under_a_sub_path(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage("/plugin/lineage", base_url=world.sub_path_url)
    page.get_by_role("combobox", name=SEARCH).fill(REVENUE)
    page.get_by_role("option").first.click()
    wait_for_graph(page, world.node(REVENUE))
    assert page.url.startswith(f"{world.sub_path_url}/plugin/lineage")
    page.goto(
        f"{world.sub_path_url}{graph_path(world.node(REVENUE)).replace('/plugin/lineage', '/lineage/page')}"
    )
    wait_for_graph(page, world.node(REVENUE))


def test_a_dataset_with_many_readers_says_how_many_are_hidden(world: UiWorld, open_lineage: OpenPage) -> None:
    hub = f"dataset:{LAKE}:hub/all_orders"
    page = open_lineage(graph_path(hub))
    wait_for_graph(page, hub)
    expand(page, "Show where hub/all_orders goes to: 3")
    expect(page.get_by_test_id("graph-status")).to_contain_text("51 nodes")
    assert len(shown_ids(page)) <= 51
