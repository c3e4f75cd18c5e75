"""Files between a worker and a server.

The OpenLineage methods of these operators call each machine by the address that its name has at the moment, and the
worker's own files those of a server. The connection's host stands for a server wherever else it is named.
"""

from __future__ import annotations

import platform
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.extractors.endpoint import server_of
from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry
from airflow_lineage_provider.model.naming import local_file_id

_DROPPED = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}


class _FileServerExtractor(Extractor, ABC):
    """``operation`` says which way the files go."""

    scheme: ClassVar[str]

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        server = self._server(task)
        if server is None:
            extraction.left_out("operator: the server of the files is not known")
        remote = [_on_server(self.scheme, server, path) for path in _paths(task.remote_filepath) if server]
        host = platform.node() if config.file_host() else None
        local = [local_file_id(path, host) for path in _paths(task.local_filepath)]
        match str(task.operation).lower():
            case "get":
                sources, targets = remote, local
            case "put":
                sources, targets = local, remote
            case "delete":
                extraction.outputs.extend(
                    IoEntry(Evidence.OPERATOR, dataset=one, facets=_DROPPED) for one in remote
                )
                return
            case _:
                return
        for one in sources:
            extraction.read(one)
        for one in targets:
            extraction.wrote(one)

    @abstractmethod
    def _server(self, task: Any) -> str | None:
        """Host, with a port that is not the usual one; ``None``: it cannot be known."""


class SftpExtractor(_FileServerExtractor):
    """``SFTPOperator``: files of a machine that is reached by SSH."""

    scheme = "file"

    def _server(self, task: Any) -> str | None:
        hook = task.sftp_hook
        if hook is not None and getattr(hook, "remote_host", None):
            # It has just been used: no connection is asked for again.
            return server_of("sftp", hook.remote_host, hook.port)
        conn_id = task.ssh_conn_id or getattr(hook, "ssh_conn_id", None)
        return _server_of_connection("sftp", conn_id, task.remote_host)


class FtpExtractor(_FileServerExtractor):
    """``FTPFileTransmitOperator`` and its sibling for FTPS."""

    scheme = "ftp"

    def _server(self, task: Any) -> str | None:
        return _server_of_connection("ftp", task.ftp_conn_id, None)


def _server_of_connection(kind: str, conn_id: str | None, host: str | None) -> str | None:
    if not conn_id:
        return host
    from airflow.sdk import BaseHook

    connection = BaseHook.get_connection(conn_id)
    return server_of(kind, host or connection.host, connection.port)


def _on_server(scheme: str, server: str | None, path: str) -> DatasetId:
    return DatasetId(f"{scheme}://{server}", path if path.startswith("/") else f"/{path}")


def _paths(given: Any) -> Iterator[str]:
    values = given if isinstance(given, list | tuple) else [given]
    yield from (str(value) for value in values if value)
