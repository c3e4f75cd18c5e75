from __future__ import annotations

import logging
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts import folder
from airflow_lineage_provider.contracts.owners_import import source_of
from airflow_lineage_provider.contracts.owners_watch import (
    OwnersReport,
    OwnersWatcher,
    watch_owners_once,
)
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.ownership.sources import replace_source
from airflow_lineage_provider.store.registered_owners import OWNER
from airflow_lineage_provider.store.tables import AuditEntry
from tests.airflow_rows import NOW
from tests.store.ownership.test_sources import lines


def write(path: Path, text: str, *, age: int = 60) -> Path:
    """A file that was written so many seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    seconds = path.stat().st_mtime - age
    os.utime(path, (seconds, seconds))
    return path


class Server:
    """An API server that watches some files."""

    def __init__(self, engine: Any, *names: Path | str) -> None:
        self.engine = engine
        self.names = [str(name) for name in names]
        self.watcher = OwnersWatcher(OwnTransactions(lambda: Session(engine)))
        self.now = NOW

    def look(self) -> OwnersReport:
        self.now += timedelta(minutes=1)
        return self.watcher.look(self.names, now=self.now)

    @property
    def owners(self) -> list[tuple[str, str]]:
        with Session(self.engine) as session:
            rows = session.execute(select(OWNER).order_by(OWNER.c.source, OWNER.c.position))
            return [(os.path.basename(row.source), row.owner) for row in rows]

    @property
    def told(self) -> int:
        with Session(self.engine) as session:
            return len(session.execute(select(AuditEntry.id).where(AuditEntry.kind == "owner")).all())


def wrong(report: OwnersReport) -> dict[str, str]:
    return {os.path.basename(name): str(problems[0]) for name, problems in report.problems.items()}


def test_a_file_is_imported_and_read_again_only_when_it_changed(committed: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "OWNERS", "a.* ann\n")
    server = Server(committed, file)
    (change,) = server.look().changes
    assert (change.source, len(change.added)) == (str(file), 1)
    assert server.look() == OwnersReport()
    write(file, "# why\na.* ann\nb.* bob\n", age=30)
    (change,) = server.look().changes
    assert [each.owner for each in change.added] == ["bob"]
    assert server.owners == [("OWNERS", "ann"), ("OWNERS", "bob")]
    assert server.told == 2


def test_a_change_within_the_same_second_is_seen(committed: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "OWNERS", "a.* ann\n", age=0)
    server = Server(committed, file)
    server.look()
    stamp = file.stat()
    file.write_text("a.* bob\n")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert len(server.look().changes) == 1
    assert server.owners == [("OWNERS", "bob")]


def test_a_file_that_is_no_owners_file_changes_nothing_and_stops_no_other(
    committed: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = write(tmp_path / "BAD", "a.* ann\n"), write(tmp_path / "GOOD", "b.* bob\n")
    server = Server(committed, bad, good)
    server.look()
    write(bad, "a.* ann\nc.*\n", age=30)
    write(good, "b.* cid\n", age=30)
    with caplog.at_level(logging.WARNING, "airflow_lineage_provider"):
        report = server.look()
        assert wrong(server.look()) == wrong(report)
    assert wrong(report)["BAD"].endswith(
        "BAD:2: names no owner of 'c.*'; add a person or a team, or remove the line"
    )
    assert caplog.text.count("left as they are") == 1
    assert server.owners == [("BAD", "ann"), ("GOOD", "cid")]
    bad.write_bytes(b"a.* \xff\n")
    assert "BAD:1: is not UTF-8" in wrong(server.look())["BAD"]
    write(bad, "a.* dan\n", age=10)
    assert server.look().problems == {}
    assert server.owners[0] == ("BAD", "dan")


def test_an_emptied_file_changes_nothing_and_one_with_a_comment_ends_all(
    committed: Any, tmp_path: Path
) -> None:
    file = write(tmp_path / "OWNERS", "a.* ann\n")
    server = Server(committed, file)
    server.look()
    write(file, "\n", age=30)
    assert "leave a comment in it" in wrong(server.look())["OWNERS"]
    assert server.owners == [("OWNERS", "ann")]
    write(file, "# nobody\n", age=20)
    assert len(server.look().changes[0].removed) == 1
    assert server.owners == []


def test_the_owners_of_a_file_that_is_gone_end_with_the_second_look(committed: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "OWNERS", "a.* ann\n")
    server = Server(committed, file)
    server.look()
    file.unlink()
    assert server.look().changes == []
    write(file, "a.* ann\n")
    server.look()
    file.unlink()
    assert server.look().changes == []
    (change,) = server.look().changes
    assert [each.owner for each in change.removed] == ["ann"]
    assert server.owners == []
    assert "there is no such file" in wrong(server.look())["OWNERS"]


def test_a_folder_that_is_not_mounted_ends_nothing(committed: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "mount" / "OWNERS", "a.* ann\n")
    server = Server(committed, file)
    server.look()
    shutil.rmtree(file.parent)
    for _ in range(4):
        assert "is not mounted" in wrong(server.look())["OWNERS"]
    assert server.owners == [("OWNERS", "ann")]


def test_a_file_that_is_no_longer_listed_keeps_its_owners_until_it_is_gone(
    committed: Any, tmp_path: Path
) -> None:
    file = write(tmp_path / "OWNERS", "a.* ann\n")
    Server(committed, file).look()
    server = Server(committed)
    write(file, "a.* bob\n", age=30)
    for _ in range(3):
        report = server.look()
        assert (report.changes, report.unlisted) == ([], (str(file),))
    assert server.owners == [("OWNERS", "ann")]
    file.unlink()
    server.look()
    assert len(server.look().changes) == 1
    assert server.owners == []
    assert server.look() == OwnersReport()


def test_what_somebody_imported_or_another_server_watches_is_left_alone(
    committed: Any, tmp_path: Path
) -> None:
    with OwnTransactions(lambda: Session(committed)).writing() as session:
        replace_source(str(tmp_path / "gone"), lines("x eve"), by="me", now=NOW, session=session)
    server = Server(committed, write(tmp_path / "OWNERS", "a.* ann\n"))
    server.look()
    other = Server(committed, tmp_path / "elsewhere" / "THEIRS")
    write(tmp_path / "elsewhere" / "THEIRS", "b.* bob\n")
    other.look()
    (tmp_path / "elsewhere" / "THEIRS").unlink()
    for _ in range(4):
        server.look()
    assert sorted(server.owners) == [("OWNERS", "ann"), ("THEIRS", "bob"), ("gone", "eve")]


def test_what_somebody_else_ended_is_imported_again(committed: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "OWNERS", "a.* ann\n")
    server = Server(committed, file)
    server.look()
    with OwnTransactions(lambda: Session(committed)).writing() as session:
        replace_source(str(file), [], by="me", now=NOW, session=session)
    assert len(server.look().changes) == 1
    assert server.owners == [("OWNERS", "ann")]


def test_a_file_of_a_bundle_has_one_name_on_every_server(
    committed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = {"dags": tmp_path / "here"}
    monkeypatch.setattr(folder, "_bundle_path", lambda name: roots.get(name, tmp_path / "nowhere"))
    write(tmp_path / "here" / "team" / "OWNERS", "a.* ann\n")
    server = Server(committed, "bundle:dags/team/OWNERS", "bundle:other/OWNERS", "bundle:dags/../x", tmp_path)
    report = server.look()
    assert [change.source for change in report.changes] == ["bundle:dags/team/OWNERS"]
    said = {name: str(problems[0]) for name, problems in report.problems.items()}
    assert "is not on the disk of this server" in said["bundle:other/OWNERS"]
    assert "leads out of the bundle" in said["bundle:dags/../x"]
    assert "is a folder; name the owners file in it" in said[str(tmp_path)]
    roots["dags"] = tmp_path / "there"
    shutil.move(tmp_path / "here", tmp_path / "there")
    assert server.look().changes == []


def test_the_option_names_the_files(committed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "OWNERS", "a.* ann\n")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__OWNERS_PATH", f"{file}, ")
    report = watch_owners_once(now=NOW, transactions=OwnTransactions(lambda: Session(committed)))
    assert [change.source for change in report.changes] == [str(file)]


def test_a_watched_file_has_one_source_however_it_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert source_of(Path("OWNERS"), ["bundle:x/OWNERS", "./OWNERS"]) == "./OWNERS"
    assert source_of(Path("OWNERS"), []) == str(tmp_path / "OWNERS")
