"""DAG runs: what they read and wrote, what they did otherwise, when the next one is."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from airflow_lineage_provider.api.schemas.run import NumberChange, Run, RunDataset, RunDiff, Shown


class DagRunAttempt(BaseModel):
    """What the newest attempt of a task and map index touched."""

    run: Run
    inputs: list[RunDataset] = Field(description="Without columns: the run itself tells them.")
    outputs: list[RunDataset] = Field(description="Without columns: the run itself tells them.")
    statements: list[str] = Field(description="Fingerprints.")
    is_masked: bool = Field(description="It touches sensitive columns that the reader may not see.")


class DagRunDetail(BaseModel):
    """The attempts of a DAG run, in the order of tasks and map indexes."""

    dag_id: str
    run_id: str
    runs: list[DagRunAttempt]
    next_cursor: str | None


class TaskDiff(Shown):
    """An attempt that both DAG runs have."""

    task_id: str
    map_index: int
    diff: RunDiff


class DagRunDiff(Shown):
    """What a DAG run did otherwise than another one of its DAG."""

    dag_id: str
    before_run_id: str
    after_run_id: str
    is_same: bool = Field(description="Same tasks, datasets, columns and statements; numbers do not count.")
    duration: NumberChange = Field(description="Seconds.")
    tasks_added: list[str]
    tasks_removed: list[str]
    tasks: list[TaskDiff] = Field(description="Attempts that both have, the same ones included.")
    is_cut: bool = Field(description="There are more attempts than were compared.")


class NextRun(Shown):
    """The next run of a DAG."""

    dag_id: str
    next_run_at: datetime | None = Field(description="null: no time starts it, or nobody knows when.")
    schedule: str | None = Field(description="In Airflow's words: 0 3 * * *, Asset.")
    is_paused: bool


class NextRuns(BaseModel):
    """Of the DAGs that were asked for, those that are there and that the reader may read."""

    dags: list[NextRun]
