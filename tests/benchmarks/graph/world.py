"""A layered graph of jobs: every job reads two datasets of the layer above and writes one of its own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from airflow_lineage_provider.model.dataset_id import identity_digest
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.openlineage_ids import job_name
from tests.benchmarks.graph.copy_rows import bulk_load, copy_rows

LAYERS = 10
"""The last outputs are 20 edges below the source, which is the deepest question asked."""
JOB_NAMESPACE = "default"
DATASET_NAMESPACE = "postgres://warehouse.example:5432"
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
SCHEMAS = 100
COLUMNS = 12

TABLES = ("lineage_job", "lineage_dataset", "lineage_schema", "lineage_dataset_schema", "lineage_edge")


@dataclass(frozen=True, slots=True)
class World:
    """``jobs`` jobs in components of ``component``, each on a source dataset of its own.

    Datasets are counted through: the source of a component, then the output of each of its jobs.
    """

    jobs: int
    component: int

    def __post_init__(self) -> None:
        if self.component % LAYERS or self.jobs % self.component:
            raise ValueError(
                f"a component is a multiple of {LAYERS} jobs, and all jobs are one of components"
            )

    @property
    def width(self) -> int:
        return self.component // LAYERS

    def source(self, component: int = 0) -> int:
        """Dataset id that everything in a component comes from."""
        return component * (self.component + 1) + 1

    def output(self, job: int) -> int:
        """Dataset id that a job writes; jobs are counted from 1."""
        return job + (job - 1) // self.component + 1

    def middle(self, component: int = 0) -> int:
        """Dataset id in the middle layer."""
        return self.output(component * self.component + self.width * (LAYERS // 2) + 1)

    def edges(self) -> Iterator[tuple[int, int, str]]:
        """(job, dataset, direction), the same at each call."""
        chance = random.Random(self.component)
        for job in range(1, self.jobs + 1):
            component, place = divmod(job - 1, self.component)
            layer = place // self.width
            yield job, self.output(job), "output"
            if layer == 0:
                yield job, self.source(component), "input"
                continue
            above = component * self.component + (layer - 1) * self.width + 1
            for other in chance.sample(range(above, above + self.width), min(2, self.width)):
                yield job, self.output(other), "input"


def dataset_name(dataset: int) -> str:
    return f"shop.layered.table_{dataset:07d}"


def task_of(job: int) -> tuple[str, str]:
    """(DAG id, task id): ten tasks to a DAG."""
    return f"layered_{(job - 1) // 10:05d}", f"load_{job:07d}"


def fill(engine: Engine, world: World) -> None:
    """Write a world into empty tables."""
    datasets = world.jobs + world.jobs // world.component
    evidence = int(Evidence.STATEMENT)
    with bulk_load(engine, *TABLES) as cursor:
        copy_rows(
            cursor,
            "lineage_job",
            ("id", "digest", "namespace", "name", "dag_id", "task_id", "operator", "first_seen"),
            _jobs(world),
        )
        copy_rows(
            cursor,
            "lineage_dataset",
            ("id", "digest", "namespace", "name", "first_seen"),
            (
                (number, identity_digest(DATASET_NAMESPACE, name), DATASET_NAMESPACE, name, SEEN)
                for number in range(1, datasets + 1)
                for name in [dataset_name(number)]
            ),
        )
        copy_rows(
            cursor,
            "lineage_schema",
            ("id", "content_hash", "columns"),
            ((number, f"{number:064x}", json.dumps(_columns(number))) for number in range(1, SCHEMAS + 1)),
        )
        copy_rows(
            cursor,
            "lineage_dataset_schema",
            ("dataset_id", "schema_id", "valid_from"),
            ((number, number % SCHEMAS + 1, SEEN) for number in range(1, datasets + 1)),
        )
        copy_rows(
            cursor,
            "lineage_edge",
            (
                "job_id",
                "dataset_id",
                "direction",
                "evidence",
                "first_seen",
                "last_seen",
                "last_run_id",
                "runs",
            ),
            ((*edge, evidence, *_seen(edge[0]), edge[0], 5) for edge in world.edges()),
        )


def _seen(job: int) -> tuple[datetime, datetime]:
    """When the edges of a job were first and last seen: to the microsecond, as those that real runs leave."""
    first = SEEN + timedelta(seconds=job, microseconds=123_457 * job % 1_000_000)
    return first, first + timedelta(days=4, seconds=job % 60, microseconds=1)


def _jobs(world: World) -> Iterator[tuple[object, ...]]:
    for job in range(1, world.jobs + 1):
        dag_id, task_id = task_of(job)
        name = job_name(dag_id, task_id)
        digest = identity_digest(JOB_NAMESPACE, name)
        yield job, digest, JOB_NAMESPACE, name, dag_id, task_id, "SQLExecuteQueryOperator", SEEN


def _columns(number: int) -> list[dict[str, str]]:
    return [{"name": f"column_{number}_{place}", "type": "numeric"} for place in range(COLUMNS)]
