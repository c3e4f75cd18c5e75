from __future__ import annotations

import argparse
import itertools
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.get_provider_info import get_provider_info
from docs.scripts.reference import BLOCKS, block_in
from tests.docs.pages import PAGES, ROOT, fences, inline_code

DECLARED = get_provider_info()["config"]["lineage_provider"]["options"]
# Airflow reads an option that holds secrets from a command or a secrets backend too.
OPTIONS = set(DECLARED) | {
    f"{name}_{way}"
    for name, option in DECLARED.items()
    if option.get("sensitive")
    for way in ("cmd", "secret")
}


@pytest.mark.parametrize("name", BLOCKS)
def test_reference_pages_match_the_code(name: str) -> None:
    page, make = BLOCKS[name]
    assert block_in(page, name) == make(), "run python -m docs.scripts.reference"


@cache
def lineage_parser() -> argparse.ArgumentParser:
    from airflow.cli.cli_parser import _add_command

    from airflow_lineage_provider.cli.definition import get_lineage_cli_commands

    parser = argparse.ArgumentParser(prog="airflow")
    groups = parser.add_subparsers()
    for command in get_lineage_cli_commands():
        _add_command(groups, command)
    return parser


def lineage_commands(page: Path) -> Iterator[list[str]]:
    """Commands of code blocks, whole; those in running text may be cut short, so only the names count there."""
    text = page.read_text()
    blocks: list[str] = fences(text, "bash", "sh", "shell", "text", "console")
    joined = re.sub(r"\\\n(> )?", " ", "\n".join(blocks))
    for line in joined.splitlines():
        command = line.removeprefix("$ ")
        if command.startswith("airflow lineage "):
            lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            words = list(itertools.takewhile(lambda word: word[:1] not in tuple("><|;&"), lexer))
            yield [word for word in words[1:] if word != "..."]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_code_blocks_are_accepted(page: Path) -> None:
    for words in lineage_commands(page):
        lineage_parser().parse_args(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_text_exist(page: Path) -> None:
    for code in inline_code(page.read_text()):
        match = re.match(r"airflow lineage ([a-z-]+)(?: ([a-z-]+))?", code)
        if match is None:
            continue
        group: Any = lineage_parser()
        for word in ("lineage", *(word for word in match.groups() if word)):
            nested = [action for action in group._actions if isinstance(action, argparse._SubParsersAction)]
            if not nested:
                break
            assert word in nested[0].choices, f"airflow lineage has no {word} in {code!r}"
            group = nested[0].choices[word]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_options_exist(page: Path) -> None:
    text = page.read_text()
    named = set(re.findall(r"\[lineage_provider\] ([a-z_]+)", text))
    named |= {name.lower() for name in re.findall(r"AIRFLOW__LINEAGE_PROVIDER__([A-Z_]+)", text)}
    assert not named - OPTIONS
