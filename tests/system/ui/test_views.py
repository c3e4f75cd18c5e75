"""Every view, light and dark, narrow and wide: without errors, without what keeps people out, without what is cut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.system.ui.axe import violations
from tests.system.ui.browser import NARROW, WIDE
from tests.system.ui.conftest import OpenPage
from tests.system.ui.per_dag_auth import RESTRICTED
from tests.system.ui.views import view_paths
from tests.system.ui.world import VIEWER, UiWorld

pytestmark = [pytest.mark.system, pytest.mark.slow]

VIEWS = [
    "search",
    "graph",
    "graph-columns",
    "graph-groups",
    "graph-drawer",
    "graph-task",
    "graph-many",
    "impact",
    "findings",
    "waivers",
    "break-glass",
    "contracts",
    "contract",
    "owners",
    "orphans",
    "audit",
    "health",
    "coverage",
    "dead-letters",
    "tab-dag",
    "tab-run",
    "tab-run-blocked",
    "tab-task",
    "tab-task-instance",
    "page",
]
OURS = '[data-testid="lineage-root"]'
"""Around everything that is ours: what Airflow's own UI does wrong is not judged here."""


def settle(page: Page) -> None:
    """Until nothing is loading."""
    expect(page.locator(OURS)).to_be_visible()
    expect(page.locator(f'{OURS} [aria-busy="true"]')).to_have_count(0)
    page.wait_for_timeout(300)


def test_views_are_all_that_there_are(world: UiWorld) -> None:
    assert list(view_paths(world)) == VIEWS


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_keeps_nobody_out_and_cuts_nothing(world: UiWorld, open_lineage: OpenPage, view: str) -> None:
    path = view_paths(world)[view]
    for size, dark in ((NARROW, False), (WIDE, True)):
        page = open_lineage(path, size=size, dark=dark)
        settle(page)
        assert violations(page, OURS) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.context.close()


@pytest.mark.parametrize("user", [VIEWER, RESTRICTED])
def test_who_may_read_only_gets_an_answer_everywhere(
    world: UiWorld, open_lineage: OpenPage, user: str
) -> None:
    for view, path in view_paths(world).items():
        if user == RESTRICTED and view == "graph-many":
            continue  # nothing of it may be seen
        page = open_lineage(path, user=user, may_be_refused=True)
        settle(page)
        expect(page.get_by_text("This view does not work")).to_have_count(0)
        page.context.close()


def test_dark_is_dark(world: UiWorld, open_lineage: OpenPage) -> None:
    page = open_lineage(view_paths(world)["graph"], dark=True)
    settle(page)
    assert page.evaluate("document.documentElement.classList.contains('dark')")
    background = page.locator(OURS).evaluate(
        """(one) => {
          while (one && getComputedStyle(one).backgroundColor === "rgba(0, 0, 0, 0)") one = one.parentElement;
          const canvas = document.createElement("canvas").getContext("2d");
          canvas.fillStyle = getComputedStyle(one ?? document.body).backgroundColor;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }"""
    )
    assert sum(background) < 200, background
