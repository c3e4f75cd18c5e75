"""Write the pictures of docs/ui.md and docs/gates.md: ``python -m docs.scripts.ui_pictures``.

They are made of the world of the UI's tests: of the one that LINEAGE_UI_WORLD names, else of one that is started for it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.live.postgres import postgres_url
from tests.system.ui.airflow_pages import GRID, RUN, airflow_paths, open_note
from tests.system.ui.browser import NARROW, WIDE, chromium, open_page
from tests.system.ui.live_world import live_world
from tests.system.ui.per_dag_auth import RESTRICTED
from tests.system.ui.views import view_paths
from tests.system.ui.world import ADMIN, UiWorld, saved_world

FOLDER = Path(__file__).parents[1] / "images" / "ui"
STATE_VARIABLE = "LINEAGE_UI_WORLD"
ROOT = '[data-testid="lineage-root"]'
DARK = ("graph", "findings", "health")
"""Views of which there is a dark picture too."""
LEFT_OUT = ("break-glass", "contracts", "page")
"""Views that show nothing in the docs which another picture does not: a checkout is not made for pictures."""
SETTLED = 1_500
"""Milliseconds for fonts, animations and the last answer."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m docs.scripts.ui_pictures", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("views", nargs="*", help="only these; by default all")
    parser.add_argument("--into", type=Path, help="write all views into this folder, only to look at")
    parser.add_argument("--wide", action="store_true", help="with --into: 1920 pixels wide instead of 1280")
    parser.add_argument("--dark", action="store_true", help="with --into: in the dark theme")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if (options.wide or options.dark) and not options.into:
        parser.error("--wide and --dark are for pictures to look at: say with --into where to write them")
    folder, size = options.into or FOLDER, WIDE if options.wide else NARROW
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, _world() as world:
        paths = {**view_paths(world), **airflow_paths(world)}
        for view in options.views or [view for view in paths if options.into or view not in LEFT_OUT]:
            settle = SETTLE.get(view, _settle)
            picture = folder / f"{view}.png"
            _take(browser, world, paths[view], picture, size=size, dark=options.dark, settle=settle)
            if view in DARK and not options.into:
                _take(browser, world, paths[view], folder / f"{view}-dark.png", size=size, dark=True)
        if not options.views:
            _take(browser, world, paths["graph"], folder / "graph-masked.png", size=size, user=RESTRICTED)
    return 0


@contextmanager
def _world() -> Iterator[UiWorld]:
    if state := os.environ.get(STATE_VARIABLE):
        yield saved_world(Path(state))
        return
    with (
        tempfile.TemporaryDirectory(prefix="shop-") as home,
        live_world(Path(home), database_url=postgres_url("pictures")) as (world, _),
    ):
        yield world


def _take(
    browser: Browser,
    world: UiWorld,
    path: str,
    file: Path,
    *,
    size: tuple[int, int],
    dark: bool = False,
    user: str = ADMIN,
    settle: Callable[[Page], None] | None = None,
) -> None:
    page, watch = open_page(browser, world.url, world.tokens[user], size=size, dark=dark)
    page.goto(f"{world.url}{path}")
    (settle or _settle)(page)
    page.screenshot(path=file, animations="disabled", caret="hide")
    page.context.close()
    print(f"{file.name}: {file.stat().st_size // 1024} KB", *watch.errors, *watch.foreign)


def _settle(page: Page) -> None:
    expect(page.locator(ROOT)).to_be_visible(timeout=60_000)
    expect(page.locator(f'{ROOT} [aria-busy="true"]')).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(SETTLED)


def _settle_grid(page: Page) -> None:
    """Airflow's own grid: the run and its task, each with its state."""
    expect(page.get_by_text("addressees").first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(SETTLED)


def _settle_run(page: Page) -> None:
    """The page of the run, its note open."""
    expect(open_note(page)).to_be_visible(timeout=60_000)
    page.wait_for_timeout(SETTLED)


SETTLE = {GRID: _settle_grid, RUN: _settle_run}
"""How the pages of Airflow's own are waited for, on which nothing is ours."""


if __name__ == "__main__":
    sys.exit(main())
