"""``dbt run``, ``build``, ``seed``, ``snapshot`` and ``test``: the tables of the nodes that ran, from what dbt left."""

from __future__ import annotations

import os
import posixpath
from typing import Any

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.dbt_artifacts import (
    Artifacts,
    artifacts_in,
    builds_table,
    table_of_node,
)
from airflow_lineage_provider.capture.extractors.shell.dbt_profile import (
    identity_of_profile,
    rendered,
    yaml_of,
)
from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import Options
from airflow_lineage_provider.capture.extractors.shell.place import resolved
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId

_VALUED = (
    "-s -m -t --project-dir --profiles-dir --profile --target --target-path --select --models --exclude --selector "
    "--vars --threads --log-path --log-level --log-format --log-level-file --state --defer-state --resource-type "
    "--exclude-resource-type --indirect-selection --event-time-start --event-time-end --sample"
)
_RUNS = frozenset({"run", "build", "seed", "snapshot", "test", "retry"})


def dbt(call: Call) -> None:
    options = call.options(_VALUED)
    action = options.operands[0].text if options.operands else None
    if action not in _RUNS:
        return
    if not call.machine.is_local:
        raise NotCertain("the files that dbt left are on another machine")
    folder = call.setting(options, "--project-dir", "DBT_PROJECT_DIR")
    project = resolved(folder, call.folder) if folder else call.path(".")
    if project is None:
        raise NotCertain("the folder of the dbt project is gone")
    settings = yaml_of(posixpath.join(project, "dbt_project.yml"))
    artifacts = artifacts_in(_target_folder(call, options, project, settings), call.started)
    profile = call.setting(options, "--profile", "DBT_PROFILE") or rendered(call, settings.get("profile"))
    target = call.setting(options, "-t --target", "DBT_TARGET")
    folders = _profile_folders(call, options, project)
    _take(call, artifacts, project, identity_of_profile(call, artifacts.adapter, folders, profile, target))


def _target_folder(call: Call, options: Options, project: str, settings: dict[str, Any]) -> str:
    given = call.setting(options, "--target-path", "DBT_TARGET_PATH") or rendered(
        call, settings.get("target-path")
    )
    return posixpath.join(project, given or "target")


def _profile_folders(call: Call, options: Options, project: str) -> list[str]:
    given = call.setting(options, "--profiles-dir", "DBT_PROFILES_DIR")
    if given:
        return [resolved(given, call.folder) or given]
    home = call.variables.environment("HOME")
    here = call.folder if isinstance(call.folder, str) else project
    return [here, project, *([posixpath.join(home.text, ".dbt")] if home is not None and home.text else [])]


def _take(call: Call, artifacts: Artifacts, project: str, identity: ConnectionIdentity) -> None:
    """Parents first: what a node made that ran before is no input of the task."""
    done = list(artifacts.nodes_done())
    built = {table for node in done if builds_table(node) and (table := table_of_node(node, identity))}
    read: dict[DatasetId, None] = {}
    for node in done:
        for parent in artifacts.parents(node):
            table = table_of_node(parent, identity)
            if table is not None and table not in built:
                read[table] = None
        if node.get("resource_type") == "seed":
            _seed_file(call, node, project)
    for table in read:
        call.read_from(table)
    for table in sorted(built):
        call.write_to(table)


def _seed_file(call: Call, node: dict[str, Any], project: str) -> None:
    path = node.get("original_file_path")
    root = node.get("root_path")
    if isinstance(path, str) and path:
        found = posixpath.join(root if isinstance(root, str) and root else project, path)
        if os.path.isfile(found):
            call.read_path(resolved(found, project))
