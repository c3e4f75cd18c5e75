from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.folder import WatchedFolder, watched_folders
from airflow_lineage_provider.contracts.watch import Watcher, WatchReport
from airflow_lineage_provider.store.contract_problems import file_problems
from airflow_lineage_provider.store.contracts import summaries, versions
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.tables import AuditEntry
from tests.airflow_rows import NOW
from tests.contracts.corpus import COLUMNS, head

SERVER = "servers:\n  - {server: p, type: postgres, host: pg, port: 5432, database: shop, schema: public}\n"


def text(contract_id: str = "orders", version: str = "1.0.0", **changes: str | None) -> str:
    return head(id=contract_id, version=f'"{version}"', **changes) + SERVER + COLUMNS


def put(folder: Path, name: str, content: str, *, age: int = 60) -> Path:
    """A file that was written so many seconds ago."""
    path = folder / f"{name}.odcs.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    seconds = path.stat().st_mtime - age
    os.utime(path, (seconds, seconds))
    return path


class Server:
    """An API server that watches one folder."""

    def __init__(self, engine: Any, *folders: Path | str) -> None:
        self.engine = engine
        self.folders: list[WatchedFolder] = watched_folders(map(str, folders))
        self.watcher = Watcher(OwnTransactions(lambda: Session(engine)))
        self.now = NOW

    def look(self) -> WatchReport:
        self.now += timedelta(minutes=1)
        return self.watcher.look(self.folders, now=self.now)

    @property
    def in_force(self) -> dict[str, str]:
        with Session(self.engine) as session:
            return {entry.contract_id: entry.version for entry in summaries(session=session)}

    @property
    def wrong(self) -> dict[str, tuple[str, ...]]:
        with Session(self.engine) as session:
            return {os.path.basename(each.source): each.lines() for each in file_problems(session=session)}

    @property
    def told(self) -> list[str]:
        with Session(self.engine) as session:
            return list(
                session.scalars(
                    select(AuditEntry.subject).where(AuditEntry.kind == "contract").order_by(AuditEntry.id)
                )
            )


def actions(report: WatchReport) -> list[tuple[str, str, str]]:
    return [(each.contract_id, each.version, each.action) for each in report.applied]


def test_new_files_are_applied_and_unchanged_ones_are_not_read_again(committed: Any, tmp_path: Path):
    put(tmp_path, "orders", text())
    put(tmp_path, "deep/stock", text("stock"))
    server = Server(committed, tmp_path)

    first, second = server.look(), server.look()

    assert actions(first) == [("stock", "1.0.0", "created"), ("orders", "1.0.0", "created")]
    assert (second.files, second.read, actions(second)) == (2, 0, [])
    assert server.told == ["stock", "orders"]


def test_a_touched_file_is_read_and_changes_nothing(committed: Any, tmp_path: Path):
    path = put(tmp_path, "orders", text())
    server = Server(committed, tmp_path)
    server.look()
    os.utime(path)

    report = server.look()

    assert (report.read, actions(report), len(server.told)) == (0, [], 1)


def test_a_changed_file_becomes_the_version_in_force(committed: Any, tmp_path: Path):
    put(tmp_path, "orders", text())
    server = Server(committed, tmp_path)
    server.look()
    put(tmp_path, "orders", text(version="2.0.0"), age=30)

    assert actions(server.look()) == [("orders", "2.0.0", "updated")]


def test_a_file_of_the_same_time_and_size_that_was_just_written_is_read_again(committed: Any, tmp_path: Path):
    path = put(tmp_path, "orders", text(version="1.0.0"), age=0)
    server = Server(committed, tmp_path)
    server.look()
    stamp = path.stat().st_mtime_ns
    path.write_text(text(version="1.0.1"))
    os.utime(path, ns=(stamp, stamp))

    assert actions(server.look()) == [("orders", "1.0.1", "updated")]


