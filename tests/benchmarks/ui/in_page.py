"""What is measured inside the page, by the page's own clock."""

from __future__ import annotations

from playwright.sync_api import Page

NODE = '[data-testid="lineage-graph"] .react-flow__node [data-lineage-id]'

WATCH = f"""
window.__tasks = [];
new PerformanceObserver((list) => {{
  for (const entry of list.getEntries()) window.__tasks.push([entry.startTime, entry.duration]);
}}).observe({{ type: "longtask", buffered: true }});
window.__shown = () =>
  [...document.querySelectorAll('{NODE}')].filter((node) => getComputedStyle(node).visibility === "visible").length;
window.__firstNode = null;
const look = () => {{
  if (window.__shown() > 0) window.__firstNode = performance.now();
  else requestAnimationFrame(look);
}};
requestAnimationFrame(look);
"""
"""Runs before the page's own scripts."""

_EXPAND = """
([name]) => new Promise((resolve, reject) => {
  const button = [...document.querySelectorAll("button")].find((one) => one.getAttribute("aria-label") === name);
  const find = () =>
    [...document.querySelectorAll('[data-testid="lineage-root"] *')].find(
      (one) => one.children.length === 0 && /^[0-9]+ nodes?$/.test(one.textContent),
    );
  // The number of nodes in the picture: those outside of the window are not in the page.
  let line = find();
  const count = () => parseInt((line?.isConnected ? line : (line = find()))?.textContent ?? "0");
  const before = count();
  const began = performance.now();
  const look = () => {
    if (count() > before) requestAnimationFrame(() => resolve(performance.now() - began));
    else if (performance.now() - began > 20000) reject(new Error(`nothing was expanded by ${name}`));
    else requestAnimationFrame(look);
  };
  button.click();
  requestAnimationFrame(look);
})
"""

_GO = """
(path) => {
  window.__tasks.length = 0;
  window.__began = performance.now();
  history.pushState({}, "", path);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}
"""


def first_node(page: Page) -> float:
    """Milliseconds from the start of the navigation to the first node that is to be seen."""
    page.wait_for_function("window.__firstNode !== null", timeout=60_000)
    return float(page.evaluate("window.__firstNode"))


def plugin_asked(page: Page) -> float:
    """Milliseconds from the start of the navigation until Airflow asks for our bundle: all before is its own."""
    return float(
        page.evaluate(
            "performance.getEntriesByType('resource').find((one) => one.name.includes('/lineage/static/main.js')).startTime"
        )
    )


def airflow_page(page: Page, url: str) -> float:
    """Milliseconds until a page of Airflow shows its list, which is empty: no plugin has a part in it."""
    page.goto(f"{url}/assets", wait_until="commit")
    page.wait_for_function(
        "document.querySelector('main table, table, [data-testid=\"table-list\"]') !== null", timeout=60_000
    )
    return float(page.evaluate("performance.now()"))


def expand(page: Page, button: str) -> float:
    """Milliseconds from a click on the button of that name to further nodes in the picture."""
    return float(page.evaluate(_EXPAND, [button]))


def go_within(page: Page, path: str) -> None:
    """To another address inside the app, as a link does; long tasks are counted anew."""
    page.evaluate(_GO, path)


def shown(page: Page) -> int:
    return int(page.evaluate("window.__shown()"))


def tasks_since(page: Page) -> list[float]:
    """Milliseconds of each long task since :func:`go_within`."""
    return [
        float(each)
        for each in page.evaluate(
            "window.__tasks.filter(([at]) => at >= window.__began).map(([, took]) => took)"
        )
    ]
