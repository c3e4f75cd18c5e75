from __future__ import annotations

import json
from pathlib import Path

from tests.airflow_process import python

SCRIPT = """
import json, sys
import airflow.sdk.execution_time.task_runner
from airflow_lineage_provider.plugin import LineagePlugin
(listener,) = LineagePlugin().listeners
class Job:
    job_type = {job_type!r}
before = set(sys.modules)
listener.on_starting(component=Job())
print(json.dumps(sorted(set(sys.modules) - before)))
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
    "sqlalchemy",
)


def loaded(job_type: str, home: Path) -> set[str]:
    printed = python("-c", SCRIPT.format(job_type=job_type), home=home)
    return set(json.loads(printed.splitlines()[-1]))


def test_a_scheduler_loads_for_its_workers_and_no_library_that_tasks_may_never_use(tmp_path: Path) -> None:
    modules = loaded("SchedulerJob", tmp_path)
    assert "airflow_lineage_provider.capture.extractors.bash" in modules
    assert "airflow_lineage_provider.capture.instrumentation.sources.files" in modules
    assert "tree_sitter_bash" in modules
    assert not modules & set(OBSERVED)
    assert not {name for name in modules if name.startswith("airflow.providers.")}


def test_no_other_component_loads_anything(tmp_path: Path) -> None:
    assert loaded("TriggererJob", tmp_path) == set()
