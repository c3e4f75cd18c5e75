from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.amazon.aws.transfers.sftp_to_s3 import SFTPToS3Operator
from airflow.providers.ftp.operators.ftp import FTPFileTransmitOperator, FTPSFileTransmitOperator
from airflow.providers.sftp.hooks.sftp import SFTPHook
from airflow.providers.sftp.operators.sftp import SFTPOperator
from airflow.providers.standard.operators.bash import BashOperator
from fsspec.implementations.sftp import SFTPFileSystem

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.instrumentation.sources.fsspec_name import name_in
from airflow_lineage_provider.capture.sources.extracted import TaskExtractor
from airflow_lineage_provider.capture.sources.operator import speaks_openlineage
from airflow_lineage_provider.model.identity import IdentityRules
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NAS", "sftp://me:hunter2@nas.example.com")
    monkeypatch.setenv("AIRFLOW_CONN_BOX", "ssh://me:hunter2@box.example.com:2222")
    monkeypatch.setenv("AIRFLOW_CONN_MIRROR", "ftp://me:hunter2@mirror.example.com")


def said(task: Any) -> tuple[list[str], list[str]]:
    """Canonical names of what an attempt's record has of a task."""
    record = LineageRecord(SegmentKind.CORE, Outcome.SUCCESS, "ti")
    TaskExtractor(type(task)).add_to(record, task, {}, failed=False)
    assert record.errors == []
    assert "hunter2" not in str(record)
    rules = IdentityRules()
    inputs, outputs = (
        [str(rules.canonical(one.identity)) for one in side] for side in (record.inputs, record.outputs)
    )
    return inputs, outputs


def sftp(operation: str, **arguments: Any) -> SFTPOperator:
    arguments = {"ssh_conn_id": "nas", "local_filepath": "/srv/a", "remote_filepath": "/in/a"} | arguments
    return SFTPOperator(task_id="t", operation=operation, **arguments)


def test_files_go_the_way_of_the_operation() -> None:
    server, worker = ["file://nas.example.com /in/a"], ["file /srv/a"]
    assert said(sftp("get")) == (server, worker)
    assert said(sftp("put")) == (worker, server)
    assert said(sftp("PUT")) == (worker, server)


def test_a_file_that_is_deleted_is_dropped(extraction: Extraction) -> None:
    task = sftp("delete", local_filepath=None)
    assert said(task) == ([], ["file://nas.example.com /in/a"])
    record = LineageRecord(SegmentKind.CORE, Outcome.SUCCESS, "ti")
    TaskExtractor(SFTPOperator).add_to(record, task, {}, failed=False)
    assert record.outputs[0].facets == {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}


def test_several_files() -> None:
    task = sftp("get", local_filepath=["/srv/a", "/srv/b"], remote_filepath=["/in/a", "/in/b"])
    assert said(task) == (
        ["file://nas.example.com /in/a", "file://nas.example.com /in/b"],
        ["file /srv/a", "file /srv/b"],
    )


@pytest.mark.parametrize(
    ("arguments", "server"),
    [
        ({"remote_host": "Other.example.com"}, "file://other.example.com"),
        ({"ssh_conn_id": "box"}, "file://box.example.com:2222"),
        ({"ssh_conn_id": None, "sftp_hook": "nas"}, "file://nas.example.com"),
        # The hook's machine is the one that is asked, whatever else is given.
        ({"ssh_conn_id": "nas", "sftp_hook": "box"}, "file://box.example.com:2222"),
    ],
)
def test_the_server_is_that_of_the_hook_or_of_the_connection(arguments: dict[str, Any], server: str) -> None:
    if hook := arguments.get("sftp_hook"):
        arguments = {**arguments, "sftp_hook": SFTPHook(ssh_conn_id=hook)}
    assert said(sftp("get", **arguments))[0] == [f"{server} /in/a"]


def test_without_a_server_the_other_side_is_told() -> None:
    record = LineageRecord(SegmentKind.CORE, Outcome.SUCCESS, "ti")
    TaskExtractor(SFTPOperator).add_to(record, sftp("get", ssh_conn_id=None), {}, failed=False)
    assert [str(one.identity) for one in record.outputs] == ["file /srv/a"]
    assert record.truncated == ["operator: the server of the files is not known"]


@pytest.mark.parametrize("operator", [FTPFileTransmitOperator, FTPSFileTransmitOperator])
def test_ftp_shows_folders_of_its_own(operator: type[FTPFileTransmitOperator]) -> None:
    task = operator(
        task_id="t", ftp_conn_id="mirror", local_filepath="/srv/a", remote_filepath="/pub/a", operation="get"
    )
    assert said(task) == (["ftp://mirror.example.com pub/a"], ["file /srv/a"])


def test_methods_that_call_servers_by_their_addresses_are_not_asked() -> None:
    class Own(SFTPOperator):
        def get_openlineage_facets_on_start(self) -> Any:
            return None

    assert not speaks_openlineage(sftp("get"))
    assert speaks_openlineage(Own(task_id="t", ssh_conn_id="nas", remote_filepath="/in/a"))


def test_a_file_of_a_server_has_one_name_whoever_reads_it() -> None:
    """The operator, a transfer, an asset, the official provider's name for it, a shell and fsspec."""
    rules = IdentityRules()
    transfer = SFTPToS3Operator(
        task_id="t", s3_bucket="lake", s3_key="a", sftp_path="/in/a", sftp_conn_id="nas"
    )
    command = BashOperator(task_id="t", bash_command="scp me@nas.example.com:/in/a /srv/a", cwd="/")
    filesystem = object.__new__(SFTPFileSystem)
    filesystem.host, filesystem.storage_options = "nas.example.com", {"host": "nas.example.com"}
    names = {
        *said(sftp("get"))[0],
        *said(transfer)[0],
        *said(command)[0],
        *(
            str(rules.canonical(asset_of(uri, None)))
            for uri in (
                name_in(filesystem, "/in/a"),
                "sftp://nas.example.com/in/a",
                "sftp://nas.example.com:22/in/a",
                "file://nas.example.com:22/in/a",
                "file://nas.example.com/in/a",
            )
        ),
    }
    assert names == {"file://nas.example.com /in/a"}
