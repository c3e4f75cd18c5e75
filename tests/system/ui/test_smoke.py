"""The shortest way through the UI: search, a graph, its neighbours; as somebody who may see all, and as one who may not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.system.ui.conftest import OpenPage
from tests.system.ui.graph_page import SEARCH, expand, graph_path, node_of, shown_ids, wait_for_graph
from tests.system.ui.per_dag_auth import RESTRICTED
from tests.system.ui.world import UiWorld

pytestmark = pytest.mark.system


def test_a_search_leads_to_a_graph_that_can_be_expanded(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage("/plugin/lineage")
    page.get_by_role("combobox", name=SEARCH).fill("daily_rev")
    page.get_by_role("option").filter(has_text="mart_daily_revenue").first.click()
    table = world.node("mart_daily_revenue")
    wait_for_graph(page, table)
    before = shown_ids(page)
    assert {table, "job:default:shop_marts.daily_revenue"} <= before
    orders = world.node("stg_order_lines")
    assert orders in before

    expand(page, "Show what stg_order_lines comes from")
    expect(node_of(page, "job:default:shop_staging.join_order_lines")).to_be_visible()
    assert shown_ids(page) > before

    shared = page.url
    page.reload()
    wait_for_graph(page, table)
    expect(node_of(page, "job:default:shop_staging.join_order_lines")).to_be_visible()
    assert page.url == shared


def test_who_may_not_read_a_dag_sees_that_something_is_there(world: UiWorld, open_lineage: OpenPage) -> None:
    table = world.node("mart_daily_revenue")
    page = open_lineage(graph_path(table), user=RESTRICTED)
    wait_for_graph(page, table)
    masked = page.locator('[data-lineage-id^="masked:"]')
    expect(masked.first).to_be_visible()
    expect(masked.first).to_contain_text("restricted")
    assert {"shop_report", "finance_forecast", "revenue_dashboard"} & set(
        page.inner_text("body").split()
    ) == set()


def test_the_page_of_its_own_shows_the_same(world: UiWorld, open_lineage: OpenPage) -> None:
    table = world.node("mart_daily_revenue")
    page = open_lineage(graph_path(table).replace("/plugin/lineage", "/lineage/page"))
    wait_for_graph(page, table)
    page.get_by_role("link", name="Findings").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
