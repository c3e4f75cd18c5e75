"""Chromium, as tests steer it: signed in, and watched for what no page of ours may do."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

VARIABLE = "CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
NARROW, WIDE = (1280, 800), (1920, 1080)
PATIENCE = 45_000
"""Milliseconds until something that does not appear is missing: how fast it is, the benchmark tells."""
_OWN_SCHEMES = frozenset({"data", "blob", "about"})
_MAY_BE_NONE = re.compile(r"/lineage/api/v2/(runs/\d+/diff|dag-runs/(diff|detail)|gates/[^/?]+)(\?|$)")
"""What is asked for to learn whether it is there: an earlier run, a record, a gate. There, 404 says that it is not."""


class NoChromium(RuntimeError):
    """There is no browser to look with."""


def find_chromium() -> str:
    """Path of the browser."""
    named = os.environ.get(VARIABLE)
    for name in (named,) if named else NAMES:
        if found := shutil.which(name):
            return found
    what = f"{VARIABLE}={named} is no program" if named else f"none of {', '.join(NAMES)} is on the path"
    raise NoChromium(
        f"These tests look at the UI with Chromium, and {what}. Install it (Debian: apt-get install chromium), "
        f"or name one: {VARIABLE}=/path/to/chrome"
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did that it may not do."""

    host: str
    errors: list[str] = field(default_factory=list)
    """Messages on the console, exceptions, answers that were errors."""
    foreign: list[str] = field(default_factory=list)
    """Requests to other hosts."""

    def attach(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # What could not be loaded is told with its address by the answer itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(f"console: {message.text}")

    def _error(self, error: Error) -> None:
        self.errors.append(f"exception: {error.message}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _OWN_SCHEMES and parts.netloc != self.host:
            self.foreign.append(request.url)

    def _response(self, response: Response) -> None:
        is_none = response.status == 404 and _MAY_BE_NONE.search(response.url) is not None
        if response.status >= 400 and not is_none:
            self.errors.append(f"{response.status} {response.request.method} {response.url}")


def open_page(
    browser: Browser,
    base_url: str,
    token: str,
    *,
    size: tuple[int, int] = NARROW,
    dark: bool = False,
) -> tuple[Page, Watch]:
    """A page of somebody who is signed in.

    :param base_url: of Airflow, with its sub-path.
    """
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
        locale="en-US",
        timezone_id="UTC",
        permissions=["clipboard-read", "clipboard-write"],
    )
    parts = urlsplit(base_url)
    context.add_cookies(
        [{"name": "_token", "value": token, "domain": parts.hostname or "", "path": f"{parts.path}/"}]
    )
    if dark:
        # Airflow keeps the choice of its own switch there.
        context.add_init_script("localStorage.setItem('theme', 'dark')")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    watch = Watch(parts.netloc)
    watch.attach(page)
    return page, watch
