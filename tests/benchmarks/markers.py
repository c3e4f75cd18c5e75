"""Write a generated block into a Markdown page, between its markers."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def write_between_markers(name: str, text: str, page: Path = PAGE) -> None:
    """Replace what stands between ``<!-- name:begin -->`` and ``<!-- name:end -->``."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before = page.read_text()
    after, count = re.subn(
        rf"(?<={re.escape(begin)}\n).*?(?={re.escape(end)})",
        lambda _: f"\n{text}\n\n",
        before,
        flags=re.DOTALL,
    )
    if count != 1:
        raise ValueError(f"{page} must hold {begin} and {end} once")
    page.write_text(after)
