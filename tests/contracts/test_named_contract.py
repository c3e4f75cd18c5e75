from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.contracts.named_contract import UnknownContract, version_named
from tests.contracts.test_apply import ORDERS, write
from tests.contracts.test_contracts_command import args, commands
from tests.store.test_contracts import body, put

__all__ = ["commands"]

NEXT = ORDERS.replace("logicalType: integer", "logicalType: string")


def diff(capsys: pytest.CaptureFixture[str], old: Any, new: Any, output: str = "json") -> tuple[int, Any]:
    from airflow_lineage_provider.cli.contract_files_command import diff as command

    capsys.readouterr()
    code = 0
    try:
        command(Namespace(old=str(old), new=str(new), output=output))
    except SystemExit as error:
        code = int(error.code or 0)
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if output == "json" and printed.out else printed


def test_a_breaking_change_without_a_major_version_is_refused(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    write(tmp_path, old=ORDERS, new=NEXT, raised=NEXT.replace("1.0.0", "2.0.0"))
    code, found = diff(capsys, tmp_path / "old.odcs.yaml", tmp_path / "new.odcs.yaml")
    assert (code, found["impact"], found["is_version_raised"]) == (1, "major", False)
    assert {"kind", "path", "was", "now", "impact", "message"} == set(found["changes"][0])
    code, found = diff(capsys, tmp_path / "old.odcs.yaml", tmp_path / "raised.odcs.yaml")
    assert (code, found["is_breaking"], found["is_version_raised"]) == (0, True, True)
    code, printed = diff(capsys, tmp_path / "old.odcs.yaml", tmp_path / "new.odcs.yaml", output="table")
    assert (code, "raise the major version (it still is 1.0.0)" in printed.err) == (1, True)


def test_versions_in_force_and_before_are_named_by_id(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    commands.apply(args(write(tmp_path, orders=ORDERS)))
    commands.apply(args(write(tmp_path, orders=NEXT.replace("1.0.0", "1.1.0"))))
    code, found = diff(capsys, "orders@1.0.0", "orders")
    assert (code, found["old"], found["new"]) == (1, "orders@1.0.0", "orders@1.1.0")
    code, found = diff(capsys, tmp_path / "orders.odcs.yaml", "orders@1.1.0")
    assert (code, found["impact"], found["changes"]) == (0, None, [])


@pytest.mark.parametrize(
    ("name", "words"),
    [("nobody", "no file and no contract 'nobody'"), ("nobody@1", "no contract 'nobody@1'")],
)
def test_what_is_not_there_is_said(commands: Any, capsys: pytest.CaptureFixture[str], name: str, words: str):
    code, printed = diff(capsys, name, name, output="table")
    assert (code, words in printed.err) == (1, True)


def test_an_id_may_hold_an_at_sign(db: Any):
    put(db, body("1", contract_id="a@b"))
    put(db, body("2", contract_id="a"))
    assert version_named("a@b", session=db).contract_id == "a@b"
    assert version_named("a@b@1", session=db).version == "1"
    assert version_named("a@2", session=db).contract_id == "a"
    with pytest.raises(UnknownContract, match="contract a has no version '3'; it has 2"):
        version_named("a@3", session=db)