def test_one_bad_file_stops_no_other_and_is_noted_with_line_and_path(committed: Any, tmp_path: Path):
    put(tmp_path, "a", "- no contract\n")
    put(tmp_path, "b", text("b").replace("required: true", "requird: true"))
    put(tmp_path, "c", text("c"))
    server = Server(committed, tmp_path)

    report = server.look()

    assert server.in_force == {"c": "1.0.0"}
    assert [problem.source for problem in report.problems] == [
        f"{tmp_path}/a.odcs.yaml",
        f"{tmp_path}/b.odcs.yaml",
    ]
    (line,) = server.wrong["b.odcs.yaml"]
    assert line.startswith("line 14, schema[0].properties[0].requird: unknown key; did you mean 'required'?")
    with Session(committed) as session:
        assert [each.contract_id for each in file_problems(session=session)] == [None, "b"]


def test_the_last_valid_version_stays_while_a_file_is_invalid(committed: Any, tmp_path: Path):
    put(tmp_path, "orders", text())
    server = Server(committed, tmp_path)
    server.look()
    put(tmp_path, "orders", text().replace("required", "requird"), age=30)
    report = server.look()
    assert (server.in_force, len(report.problems), len(server.wrong)) == ({"orders": "1.0.0"}, 1, 1)
    assert server.look().problems == ()

    put(tmp_path, "orders", text(version="1.1.0"), age=20)
    server.look()

    assert (server.in_force, server.wrong) == ({"orders": "1.1.0"}, {})


def test_a_file_that_stays_gone_is_retracted(committed: Any, tmp_path: Path):
    path = put(tmp_path, "orders", text())
    put(tmp_path, "stock", text("stock"))
    server = Server(committed, tmp_path)
    server.look()
    path.unlink()

    assert server.look().retracted == ()
    report = server.look()

    assert [each.contract_id for each in report.retracted] == ["orders"]
    assert server.in_force == {"stock": "1.0.0"}
    assert server.look().retracted == ()
    with Session(committed) as session:
        assert [each.is_current for each in versions("orders", session=session)] == [False]


def test_a_file_that_comes_back_is_restored(committed: Any, tmp_path: Path):
    path = put(tmp_path, "orders", text())
    put(tmp_path, "stock", text("stock"))
    server = Server(committed, tmp_path)
    server.look()
    path.unlink()
    server.look(), server.look()
    put(tmp_path, "orders", text())

    assert actions(server.look()) == [("orders", "1.0.0", "restored")]


def test_what_is_gone_while_no_server_ran_is_retracted(committed: Any, tmp_path: Path):
    path = put(tmp_path, "orders", text())
    put(tmp_path, "bad", "[]\n")
    put(tmp_path, "stock", text("stock"))
    Server(committed, tmp_path).look()
    path.unlink()
    (tmp_path / "bad.odcs.yaml").unlink()

    server = Server(committed, tmp_path)
    server.look(), server.look()

    assert (server.in_force, server.wrong) == ({"stock": "1.0.0"}, {})


