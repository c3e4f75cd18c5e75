"""``BashOperator`` and ``@task.bash``: what the command's programs read and write."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor
from airflow_lineage_provider.capture.extractors.shell.command import follow
from airflow_lineage_provider.capture.extractors.shell.isolation import isolated
from airflow_lineage_provider.capture.extractors.shell.place import Folder, Machine
from airflow_lineage_provider.capture.extractors.shell.shell import Shell
from airflow_lineage_provider.capture.extractors.shell.variables import Variables


class BashExtractor(Extractor):
    """Reads the command that was run, as far as it is certain what it did."""

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        command = getattr(task, "bash_command", None)
        if not isinstance(command, str) or not command.strip():
            return
        cwd = getattr(task, "cwd", None)
        folder = os.path.abspath(cwd) if isinstance(cwd, str) and cwd else Folder.TEMPORARY
        variables = Variables.of_environment(_environment(task), complete=True)
        isolated(
            lambda found: follow(command, Shell(variables, folder), Machine(), context, found, failed=failed),
            extraction,
        )


def _environment(task: Any) -> dict[str, str]:
    given = getattr(task, "env", None)
    own = {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    if not isinstance(given, Mapping):
        return dict(os.environ)
    return {**os.environ, **own} if getattr(task, "append_env", False) is True else own
