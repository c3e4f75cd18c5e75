"""From an asset to the lineage of the dataset that it is."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.system.ui.axe import violations
from tests.system.ui.conftest import OpenPage
from tests.system.ui.graph_page import wait_for_graph
from tests.system.ui.world import UiWorld

pytestmark = [pytest.mark.system, pytest.mark.slow]

OURS = '[data-testid="lineage-root"]'


def asset_path(uri: str) -> str:
    return f"/plugin/lineage?view=asset&asset_uri={quote(uri, safe='')}"


@pytest.mark.parametrize(
    ("asset", "dataset"),
    [("shop/mart_daily_revenue", "mart_daily_revenue"), ("shop/report.csv", "report.csv")],
)
def test_an_asset_leads_to_the_graph_of_its_dataset(
    world: UiWorld, open_lineage: OpenPage, asset: str, dataset: str
) -> None:
    assets = world.request("GET", "/api/v2/assets", params={"limit": 100})["assets"]
    (uri,) = [one["uri"] for one in assets if one["name"] == asset]
    page = open_lineage(asset_path(uri))
    first = page.locator(f"{OURS} main a, {OURS} a").filter(has_text=dataset).first
    expect(first).to_be_visible()
    assert violations(page, OURS) == []
    first.click()
    expect(page.locator("[data-lineage-id][data-root]")).to_contain_text(dataset)
    wait_for_graph(page, str(page.locator("[data-lineage-id][data-root]").get_attribute("data-lineage-id")))


def test_an_asset_that_nobody_knows_says_what_to_do(open_lineage: OpenPage) -> None:
    page = open_lineage(asset_path("s3://elsewhere/never/written.parquet"))
    expect(page.get_by_text("No dataset is known of this asset")).to_be_visible()
    expect(page.get_by_text("s3://elsewhere/never/written.parquet")).to_be_visible()
    assert violations(page, OURS) == []
    page.get_by_role("link", name="Search for it").click()
    expect(page.get_by_role("combobox")).to_be_visible()
