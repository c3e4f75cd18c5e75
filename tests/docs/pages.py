"""The Markdown of this project and what stands in it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*DOCS.glob("**/*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
)

_FENCE = re.compile(
    r"^(?P<mark>```+)(?P<language>[\w+-]*)[^\n]*\n(?P<body>.*?)^(?P=mark)\s*$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?)\s*$", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")


def fences(text: str, *languages: str) -> list[str]:
    """Bodies of code blocks in one of the languages."""
    return [match["body"] for match in _FENCE.finditer(text) if match["language"] in languages]


def prose(text: str) -> str:
    """Text without code blocks."""
    return _FENCE.sub("", text)


def links(text: str) -> list[str]:
    """Targets of links outside of code."""
    return [match["target"] for match in _LINK.finditer(_INLINE.sub("", prose(text)))]


def inline_code(text: str) -> list[str]:
    """What stands between single backticks outside of code blocks."""
    return _INLINE.findall(prose(text))


def anchors(text: str) -> set[str]:
    """Ids that MkDocs gives the headings of a page."""
    from_headings = (match["text"] for match in _HEADING.finditer(prose(text)))
    return {
        re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading.lower())).strip("-")
        for heading in from_headings
    }


def table(text: str, name: str) -> list[list[str]]:
    """Rows of the table between ``<!-- name:begin -->`` and ``<!-- name:end -->``, without heading."""
    block = text.partition(f"<!-- {name}:begin -->")[2].partition(f"<!-- {name}:end -->")[0]
    lines = [line for line in block.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
