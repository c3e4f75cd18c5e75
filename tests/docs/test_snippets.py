from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, fences, inline_code

SNIPPET = re.compile(
    r"^-{1,}8<-{1,} \"(?P<path>[^\":]+)(?::(?P<section>[a-z][a-z-]*)|:(?P<first>\d*)(?::(?P<last>\d*))?)?\"",
    re.MULTILINE,
)
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_included_files_exist_and_python_parts_compile() -> None:
    found = 0
    for page in DOCS.glob("**/*.md"):
        for match in SNIPPET.finditer(page.read_text()):
            found += 1
            lines = (ROOT / match["path"]).read_text().splitlines()
            first, last = int(match["first"] or 1), int(match["last"] or len(lines))
            if section := match["section"]:
                marks = [number for number, line in enumerate(lines, 1) if line.endswith(f":{section}]")]
                assert len(marks) == 2, f"{page.name}: {match['path']} has no section {section}"
                first, last = marks[0] + 1, marks[1] - 1
            assert first <= len(lines), (
                f"{page.name} includes {match['path']} from line {first}, it has {len(lines)}"
            )
            if match["path"].endswith(".py"):
                part = "\n".join(lines[first - 1 : last])
                compile(part, match["path"], "exec")
                assert not part.startswith((" ", "\t")), f"{page.name}: the part begins inside of a block"
    assert found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_examples_compile(page: Path) -> None:
    for block in fences(page.read_text(), "python", "py"):
        if "8<" not in block:
            ast.parse(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page: Path) -> None:
    text = page.read_text()
    commands = [line for block in fences(text, "bash", "sh", "shell", "") for line in block.splitlines()]
    named = [
        words[1]
        for words in (
            shlex.split(command, comments=True)
            for command in [*commands, *inline_code(text)]
            if "make " in command
        )
        if len(words) > 1 and words[0] == "make" and not words[1].startswith(("-", "<", "P"))
    ]
    assert not set(named) - MAKE_TARGETS
