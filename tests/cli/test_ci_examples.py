"""What people copy into their pipelines is what the parser of the command line takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples" / "ci").glob("*.yml")) + sorted(
    (ROOT / "docs" / "examples" / "ci").glob("*.yaml")
)
COMMAND = re.compile(r"airflow (lineage .*)", re.DOTALL)


def commands_in(value: Any) -> Iterator[list[str]]:
    """Arguments of every ``airflow lineage`` in a document; of a hook with what it is given."""
    if isinstance(value, dict):
        more = [*value.get("args", ())] if "entry" in value else []
        if "entry" in value and value.get("pass_filenames", True):
            more.append("a.odcs.yaml")
        for key, each in value.items():
            for found in commands_in(each):
                yield [*found, *more] if key == "entry" else found
    elif isinstance(value, list):
        for each in value:
            yield from commands_in(each)
    elif isinstance(value, str) and (match := COMMAND.search(value)):
        # What the CI system puts in is one word.
        yield shlex.split(re.sub(r"\$\{\{.*?\}\}", "WORD", match[1]))


def commands_of(path: Path) -> list[list[str]]:
    if path.suffix != ".md":
        return list(commands_in(yaml.safe_load(path.read_text("utf-8"))))
    blocks = re.findall(r"```(?:console|bash)\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("airflow lineage ")]


@pytest.mark.parametrize(
    ("path", "least"),
    [
        (ROOT / "docs" / "ci-check.md", 2),
        (ROOT / ".pre-commit-hooks.yaml", 2),
        *((each, 1) for each in EXAMPLES),
    ],
    ids=lambda given: given.name if isinstance(given, Path) else None,
)
def test_each_command_is_one(path: Path, least: int, capsys: pytest.CaptureFixture[str]) -> None:
    from airflow.cli import cli_parser

    found = commands_of(path)
    assert len(found) >= least
    for arguments in found:
        try:
            parsed = cli_parser.get_parser().parse_args(arguments)
        except SystemExit:
            pytest.fail(f"{shlex.join(arguments)}: {capsys.readouterr().err}")
        assert callable(parsed.func)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3
