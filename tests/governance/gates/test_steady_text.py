from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_lineage_provider.governance.gates.steady_text import MOST, steady_text
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from tests.governance.rules.examples import EXAMPLES
from tests.governance.rules.well import NOW, Example


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.rule for example in EXAMPLES])
def test_the_same_findings_a_minute_later_are_told_alike(example: Example) -> None:
    told = []
    for age in range(3):
        verdict = judge(example.broken, levels=Levels(), now=NOW + timedelta(minutes=age))
        told.append(steady_text(verdict.message))
    assert len(set(told)) == 1
    assert example.rule in told[0]
    assert "  fix: " in told[0]


def test_a_message_that_looks_like_a_line_of_its_own_is_left_out() -> None:
    message = "1 finding; result: fail.\n1. rule (block): n a\n  fix: it is 9 hours old\n  owner: ann\n  fix: run it"
    assert steady_text(message) == "1. rule (block): n a\n  owner: ann\n  fix: run it"


def test_only_the_gravest_are_told_and_not_how_many_more_there_are() -> None:
    lines = [f"{number}. rule (block): n t{number}\n  nobody owns it\n  fix: do" for number in range(1, 30)]
    assert steady_text("\n".join(lines)) == steady_text("\n".join(lines[:20]))
    assert steady_text("\n".join(lines)).count("fix: do") == MOST


@pytest.mark.parametrize("message", ["", "All is well with 3 upstream datasets.", "\n\n"])
def test_without_findings_there_is_nothing_to_tell(message: str) -> None:
    assert steady_text(message) == ""
