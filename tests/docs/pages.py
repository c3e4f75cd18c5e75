"""The Markdown of this project and what stands in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*DOCS.glob("**/*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
)

_FENCE = re.compile(
    r"^(?P<mark>```+)(?P<language>[\w+-]*)(?P<options>[^\n]*)\n(?P<body>.*?)^(?P=mark)\s*$",
    re.MULTILINE | re.DOTALL,
)
_TITLE = re.compile(r"\btitle=\"([^\"]+)\"")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?)\s*$", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")


class Fence(NamedTuple):
    """One code block; ``title`` is what stands above it on the page, such as a file's path."""

    language: str
    title: str | None
    body: str
    line: int
    """Line of the page on which the body begins, from 1."""


def every_fence(text: str) -> list[Fence]:
    """All code blocks that are not indented, in their order."""
    found = []
    for match in _FENCE.finditer(text):
        title = _TITLE.search(match["options"])
        line = text.count("\n", 0, match.start("body")) + 1
        found.append(Fence(match["language"], title[1] if title else None, match["body"], line))
    return found


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