@pytest.mark.parametrize("how", ["empty", "away", "unreadable part"])
def test_a_folder_that_cannot_be_read_retracts_nothing_and_is_reported(
    committed: Any, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "contracts"
    paths = [put(folder, "orders", text()), put(folder, "deep/stock", text("stock"))]
    server = Server(committed, folder)
    server.look()
    if how == "unreadable part":
        scan = os.scandir

        def refuse(path: Any) -> Any:
            if str(path).endswith("deep"):
                raise PermissionError(13, "Permission denied", str(path))
            return scan(path)

        monkeypatch.setattr(os, "scandir", refuse)
    else:
        for path in paths:
            path.unlink()
        if how == "away":
            (folder / "deep").rmdir()
            folder.rmdir()

    reports = [server.look() for _ in range(3)]

    assert server.in_force == {"orders": "1.0.0", "stock": "1.0.0"}
    assert all(report.retracted == () for report in reports)
    assert [name for report in reports for name, _ in report.folders] == [str(folder)] * 3
    assert list(server.wrong) == ["contracts"]

    monkeypatch.undo()
    put(folder, "orders", text())
    put(folder, "deep/stock", text("stock"))
    server.look()
    assert server.wrong == {}


def test_a_renamed_file_keeps_its_contract(committed: Any, tmp_path: Path):
    put(tmp_path, "orders", text()).rename(tmp_path / "zorders.odcs.yaml")
    server = Server(committed, tmp_path)
    server.look()
    (tmp_path / "zorders.odcs.yaml").rename(tmp_path / "aorders.odcs.yaml")

    reports = [server.look() for _ in range(3)]

    assert server.in_force == {"orders": "1.0.0"}
    assert not any(report.retracted for report in reports)
    with Session(committed) as session:
        assert str(summaries(session=session)[0].source).endswith("aorders.odcs.yaml")


def test_a_file_that_holds_another_contract_now_retracts_the_first(committed: Any, tmp_path: Path):
    put(tmp_path, "orders", text())
    server = Server(committed, tmp_path)
    server.look()
    put(tmp_path, "orders", text("purchases"), age=30)
    server.look()

    assert server.in_force == {"purchases": "1.0.0"}


def test_the_second_of_two_files_with_one_contract_is_a_problem_until_the_first_is_gone(
    committed: Any, tmp_path: Path
):
    put(tmp_path, "b", text(version="1.0.0"))
    server = Server(committed, tmp_path)
    server.look()
    put(tmp_path, "a", text(version="9.0.0"))
    server.look()
    assert server.in_force == {"orders": "1.0.0"}
    assert "stands in" in server.wrong["a.odcs.yaml"][0]
    assert server.look().problems == ()

    (tmp_path / "b.odcs.yaml").unlink()
    for _ in range(3):
        server.look()

    assert (server.in_force, server.wrong) == ({"orders": "9.0.0"}, {})


def test_what_another_server_applied_is_not_retracted_by_one_that_lags(committed: Any, tmp_path: Path):
    ahead, behind = tmp_path / "ahead", tmp_path / "behind"
    for folder in (ahead, behind):
        put(folder, "stock", text("stock"))
    servers = [Server(committed, "watched"), Server(committed, "watched")]
    monkey: list[Path] = [ahead, behind]

    def look() -> list[WatchReport]:
        reports = []
        for server, folder in zip(servers, monkey, strict=True):
            os.chdir(folder.parent)
            link = folder.parent / "watched"
            link.unlink(missing_ok=True)
            link.symlink_to(folder)
            reports.append(server.look())
        return reports

    before = os.getcwd()
    try:
        look()
        put(ahead, "orders", text())
        reports = [report for _ in range(4) for report in look()]
        assert not any(report.retracted for report in reports)
        assert servers[0].in_force == {"orders": "1.0.0", "stock": "1.0.0"}
        put(behind, "orders", text())
        look()
        assert servers[0].told == ["stock", "orders"]
    finally:
        os.chdir(before)


def test_a_contract_taken_out_of_force_by_somebody_is_put_back_while_its_file_is_there(
    committed: Any, tmp_path: Path
):
    from airflow_lineage_provider.store.contracts import retract

    put(tmp_path, "orders", text())
    server = Server(committed, tmp_path)
    server.look()
    with Session(committed) as session, session.begin():
        retract(["orders"], reason="test", actor="ann", now=NOW, session=session)

    assert actions(server.look()) == [("orders", "1.0.0", "restored")]


def test_hidden_folders_are_passed_over(committed: Any, tmp_path: Path):
    put(tmp_path, "..2026_01_01/orders", text())
    put(tmp_path, ".git/stock", text("stock"))

    assert Server(committed, tmp_path).look().files == 0


def test_a_bundle_that_is_not_here_is_said_once_and_retracts_nothing(
    committed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    from airflow_lineage_provider.contracts import folder

    put(tmp_path, "contracts/orders", text())
    monkeypatch.setattr(folder, "_bundle_path", lambda name: tmp_path)
    server = Server(committed, "bundle:main/contracts")
    server.look()
    with Session(committed) as session:
        (entry,) = summaries(session=session)
        assert entry.source == "bundle:main/contracts/orders.odcs.yaml"
        assert entry.managed_by == "bundle:main/contracts"
    monkeypatch.setattr(folder, "_bundle_path", lambda name: tmp_path / "nowhere")

    reports = [server.look() for _ in range(3)]

    assert server.in_force == {"orders": "1.0.0"}
    assert [len(report.folders) for report in reports] == [1, 1, 1]
    assert caplog.text.count("is not on the disk of this server") == 1
    assert server.wrong == {}


def test_airflows_own_bundle_is_found_on_disk(metadata_db: None):
    from airflow import settings

    from airflow_lineage_provider.contracts.folder import _bundle_path

    Path(settings.DAGS_FOLDER).mkdir(exist_ok=True)
    assert WatchedFolder("bundle:dags-folder/contracts").path().parent == _bundle_path("dags-folder")
    assert str(_bundle_path("dags-folder")) == settings.DAGS_FOLDER


@pytest.mark.parametrize("name", ["bundle:dags-folder/../etc", "bundle:unknown/contracts"])
def test_a_bundle_folder_that_cannot_be_meant_is_refused(metadata_db: None, name: str):
    from airflow_lineage_provider.contracts.folder import UnreadableFolder

    with pytest.raises(UnreadableFolder):
        WatchedFolder(name).path()


def test_servers_that_look_at_once_apply_each_file_once(committed: Any, tmp_path: Path):
    for number in range(8):
        put(tmp_path, f"c{number}", text(f"c{number}"))
    put(tmp_path, "bad", "[]\n")
    servers = [Server(committed, tmp_path) for _ in range(3)]
    reports: list[WatchReport] = []
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda server: server.look(), servers))

    assert len(servers[0].told) == 8
    assert sum(len(report.applied) for report in reports) == 8
    assert len(servers[0].in_force) == 8
    assert list(servers[0].wrong) == ["bad.odcs.yaml"]


