from __future__ import annotations

import io
import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.cli import audit_command
from airflow_lineage_provider.cli.audit_definition import AUDIT_COMMANDS
from airflow_lineage_provider.store.audit import AUDIT, append
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from tests.databases import empty

Run = Callable[..., tuple[int, str, str]]
START = datetime(2026, 1, 1, tzinfo=UTC)
GIVEN = {
    "output": "text",
    "checkpoints": None,
    "file": None,
    "since": None,
    "before": None,
    "reason": "",
    "yes": False,
}


@pytest.fixture
def run(metadata_db: None, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command with the arguments that the parser would give it: exit code, stdout, stderr."""
    from airflow import settings

    empty(settings.get_engine())

    def call(command: Callable[[Namespace], None], **arguments: Any) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            command(Namespace(**{**GIVEN, **arguments}))
        except SystemExit as error:
            code = int(error.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    yield call
    empty(settings.get_engine())


def write(count: int) -> None:
    with OwnTransactions().writing() as session:
        for number in range(count):
            append(
                "owner",
                {"number": number},
                actor="me",
                subject=f"ä{number}",
                now=START + timedelta(days=number),
                session=session,
            )


def damage(seq: int, **values: Any) -> None:
    with OwnTransactions().writing() as session:
        session.execute(AUDIT.update().where(AUDIT.c.seq == seq).values(values))


def test_every_command_is_there() -> None:
    assert len(AUDIT_COMMANDS) == 6
    for command in AUDIT_COMMANDS:
        assert callable(getattr(audit_command, command.name))


def test_a_chain_is_sealed_and_verified(run: Run) -> None:
    write(3)
    assert "not sealed yet, so not protected: 3 entries" in run(audit_command.verify)[1]
    assert run(audit_command.seal)[:2] == (0, "3 entries are sealed\n")
    code, out, _ = run(audit_command.verify)
    assert code == 0
    assert out.startswith("intact: 3 entries up to 3\n")


def test_a_broken_chain_ends_with_exit_code_1_and_names_the_entry(run: Run) -> None:
    write(3)
    run(audit_command.seal)
    damage(2, actor="nobody")
    code, out, _ = run(audit_command.verify)
    assert code == 1
    assert out.startswith("BROKEN at entry 2 (changed): its fields do not match its hash")
    code, out, _ = run(audit_command.verify, output="json")
    assert code == 1
    document = json.loads(out)
    assert (document["is_intact"], document["first_bad"], document["entries"]) == (False, 2, 3)
    assert document["faults"][0]["problem"] == "changed"


def test_what_is_broken_can_be_accepted_with_a_reason(run: Run) -> None:
    write(3)
    run(audit_command.seal)
    damage(2, actor="nobody")
    assert run(audit_command.reseal, reason=" ")[0] == 1
    code, out, _ = run(audit_command.reseal, reason="a test went wrong")
    assert code == 0
    assert "BROKEN at entry 2" in out
    assert "accepted now (1 faults)" in out
    code, out, _ = run(audit_command.verify)
    assert code == 0
    assert "accepting 1 fault: a test went wrong" in out
    assert "accepted entry 2 (changed)" in out


def test_nothing_is_sealed_on_a_broken_end(run: Run) -> None:
    write(3)
    run(audit_command.seal)
    damage(3, entry_hash="0" * 64)
    code, out, err = run(audit_command.seal)
    assert (code, out) == (1, "")
    assert "airflow lineage audit reseal --reason" in err


def test_checkpoints_are_kept_in_a_file_and_compared(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints"
    assert run(audit_command.checkpoint, file=str(path))[0] == 1
    write(3)
    code, out, _ = run(audit_command.checkpoint, file=str(path))
    assert (code, out) == (0, f"{path} ends now with the checkpoint of entry 3\n")
    assert "ended already" in run(audit_command.checkpoint, file=str(path))[1]
    assert "checkpoints compared: 1" in run(audit_command.verify, checkpoints=str(path))[1]
    line = json.loads(path.read_text())
    assert sorted(line) == ["at", "head", "origin", "root", "size"]
    path.write_text(json.dumps({**line, "root": "0" * 64}))
    code, out, _ = run(audit_command.verify, checkpoints=str(path))
    assert code == 1
    assert "BROKEN at entry 1 (checkpoint)" in out


def test_a_checkpoint_without_a_file_goes_to_standard_output(run: Run) -> None:
    write(2)
    code, out, _ = run(audit_command.checkpoint)
    assert code == 0
    assert json.loads(out)["size"] == 2


def test_the_configured_file_is_used(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoints"
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__AUDIT_CHECKPOINTS", str(path))
    write(2)
    code, out, err = run(audit_command.verify)
    assert code == 0
    assert "is not there" in err
    run(audit_command.checkpoint)
    assert "checkpoints compared: 1" in run(audit_command.verify)[1]
    path.write_text("x")
    code, out, err = run(audit_command.verify)
    assert (code, out) == (1, "")
    assert "Line 1" in err


def test_a_file_that_is_named_must_be_there(run: Run, tmp_path: Path) -> None:
    code, _, err = run(audit_command.verify, checkpoints=str(tmp_path / "nothing"))
    assert code == 1
    assert "cannot be read" in err
    code, _, err = run(audit_command.export, file=str(tmp_path / "no" / "folder"))
    assert code == 1
    assert "cannot be written" in err


def test_an_export_holds_what_the_hashes_cover(run: Run, tmp_path: Path) -> None:
    write(3)
    run(audit_command.seal)
    write(1)
    lines = [json.loads(line) for line in run(audit_command.export)[1].splitlines()]
    assert [line["seq"] for line in lines] == [1, 2, 3, None]
    assert lines[1]["payload"] == {"number": 1}
    assert lines[1]["prev_hash"] == lines[0]["entry_hash"]
    path = tmp_path / "export"
    code, out, _ = run(audit_command.export, file=str(path), since="2026-01-02")
    assert (code, out) == (0, f"2 entries are in {path}\n")
    assert [json.loads(line)["subject"] for line in path.read_text().splitlines()] == ["ä1", "ä2"]
    assert run(audit_command.export, since="soon")[0] == 1


@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 3), ("", 3)])
def test_a_purge_asks_first(run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    write(3)
    run(audit_command.seal)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    code, _, err = run(audit_command.purge, before="2026-01-03")
    assert code == (0 if left == 1 else 1)
    assert "Delete the payloads of 2 entries" in err
    lines = [json.loads(line) for line in run(audit_command.export)[1].splitlines()]
    assert sum(line["payload"] is not None for line in lines if line["kind"] == "owner") == left
    assert run(audit_command.verify)[0] == 0


def test_a_purge_of_the_future_is_refused(run: Run) -> None:
    code, _, err = run(audit_command.purge, before="2990-01-01", yes=True)
    assert code == 1
    assert "must not be in the future" in err
