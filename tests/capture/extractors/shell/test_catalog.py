from __future__ import annotations

import re
from pathlib import Path

import pytest

from airflow_lineage_provider.capture.extractors.shell.tools import registry
from airflow_lineage_provider.capture.extractors.shell.tools.catalog import TOOLS
from airflow_lineage_provider.capture.extractors.shell.tools.registry import plain_name, tool_of

PAGE = Path(__file__).parents[4] / "docs" / "shell.md"


@pytest.mark.parametrize("program", TOOLS)
def test_each_tool_is_there_and_on_the_page(program: str) -> None:
    assert callable(tool_of(program))
    assert f"`{program}`" in re.search(r"## Programs\n(.*?)\n## ", PAGE.read_text(), re.DOTALL)[1]  # type: ignore[index]


def test_no_tool_is_without_a_program() -> None:
    files = {path.stem for path in (Path(registry.__file__).parent).glob("*.py")}
    assert files - {"__init__", "catalog", "registry"} == {name.partition(":")[0] for name in TOOLS.values()}


@pytest.mark.parametrize(
    ("program", "plain"),
    [("psql-16", "psql"), ("psql16", "psql"), ("sqlite3", "sqlite3"), ("python3.11", "python3.11")],
)
def test_a_version_in_a_name_is_of_no_matter(program: str, plain: str) -> None:
    assert plain_name(program) == plain


def test_a_program_without_a_tool_has_none() -> None:
    assert tool_of("python") is None
