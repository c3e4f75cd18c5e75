from __future__ import annotations

import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.decorators.bash import _BashDecoratedOperator
from airflow.providers.standard.operators.bash import BashOperator

from airflow_lineage_provider.capture.extractors.bash import BashExtractor
from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.registry import extractor_of
from airflow_lineage_provider.model.io_entry import IoEntry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("2\n1\n")
    return tmp_path


def extracted(task: Any, context: Any = None, *, failed: bool = False) -> Extraction:
    extraction = Extraction()
    BashExtractor().extract(task, context or {}, extraction, failed=failed)
    return extraction


def names(entries: list[IoEntry]) -> list[str]:
    return [entry.identity.name for entry in entries]


def test_bash_operators_and_those_made_of_functions_have_this_extractor() -> None:
    assert isinstance(extractor_of(BashOperator), BashExtractor)
    assert isinstance(extractor_of(_BashDecoratedOperator), BashExtractor)


def test_files_of_a_command_that_has_run_are_inputs_and_outputs(folder: Path) -> None:
    task = BashOperator(
        task_id="t", bash_command="sort a.csv | tee b.csv | gzip > c.gz; rm b.csv", cwd=str(folder)
    )
    task.execute({})
    extraction = extracted(task)
    assert names(extraction.inputs) == [f"{folder}/a.csv"]
    assert names(extraction.outputs) == [f"{folder}/c.gz"]
    assert extraction.truncated == []


def test_relative_paths_in_the_folder_made_for_the_run_are_no_data(folder: Path) -> None:
    command = f"cp {folder}/a.csv . && sort a.csv > b.csv && cp b.csv {folder}/c.csv"
    task = BashOperator(task_id="t", bash_command=command)
    task.execute({})
    extraction = extracted(task)
    assert (names(extraction.inputs), names(extraction.outputs)) == ([f"{folder}/a.csv"], [f"{folder}/c.csv"])
    assert extraction.truncated == []


def test_a_file_that_was_moved_is_an_input_though_it_is_gone(folder: Path) -> None:
    task = BashOperator(task_id="t", bash_command="mv a.csv b.csv", cwd=str(folder))
    task.execute({})
    extraction = extracted(task)
    assert (names(extraction.inputs), names(extraction.outputs)) == ([f"{folder}/a.csv"], [f"{folder}/b.csv"])


def test_the_environment_is_the_one_that_the_command_had(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FROM_WORKER", str(folder))
    command = "cp $FROM_WORKER/a.csv $FROM_WORKER/$NAME"
    inherited = BashOperator(task_id="t", bash_command=command, env={"NAME": "b.csv"}, append_env=True)
    inherited.execute({})
    assert names(extracted(inherited).outputs) == [f"{folder}/b.csv"]
    alone = BashOperator(task_id="t", bash_command=command, env={"NAME": "b.csv"})
    assert names(extracted(alone).outputs) == []


def test_a_decorated_function_returns_the_command(folder: Path) -> None:
    task = _BashDecoratedOperator(
        task_id="t", python_callable=lambda: f"cp {folder}/a.csv {folder}/b.csv", op_args=(), op_kwargs={}
    )
    assert extracted(task).inputs == []
    task.execute({"ti": SimpleNamespace(), "task": task})
    assert names(extracted(task).outputs) == [f"{folder}/b.csv"]


def test_statements_of_a_failed_task_are_not_known_to_have_run() -> None:
    task = BashOperator(task_id="t", bash_command="psql -h db -d shop -c 'DELETE FROM t'", env={})
    [(connection, statement)] = extracted(task, failed=True).statements
    assert (connection.conn_type, connection.host, connection.database) == ("postgres", "db", "shop")
    assert not statement.executed


@pytest.mark.parametrize(("minutes", "outputs"), [(-1, 1), (+1, 0)])
def test_what_may_not_have_run_counts_where_the_disk_shows_it(
    folder: Path, minutes: int, outputs: int
) -> None:
    task = BashOperator(
        task_id="t", bash_command="if [ -f a.csv ]; then cp -p a.csv b.csv; fi", cwd=str(folder)
    )
    task.execute({})
    started = datetime.now(UTC) + timedelta(minutes=minutes)
    extraction = extracted(task, {"ti": SimpleNamespace(start_date=started)})
    assert (len(extraction.inputs), len(extraction.outputs)) == (outputs, outputs)
    assert bool(extraction.truncated) is not bool(outputs)


def test_local_files_carry_the_name_of_the_machine_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__FILE_HOST", "True")
    (tmp_path / "a.csv").write_text("1")
    (tmp_path / "b.csv").write_text("1")
    extraction = Extraction()
    task = BashOperator(task_id="t", bash_command=f"cp {tmp_path}/a.csv {tmp_path}/b.csv")
    BashExtractor().extract(task, {}, extraction, failed=False)
    (read,) = extraction.inputs
    assert str(read.identity) == f"file://{platform.node()} {tmp_path}/a.csv"
