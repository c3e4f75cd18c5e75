"""Pages of Airflow's own, as somebody sees them whose run the dag-run gate has stopped."""

from __future__ import annotations

import re
from urllib.parse import quote

from playwright.sync_api import Locator, Page

from example_dags.demo.shop import UNSTARTED
from tests.system.ui.world import UiWorld

GRID, RUN = "gate-grid", "gate-run"


def airflow_paths(world: UiWorld) -> dict[str, str]:
    """Path by name of a page."""
    return {
        GRID: f"/dags/{UNSTARTED}",
        RUN: f"/dags/{UNSTARTED}/runs/{quote(world.runs[UNSTARTED], safe='')}",
    }


def open_note(page: Page) -> Locator:
    """Open the note of the run whose page it is: the page itself shows its first line."""
    page.get_by_role("button", name=re.compile(r"^(Edit note|Note)$")).first.click()
    return page.get_by_role("dialog")
