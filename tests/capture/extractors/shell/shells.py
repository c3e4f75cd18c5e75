"""A shell to follow words and commands with, and bash itself to compare with."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.shell.field import Field
from airflow_lineage_provider.capture.extractors.shell.findings import Findings
from airflow_lineage_provider.capture.extractors.shell.place import Folder, Machine
from airflow_lineage_provider.capture.extractors.shell.shell import Shell
from airflow_lineage_provider.capture.extractors.shell.simple import SimpleCommand
from airflow_lineage_provider.capture.extractors.shell.step import Step
from airflow_lineage_provider.capture.extractors.shell.syntax import parse
from airflow_lineage_provider.capture.extractors.shell.variables import Variables
from airflow_lineage_provider.capture.extractors.shell.walker import Walker
from airflow_lineage_provider.capture.extractors.shell.words import simple_commands


def arguments_of(command: str, environment: Mapping[str, str] | None = None) -> list[Field]:
    """Words of one simple command as our parser expands them."""
    script = parse(command)
    assert not script.root.has_error, command
    [node] = script.root.children
    [simple] = simple_commands(script, list(node.children))
    shell = Shell(Variables.of_environment(environment or {}, complete=True), Folder.TEMPORARY)
    walker = Walker(Findings(Extraction(), failed=False), Machine(), None)
    return SimpleCommand(walker, script, Step(shell)).fields(simple.words)


def bash_arguments(words: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """Words as bash expands them, without wildcards."""
    ran = subprocess.run(
        ["bash", "--norc", "-f", "-c", f"printf '%s\\0' {words}"],
        env={"LC_ALL": "C.UTF-8", **(environment or {})},
        capture_output=True,
        check=True,
    )
    return ran.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
