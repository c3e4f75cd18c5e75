"""The live Airflow of these tests, Chromium, and pages that are watched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.live.postgres import postgres_url
from tests.system.ui.browser import NARROW, Watch, chromium, open_page
from tests.system.ui.live_world import live_world
from tests.system.ui.world import ADMIN, UiWorld, saved_world

STATE_VARIABLE = "LINEAGE_UI_WORLD"
"""File of a world that runs already: see ``python -m tests.system.ui --state``."""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Playwright's loop counts as running in this thread until it is closed: nothing of other tests may end meanwhile.
    # First of all: without a browser nobody should wait for an Airflow.
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def world(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[UiWorld]:
    if state := os.environ.get(STATE_VARIABLE):
        yield saved_world(Path(state))
        return
    with live_world(tmp_path_factory.mktemp("ui"), database_url=postgres_url("ui")) as (world, _):
        yield world


@pytest.fixture
def open_lineage(browser: Browser, world: UiWorld) -> Iterator[OpenPage]:
    """Opens a path of Airflow's UI as somebody; at the end, the pages may have done nothing they may not do.

    ``open_lineage("/plugin/lineage", user="vera", dark=True, size=WIDE, base_url=..., may_be_refused=True)``; a refusal
    is an answer too, which the browser calls an error.
    """
    opened: list[tuple[Page, Watch]] = []
    refused: set[int] = set()

    def open_(
        path: str,
        *,
        user: str = ADMIN,
        base_url: str | None = None,
        size: tuple[int, int] = NARROW,
        dark: bool = False,
        may_be_refused: bool = False,
    ) -> Page:
        url = base_url or world.url
        page, watch = open_page(browser, url, world.tokens[user], size=size, dark=dark)
        opened.append((page, watch))
        if may_be_refused:
            refused.add(id(watch))
        page.goto(f"{url}{path}")
        return page

    yield open_
    for page, _ in opened:
        page.context.close()
    assert [
        error
        for _, watch in opened
        for error in watch.errors
        if not (id(watch) in refused and error.startswith("403 GET"))
    ] == []
    assert [url for _, watch in opened for url in watch.foreign] == []
