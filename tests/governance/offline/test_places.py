from __future__ import annotations

from pathlib import Path

import pytest

from airflow_lineage_provider.governance.offline.places import place_of_task

FILE = """\
from airflow.sdk import DAG, dag, task, task_group

with DAG("plain"):
    Operator(
        task_id="one",
    )
    @task
    def two(): ...

    @task.bash(retries=1)
    def three(): ...


@dag(schedule=None)
def decorated():
    @task_group
    def group():
        Operator(task_id="inner")
"""


@pytest.mark.parametrize(
    ("dag_id", "task_id", "line"),
    [
        ("plain", "one", 4),
        ("plain", "two", 7),
        ("plain", "three", 10),
        ("decorated", "group.inner", 18),
        ("plain", "made_in_a_loop", 3),
        ("plain", None, 3),
        ("decorated", None, 14),
        ("made_by_a_factory", None, 3),
    ],
)
def test_a_task_stands_where_the_text_names_it(
    tmp_path: Path, dag_id: str, task_id: str | None, line: int
) -> None:
    file = tmp_path / "dags.py"
    file.write_text(FILE)
    assert place_of_task(str(file), dag_id, task_id).line == line


def test_of_a_file_that_is_no_text_the_first_line_is_told(tmp_path: Path) -> None:
    file = tmp_path / "dags.zip"
    file.write_bytes(b"PK\x00\xff")
    assert place_of_task(str(file), "a", "b").line == 1
