"""What the plugin makes a task process import on top of what Airflow imports there anyway."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.airflow_process import python

SCRIPT = """
import json, sys, time
import airflow.sdk.execution_time.task_runner
import airflow.plugins_manager
import airflow.listeners
before = set(sys.modules)
clock, cpu = time.perf_counter(), time.process_time()
from airflow_lineage_provider.plugin import LineagePlugin
plugin = LineagePlugin()
assert plugin.listeners and plugin.hook_lineage_readers
spent = [round((time.perf_counter() - clock) * 1000, 1), round((time.process_time() - cpu) * 1000, 1)]
print(json.dumps({"added": sorted(set(sys.modules) - before), "before": len(before), "spent": spent}))
"""

HEAVY = (
    "airflow_lineage_provider.api",
    "airflow_lineage_provider.store",
    "airflow_lineage_provider.sql",
    "airflow_lineage_provider.governance",
    "airflow_lineage_provider.contracts",
    "airflow_lineage_provider.cli",
    "airflow.models",
    "airflow.providers.openlineage",
    "fastapi",
    "jsonschema",
    "open_data_contract_standard",
    "openlineage_sql",
    "openlineage.client",
    "pydantic",
    "sqlalchemy",
    "sqlglot",
    "yaml",
)
LISTENER = (
    "airflow_lineage_provider.governance",
    "airflow_lineage_provider.governance.gates",
    "airflow_lineage_provider.governance.gates.listener",
)
"""Made in every process, and all that a task process has of its layer."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    printed = python("-c", SCRIPT, home=tmp_path_factory.mktemp("home"))
    return json.loads(printed.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.mark.parametrize("package", HEAVY)
def test_a_task_process_does_not_import(loaded: dict[str, list[str]], package: str) -> None:
    added = [name for name in loaded["added"] if name == package or name.startswith(f"{package}.")]
    assert [name for name in added if name not in LISTENER] == []


def test_a_task_process_imports_few_modules_that_are_not_ours(loaded: dict[str, list[str]]) -> None:
    foreign = [name for name in loaded["added"] if not name.startswith("airflow_lineage_provider")]
    assert len(foreign) <= 25, foreign


def test_parsing_the_commands_of_airflow_imports_no_layer_below(tmp_path: Path) -> None:
    printed = python(
        "-c",
        "import json, sys\n"
        "from airflow.cli.cli_config import ARG_OUTPUT\n"
        "from airflow_lineage_provider.cli.definition import get_lineage_cli_commands\n"
        "get_lineage_cli_commands()\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('airflow_lineage_provider.')]))",
        home=tmp_path,
    )
    layers = {name.split(".")[1] for name in json.loads(printed.splitlines()[-1])}
    # Airflow's settings load the policies, which know their options and no more.
    assert layers <= {"cli", "get_provider_info", "policy", "config", "model"}
