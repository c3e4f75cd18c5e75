"""The graph as tests read and use it."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

CANVAS = '[data-testid="lineage-graph"]'
SEARCH = "Search datasets, tasks, DAGs and columns"
NODE = ".react-flow__node [data-lineage-id]"


def graph_path(node: str, **query: str | int) -> str:
    """Path of the graph around a node."""
    more = "".join(f"&{name}={quote(str(value), safe='')}" for name, value in query.items())
    return f"/plugin/lineage?view=graph&node={quote(node, safe='')}{more}"


def node_of(page: Page, node_id: str) -> Locator:
    return page.locator(f'.react-flow__node [data-lineage-id="{node_id}"]')


def wait_for_graph(page: Page, node_id: str) -> None:
    """Until the node in the middle is there and nothing is being laid out."""
    expect(node_of(page, node_id)).to_be_visible()
    expect(page.get_by_text("Laying out")).to_have_count(0)


def shown_ids(page: Page) -> set[str]:
    ids = page.locator(NODE).evaluate_all("all => all.map(one => one.dataset.lineageId)")
    return {str(node_id) for node_id in ids}


def expand(page: Page, name: str) -> None:
    """Click on a button at the side of a node; those without a number are there for who points at the node."""
    page.get_by_role("button", name=name).first.dispatch_event("click")


_READABLE = """(all) => all.flatMap((one) => {
  const pane = one.closest(".react-flow").getBoundingClientRect();
  const box = one.getBoundingClientRect();
  const isInside = box.left >= pane.left && box.right <= pane.right && box.top >= pane.top && box.bottom <= pane.bottom;
  const texts = [...one.querySelectorAll(".lineage-title > div, .lineage-subtitle > div, .lineage-expand")];
  const zoom = box.width / one.offsetWidth;
  const isSmall = texts.some((text) => parseFloat(getComputedStyle(text).fontSize) * zoom < 11);
  const isCut = texts.some((text) => text.scrollWidth > text.clientWidth + 1);
  const faults = [...(isInside ? [] : ["outside"]), ...(isSmall ? ["small"] : []), ...(isCut ? ["cut"] : [])];
  return faults.map((fault) => `${one.dataset.lineageId}: ${fault}`);
})"""


def unreadable(page: Page) -> list[str]:
    """Nodes that are not entirely in the picture, whose text is smaller than 11 pixels, or cut, each with what it is."""
    return list(page.locator(NODE).evaluate_all(_READABLE))


def layers(page: Page) -> int:
    """How many nodes stand side by side."""
    return int(
        page.locator(NODE).evaluate_all(
            "all => new Set(all.map(one => Math.round(one.getBoundingClientRect().left))).size"
        )
    )


def box_of(page: Page, node_id: str) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) on screen."""
    box = node_of(page, node_id).bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]
