"""``SSHOperator``: what the programs of a remote command read and write on their machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor
from airflow_lineage_provider.capture.extractors.shell.command import follow
from airflow_lineage_provider.capture.extractors.shell.isolation import isolated
from airflow_lineage_provider.capture.extractors.shell.place import Folder, Machine
from airflow_lineage_provider.capture.extractors.shell.shell import Shell
from airflow_lineage_provider.capture.extractors.shell.variables import Variables

SSH_PORT = 22


class SshExtractor(Extractor):
    """Reads the command. Nothing on the other machine can be looked at, so what it names is taken to be there."""

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        command = getattr(task, "command", None)
        if not isinstance(command, str) or not command.strip():
            return
        host = _host(task)
        if host is None:
            extraction.left_out("shell: the machine that the command ran on is not known")
            return
        given = getattr(task, "environment", None)
        environment = (
            {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
        )
        # Whether the other side takes the environment over is its own choice, so what is in there is not certain.
        variables = Variables.of_environment({}, complete=False)
        variables.doubt(environment)
        shell = Shell(variables, Folder.UNKNOWN)
        isolated(
            lambda found: follow(command, shell, Machine(host, _port(task)), context, found, failed=failed),
            extraction,
        )


def _host(task: Any) -> str | None:
    """Name of the machine. The hook that has just run the command knows it; no connection is asked for again."""
    host = getattr(task, "remote_host", None)
    if not host:
        made = vars(task).get("ssh_hook")
        host = getattr(made, "remote_host", None)
    return host.strip() if isinstance(host, str) and host.strip() else None


def _port(task: Any) -> int | None:
    port = getattr(vars(task).get("ssh_hook"), "port", None)
    return port if isinstance(port, int) and port != SSH_PORT else None
