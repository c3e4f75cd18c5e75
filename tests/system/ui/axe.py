"""axe-core on a page: what keeps people out."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

BAD = frozenset({"serious", "critical"})


def violations(page: Page, within: str) -> list[str]:
    """Serious violations inside an element, ours and not Airflow's: ``rule: element``."""
    found: dict[str, Any] = Axe().run(page, context=within).response
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in BAD
        for node in each["nodes"]
    ]