def test_a_look_at_many_unchanged_files_reads_none(committed: Any, tmp_path: Path):
    valid = text()
    for number in range(100):
        put(tmp_path, f"c{number}", valid.replace("id: orders", f"id: c{number}"))
    server = Server(committed, tmp_path)
    assert server.look().read == 100
    opened: list[Any] = []
    look = Path.open

    def count(path: Path, *args: Any, **options: Any) -> Any:
        opened.append(path)
        return look(path, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", count)
        report = server.look()

    assert (report.files, report.read, opened) == (100, 0, [])


def test_watch_once_looks_at_the_configured_folders(
    committed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from airflow_lineage_provider.contracts.watch import watch_once

    put(tmp_path, "orders", text())
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__CONTRACTS_PATH", f"{tmp_path}, {tmp_path}/nowhere")
    report = watch_once(now=NOW, transactions=OwnTransactions(lambda: Session(committed)))

    assert actions(report) == [("orders", "1.0.0", "created")]
    assert [name for name, _ in report.folders] == [f"{tmp_path}/nowhere"]


def test_a_pipe_is_a_problem_and_holds_nobody_up(committed: Any, tmp_path: Path):
    put(tmp_path, "orders", text())
    os.mkfifo(tmp_path / "pipe.odcs.yaml")
    server = Server(committed, tmp_path)
    with ThreadPoolExecutor() as pool:
        looked = pool.submit(server.look)
        try:
            report = looked.result(timeout=20)
        except TimeoutError:
            # Lets go whoever waits for a writer.
            (tmp_path / "pipe.odcs.yaml").write_bytes(b"")
            raise
    assert actions(report) == [("orders", "1.0.0", "created")]
    assert "no regular file" in server.wrong["pipe.odcs.yaml"][0]
    assert server.look().problems == ()


def test_a_checkout_that_is_switched_as_a_whole_is_followed(committed: Any, tmp_path: Path):
    for number, version in ((1, "1.0.0"), (2, "1.1.0")):
        put(tmp_path, f".worktrees/{number}/contracts/orders", text(version=version))
    put(tmp_path, ".worktrees/1/contracts/stock", text("stock"))
    current = tmp_path / "current"
    current.symlink_to(".worktrees/1")
    server = Server(committed, current / "contracts")
    server.look()
    assert server.in_force == {"orders": "1.0.0", "stock": "1.0.0"}
    (tmp_path / "next").symlink_to(".worktrees/2")
    (tmp_path / "next").replace(current)
    for _ in range(3):
        server.look()
    assert server.in_force == {"orders": "1.1.0"}
    assert server.wrong == {}
