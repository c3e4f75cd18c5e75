"""Ask the UI of a live Airflow for the graph of a large store."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine

from tests.benchmarks.graph.world import DATASET_NAMESPACE, World, dataset_name, fill
from tests.benchmarks.ui.in_page import (
    WATCH,
    airflow_page,
    expand,
    first_node,
    go_within,
    plugin_asked,
    shown,
    tasks_since,
)
from tests.live.postgres import postgres_url
from tests.system.ui.browser import Watch, chromium, open_page
from tests.system.ui.graph_page import graph_path
from tests.system.ui.live_world import answers, ui_airflow
from tests.system.ui.world import ADMIN

Say = Callable[[str], None]
STORE = World(10_000, 5_000)
SETTLED = 2_000
"""Milliseconds after which nothing of an opened graph is expected any more."""
_EXPANDS = re.compile(r"^\+[1-9]")
"""Text of a button that is known to hide something."""


@dataclass(slots=True)
class Figures:
    """Milliseconds, a number for each sample."""

    cold: list[float] = field(default_factory=list)
    """First node, from the start of the navigation, with an empty browser cache: Airflow's own UI is in it."""
    warm: list[float] = field(default_factory=list)
    """The same with what the browser keeps."""
    own: list[float] = field(default_factory=list)
    """The part of it that is ours: from where Airflow asks for the bundle."""
    empty: list[float] = field(default_factory=list)
    """An empty list of Airflow's own, at the same time, to compare with."""
    within: list[float] = field(default_factory=list)
    """First node from a click inside the app."""
    expanded: list[float] = field(default_factory=list)
    long_tasks: list[float] = field(default_factory=list)
    """The longest of each opening of a node of the large component."""
    nodes: int = 0

    def worst_task(self) -> float:
        return max(self.long_tasks, default=0.0)

    def typical(self, name: str) -> float:
        return median(getattr(self, name))


def measure(samples: int, say: Say) -> Figures:
    """Figures of a store of 10,000 jobs, half of them connected."""
    figures = Figures()
    with store() as (url, token), chromium() as browser:
        say(f"{STORE.jobs:,} jobs in components of {STORE.component:,} are filled in, Airflow answers")
        _warm_up(browser, url, token)
        for number in range(samples):
            _sample(browser, url, token, number, figures)
            say(f"sample {number + 1} of {samples}")
    return figures


@contextmanager
def store() -> Iterator[tuple[str, str]]:
    """(URL, token) of an API server above the store; nothing else of Airflow runs."""
    database_url = postgres_url("ui_store")
    with tempfile.TemporaryDirectory(prefix="lineage-ui-") as home:
        airflow = ui_airflow(Path(home), database_url)
        airflow.migrate()
        engine = create_engine(database_url)
        fill(engine, STORE)
        engine.dispose()
        server = airflow.components["api-server"]
        server.start()
        try:
            airflow.wait(lambda: answers(f"{airflow.api_url}/api/v2/version"), 180, "Airflow answers")
            yield airflow.api_url, airflow.token_of(ADMIN)
        finally:
            server.reap(server.interrupt())


def node(dataset: int) -> str:
    return f"dataset:{DATASET_NAMESPACE}:{dataset_name(dataset)}"


def _page(browser: Browser, url: str, token: str) -> tuple[Page, Watch]:
    page, watch = open_page(browser, url, token)
    page.context.add_init_script(WATCH)
    return page, watch


def _warm_up(browser: Browser, url: str, token: str) -> None:
    page, _ = _page(browser, url, token)
    page.goto(f"{url}{graph_path(node(STORE.output(7)))}")
    first_node(page)
    page.context.close()


def _sample(browser: Browser, url: str, token: str, number: int, figures: Figures) -> None:
    middle = STORE.middle() + number
    page, _ = _page(browser, url, token)
    page.goto(f"{url}{graph_path(node(middle))}", wait_until="commit")
    figures.cold.append(first_node(page))
    page.wait_for_timeout(SETTLED)
    button = page.locator("button[aria-label]", has_text=_EXPANDS).first.get_attribute("aria-label")
    assert button is not None
    figures.expanded.append(expand(page, button))
    page.goto(f"{url}{graph_path(node(middle))}", wait_until="commit")
    figures.warm.append(first_node(page))
    figures.own.append(figures.warm[-1] - plugin_asked(page))
    figures.empty.append(airflow_page(page, url))

    page.goto(f"{url}/plugin/lineage")
    page.get_by_role("combobox").first.wait_for()
    page.wait_for_timeout(SETTLED)
    # As deep as one may ask, from the dataset that the whole component comes from.
    go_within(page, graph_path(node(STORE.source() if number % 2 else middle), depth=5))
    figures.within.append(first_node(page) - float(page.evaluate("window.__began")))
    page.wait_for_timeout(SETTLED)
    figures.long_tasks.append(max(tasks_since(page), default=0.0))
    figures.nodes = max(figures.nodes, shown(page))
    page.context.close()
