from __future__ import annotations

import shlex

import pytest

from tests.docs.pages import DOCS, fences
from tests.docs.test_reference import lineage_parser

EXAMPLES = (
    (DOCS / "sql.md").read_text().partition("<!-- parse:begin -->")[2].partition("<!-- parse:end -->")[0]
)
COMMANDS = fences(EXAMPLES, "bash")
OUTPUTS = fences(EXAMPLES, "text", "json")


@pytest.mark.parametrize(("command", "printed"), list(zip(COMMANDS, OUTPUTS, strict=True)))
def test_a_command_prints_what_the_page_shows(
    command: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = lineage_parser().parse_args(shlex.split(command)[1:])
    arguments.func(arguments)
    out = capsys.readouterr().out
    # The first use of Airflow's configuration in a process may log about it.
    assert out[out.index(printed[0]) if printed[0] == "{" else out.index("1. ") :] == printed


def test_there_are_examples_of_both_outputs() -> None:
    assert len(COMMANDS) == 2
