from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.operators.findings_table import findings_table


@pytest.mark.parametrize(
    ("finding", "standing"),
    [
        ({"level": "block"}, "block"),
        ({"level": "observe", "waiver": {"id": 1, "expires": "2027-01-31"}}, "waived until 2027-01-31"),
        ({"level": "observe", "waiver": None, "is_baselined": True}, "in the baseline"),
        ({"level": "warn", "is_baselined": False}, "warn"),
        ({}, "-"),
    ],
)
def test_a_finding_that_is_let_pass_says_why(finding: dict[str, Any], standing: str) -> None:
    row = findings_table([{"rule": "owner-missing", "message": "nobody", **finding}]).splitlines()[-1]

    assert [cell.strip() for cell in row.split(" | ")] == [
        "owner-missing",
        standing,
        "-",
        "-",
        "-",
        "-",
        "nobody",
    ]


def test_a_table_of_many_findings_says_how_many_more_there_are() -> None:
    table = findings_table([{"rule": "owner-missing", "message": "m" * 5_000}] * 4_000)

    assert table.splitlines()[-1] == "and 3900 more"
    assert len(table) < 100_000


@pytest.mark.parametrize("name", ["\x1b[2J", "\u202e", "\0", "a\nowner-missing | off"])
def test_no_name_can_steer_a_terminal_or_add_a_row(name: str) -> None:
    lines = findings_table([{"rule": "owner-missing", "owner": name, "message": name}]).split("\n")

    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)
