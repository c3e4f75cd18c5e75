"""Waivers, break-glass grants and the baseline from the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell

WAIVER = ("--rule", "owner-missing", "--name", "orders", "--days", "14", "--reason", "the team moves")
GRANT = ("--dag-id", "finance_*", "--days", "3", "--reason", "close the books")


@pytest.fixture(autouse=True)
def _tables(office: Any) -> None:
    """Empty ones."""


def test_a_waiver_is_asked_for_by_one_and_approved_by_another(shell: Shell) -> None:
    asked = shell("waivers", "create", *WAIVER, "--by", "ann", "--ticket", "DATA-7")
    (waiver,) = shell.json("waivers", "list")
    assert f"airflow lineage waivers approve {waiver['id']}" in asked
    assert (waiver["state"], waiver["author"], waiver["ticket"]) == ("pending", "ann", "DATA-7")
    number = str(waiver["id"])
    assert "somebody else has to" in shell("waivers", "approve", number, "--by", "ann", code=1)
    shell("waivers", "approve", number, "--by", "bob")
    assert [each["approver"] for each in shell.json("waivers", "list", "--state", "active")] == ["bob"]
    shell("waivers", "revoke", number, "--by", "bob")
    assert shell.json("waivers", "list", "--state", "active") == []
    assert "the team moves (DATA-7)" in shell("waivers", "list", "--output", "plain")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("--rule", "owner-mising"), "Did you mean 'owner-missing'?"),
        (("--days", "91"), "90 days at most"),
        (("--days", "9223372036854775807"), "90 days at most"),
        (("--reason", " "), "reason"),
    ],
)
def test_what_cannot_be_a_waiver_is_one_line(shell: Shell, change: tuple[str, ...], message: str) -> None:
    said = shell("waivers", "create", *WAIVER, *change, code=1)
    assert message in said
    assert len(said.splitlines()) == 1


def test_a_grant_is_asked_for_by_one_and_approved_by_another(shell: Shell) -> None:
    shell("break-glass", "create", "quarter-end", *GRANT, "--most-uses", "5", "--by", "ann")
    assert "somebody else" in shell("break-glass", "approve", "quarter-end", "--by", "ann", code=1)
    assert '{"lineage_break_glass": "quarter-end"}' in shell(
        "break-glass", "approve", "quarter-end", "--by", "bob"
    )
    (grant,) = shell.json("break-glass", "list")
    assert (grant["state"], grant["uses"], grant["approver"]) == ("active", "0 of 5", "bob")
    shell("break-glass", "revoke", "quarter-end", "--by", "bob")
    assert "no grant named 'x'" in shell("break-glass", "revoke", "x", code=1)


def test_a_baseline_goes_into_a_file_and_comes_back(shell: Shell, tmp_path: Path) -> None:
    entry = {"key": "a" * 64, "rule": "owner-missing", "subject": "n orders"}
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps({"version": 1, "findings": [entry]}))
    assert "1 findings added" in shell("baseline", "import", str(path), "--by", "ann")
    assert [(each["subject"], each["is_open"]) for each in shell.json("baseline", "list")] == [
        ("n orders", False)
    ]
    assert json.loads(shell("baseline", "export"))["findings"] == [entry]
    shell("baseline", "export", "--file", str(tmp_path / "again.json"))
    assert json.loads((tmp_path / "again.json").read_text())["findings"] == [entry]
    assert "0 findings added" in shell("baseline", "take")
    assert "1 findings that are mended left" in shell("baseline", "shrink")


@pytest.mark.parametrize(
    ("content", "message"), [(None, "cannot be read"), (b"\xff", "not UTF-8"), (b"[]", "is no baseline")]
)
def test_what_is_no_baseline_is_one_line(
    shell: Shell, tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_bytes(content)
    said = shell("baseline", "import", str(path), code=1)
    assert message in said
    assert len(said.splitlines()) == 1
