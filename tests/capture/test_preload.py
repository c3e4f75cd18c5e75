from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.airflow_process import python

# Imports and makes what the command of a component does; our listener is there by its entry point.
SCRIPT = """
import json, sys
import airflow.cli.commands.{command}
import airflow.sdk.execution_time.task_runner
from airflow.jobs.job import Job
from airflow.listeners.listener import get_listener_manager
get_listener_manager()
before = set(sys.modules)
Job()
ids = sys.modules.get("airflow_lineage_provider.model.openlineage_ids")
loaded = set(sys.modules) - before
if ids is not None and ids._generate_static_uuid.cache_info().currsize:
    loaded.add("what makes run ids")
config = sys.modules.get("airflow_lineage_provider.config")
if config is not None and config._kept:
    loaded.add("options of attempts")
print(json.dumps(sorted(loaded)))
"""
OBSERVED = (
    "pandas",
    "polars",
    "pyarrow",
    "duckdb",
    "psycopg2",
    "pymysql",
    "botocore",
    "fsspec",
)


def loaded(command: str, home: Path) -> set[str]:
    printed = python("-c", SCRIPT.format(command=command), home=home)
    return set(json.loads(printed.splitlines()[-1]))


def test_a_scheduler_loads_for_its_workers_and_no_library_that_tasks_may_never_use(tmp_path: Path) -> None:
    modules = loaded("scheduler_command", tmp_path)
    assert "airflow_lineage_provider.capture.extractors.bash" in modules
    assert "airflow_lineage_provider.capture.instrumentation.sources.files" in modules
    assert "tree_sitter_bash" in modules
    assert "what makes run ids" in modules
    assert "options of attempts" in modules
    assert not modules & set(OBSERVED)
    assert not {name for name in modules if name.startswith("airflow.providers.")}


@pytest.mark.parametrize("command", ["triggerer_command", "dag_processor_command"])
def test_no_other_component_loads_anything(command: str, tmp_path: Path) -> None:
    modules = loaded(command, tmp_path)
    assert not {name for name in modules if name.startswith("airflow_lineage_provider.capture.extractors")}
    assert "options of attempts" not in modules
