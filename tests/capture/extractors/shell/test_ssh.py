from __future__ import annotations

from airflow.providers.ssh.hooks.ssh import SSHHook
from airflow.providers.ssh.operators.ssh import SSHOperator

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.registry import extractor_of
from airflow_lineage_provider.capture.extractors.shell.ssh import SshExtractor


def extracted(command: str, **arguments: str) -> Extraction:
    task = SSHOperator(task_id="t", ssh_conn_id="box", command=command, **arguments)  # type: ignore[arg-type]
    extractor, extraction = extractor_of(type(task)), Extraction()
    assert isinstance(extractor, SshExtractor)
    extractor.extract(task, {}, extraction, failed=False)
    return extraction


def test_paths_are_those_of_the_other_machine() -> None:
    extraction = extracted(
        "cp /data/a.csv /data/new/ && cat /data/*.csv > /out/all", remote_host="box.example.com"
    )
    assert [str(entry.identity) for entry in extraction.inputs] == [
        "file://box.example.com /data/a.csv",
        "file://box.example.com /data",
    ]
    assert [str(entry.identity) for entry in extraction.outputs] == [
        "file://box.example.com /data/new/a.csv",
        "file://box.example.com /out/all",
    ]


def test_a_machine_behind_another_port_is_another_one() -> None:
    task = SSHOperator(
        task_id="t", ssh_hook=SSHHook(remote_host="box", username="me", port=2222), command="cp /a /b; psql -d shop -c 'SELECT 1'"
    )  # fmt: skip
    extraction = Extraction()
    SshExtractor().extract(task, {}, extraction, failed=False)
    assert [str(one.identity) for one in extraction.outputs] == ["file://box:2222 /b"]
    [(connection, _)] = extraction.statements
    assert connection.host == "box"


def test_relative_paths_and_variables_are_not_certain_there() -> None:
    extraction = extracted("cp a.csv /b.csv; cp $HOME/a.csv /c.csv", remote_host="box")
    assert extraction.inputs == []
    assert extraction.truncated == [
        "shell: cp, line 1: the working folder is not known",
        "shell: cp, line 1: $HOME is not known",
    ]


def test_a_database_on_the_other_machine_has_its_name() -> None:
    [(connection, _)] = extracted("psql -d shop -c 'SELECT 1'", remote_host="box").statements
    assert (connection.host, connection.database) == ("box", "shop")


def test_without_the_name_of_the_machine_nothing_is_said() -> None:
    extraction = extracted("cp /a /b")
    assert (extraction.inputs, extraction.outputs) == ([], [])
    assert extraction.truncated == ["shell: the machine that the command ran on is not known"]
