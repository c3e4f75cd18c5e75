"""From a run that was stopped to one that passes: its finding, a waiver, somebody else's approval, the rerun."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from example_dags.demo.shop import GATED
from tests.system.ui.airflow_pages import RUN, airflow_paths, open_note
from tests.system.ui.conftest import OpenPage
from tests.system.ui.story import BLOCKING_RULE
from tests.system.ui.world import STEWARD, UiWorld

pytestmark = [pytest.mark.system, pytest.mark.slow]

TABLE = "mart_daily_revenue"


def run_path(dag_id: str, run_id: str) -> str:
    return f"/dags/{dag_id}/runs/{quote(run_id, safe='')}/plugin/lineage-dag-run"


def test_the_tab_of_a_run_tells_what_it_read_and_wrote(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(run_path("shop_marts", world.runs["shop_marts"]))
    for text in ("stg_order_lines", "mart_customer_value", "What changed"):
        expect(page.get_by_text(text).first).to_be_visible()


def test_a_blocked_run_passes_once_its_finding_is_waived(world: UiWorld, open_lineage: OpenPage) -> None:
    run_id = world.runs[GATED]
    page = open_lineage(run_path(GATED, run_id))
    expect(page.get_by_text(BLOCKING_RULE).first).to_be_visible()

    page.goto(f"{world.url}/plugin/lineage?view=findings&name={TABLE}&rule={BLOCKING_RULE}")
    page.get_by_role("button", name=BLOCKING_RULE).first.click()
    page.get_by_role("button", name="Ask for a waiver").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("the mart moves until the end of the month")
    dialog.get_by_role("button", name="Ask for a waiver").click()
    expect(page.get_by_text("The waiver was asked for").first).to_be_visible()
    page.goto(f"{world.url}/plugin/lineage?view=findings&section=waivers&state=pending")
    row = page.get_by_role("row").filter(has_text=TABLE)
    expect(row.get_by_role("button", name=re.compile("^Approve"))).to_be_disabled()

    other = open_lineage("/plugin/lineage?view=findings&section=waivers&state=pending", user=STEWARD)
    other.get_by_role("row").filter(has_text=TABLE).get_by_role("button", name=re.compile("^Approve")).click()
    expect(other.get_by_text("is approved").first).to_be_visible()

    assert world.clear(GATED, run_id) == "success"
    page.goto(f"{world.url}{run_path(GATED, run_id)}")
    expect(page.get_by_text("pass", exact=True).first).to_be_visible()


def test_airflows_own_page_of_a_blocked_run_says_what_to_do_next(
    world: UiWorld, open_lineage: OpenPage
) -> None:
    page = open_lineage(airflow_paths(world)[RUN])
    note = open_note(page)
    expect(note).to_contain_text("mart_customer_value")
    expect(note).to_contain_text("airflow lineage contracts apply")
    expect(note).to_contain_text("then clear this run")


def test_who_breaks_is_listed_with_owners_and_next_runs_and_saved(
    world: UiWorld, open_lineage: OpenPage, tmp_path: Path
) -> None:
    page = open_lineage(
        f"/plugin/lineage?view=impact&node={quote(world.node('mart_customer_value'), safe='')}"
    )
    row = page.get_by_role("row").filter(has_text="marketing_segments.summary")
    expect(row).to_contain_text("marketing")
    expect(row).to_contain_text("next ")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    path = tmp_path / "impact.csv"
    download.value.save_as(path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"marketing_segments.summary", "segment_summary"} <= {row["name"] for row in rows}
    assert all(row["owners"] for row in rows if row["type"] == "job")
    page.get_by_role("button", name="Copy as Markdown").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "marketing" in copied
    assert "|" in copied


def test_a_contract_shows_its_versions_and_what_changed(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage("/plugin/lineage?view=contracts&contract=shop-customers")
    expect(page.get_by_text("segment has another description")).to_be_visible()
    expect(page.get_by_text("stg_customers").first).to_be_visible()


def test_the_audit_chain_is_verified(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage("/plugin/lineage?view=audit")
    page.get_by_role("button", name=re.compile("Verify")).first.click()
    expect(page.get_by_text(re.compile("entries|intact|verified", re.I)).first).to_be_visible()
