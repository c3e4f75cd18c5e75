"""The newest successful runs that wrote datasets, of many datasets at once.

The newest runs that had the dataset as output are looked at, by the order in which they arrived. Where those are too few
occasions (a mapped task, or one that often fails) many more are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import DateTime, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.store.attempts import DAG_RUN, TI
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.run_refs import MOMENT
from airflow_lineage_provider.store.succeeded import HAS_SUCCEEDED, IN_DOUBT

LOOKED_AT = 20
"""Runs that had the dataset as output."""
ENOUGH = 5
"""Occasions with which nothing more is looked for."""
DEEP = 2_000
"""Runs, where the first look was not enough."""
_PLAIN = DateTime(timezone=True)
"""Moments as the driver gives them; our own type looks at each, which costs more than reading the row."""


Output = tuple[int, int, int, int | None, int, datetime, int | None, int | None, datetime | None, bool]
"""A successful run that wrote a dataset. Plain, for there are many: a tuple of numbers costs the collector nothing."""
DATASET_ID: Final = 0
RUN_ID: Final = 1
JOB_ID: Final = 2
DAG_RUN_ID: Final = 3
MAP_INDEX: Final = 4
AT: Final = 5
ROWS: Final = 6
SCHEMA_ID: Final = 7
INTERVAL_END: Final = 8
IS_EXTERNAL: Final = 9
"""Places in it. Moments are as the database gives them: SQLite and MySQL without time zone, which is UTC."""


def occasion(output: Output) -> tuple[int, int]:
    """Equal for the mapped tasks, and for repeated attempts, of one task in one DAG run."""
    dag_run_id = output[DAG_RUN_ID]
    return output[JOB_ID], (dag_run_id if dag_run_id is not None else -output[RUN_ID])


age: Callable[[Output], tuple[datetime, int]] = itemgetter(AT, RUN_ID)
"""For sorting."""


class JobRow(NamedTuple):
    """A job that wrote."""

    name: str
    dag_id: str | None


@dataclass(frozen=True, slots=True)
class LastOutputs:
    """What wrote datasets last."""

    of_datasets: Mapping[int, list[Output]]
    """Successful outputs by dataset, newest first."""
    jobs: Mapping[int, JobRow]


def last_outputs(
    dataset_ids: Collection[int], known_jobs: Mapping[int, JobRow] | None = None, *, session: Session
) -> LastOutputs:
    """Successful outputs of datasets and the jobs they are of.

    :param known_jobs: by row id, those that need not be looked up.
    """
    wanted = sorted(dataset_ids)
    found: dict[int, list[Output]] = {}
    jobs = dict(known_jobs or {})
    for part in chunks(wanted):
        _add(found, jobs, _NEWEST, part, session)
        thin = [row_id for row_id in part if not _is_enough(found.get(row_id, ()))]
        runs = _runs_told(thin, session=session)
        deep = [row_id for row_id in thin if runs.get(row_id, 0) > len(found.get(row_id, ()))]
        for query in (_MANY, _NAMED):
            _add(found, jobs, query, deep, session)
        for row_id in deep:
            found[row_id] = list({output[RUN_ID]: output for output in found.get(row_id, ())}.values())
    for outputs in found.values():
        outputs.sort(key=age, reverse=True)
    return LastOutputs({row_id: outputs for row_id, outputs in found.items() if outputs}, jobs)


def _is_enough(outputs: Iterable[Output]) -> bool:
    occasions = set()
    for output in outputs:
        occasions.add(occasion(output))
        if len(occasions) == ENOUGH:
            return True
    return False


def _runs_told(dataset_ids: list[int], *, session: Session) -> dict[int, int]:
    """How many runs ever wrote, by dataset; without those that nobody writes."""
    if not dataset_ids:
        return {}
    return {row.dataset_id: row.runs for row in session.execute(_RUNS, {"ids": dataset_ids})}


def _add(
    found: dict[int, list[Output]],
    jobs: dict[int, JobRow],
    query: Any,
    dataset_ids: Sequence[int],
    session: Session,
) -> None:
    """Add what a query finds. What another producer says of a task of ours is no run of it."""
    if not dataset_ids:
        return
    # All rows at once: one by one, half of the time goes into asking for the next one.
    outputs: list[Output] = [tuple(row) for row in session.execute(query, {"ids": dataset_ids}).all()]
    unknown = sorted(set(map(itemgetter(JOB_ID), outputs)) - jobs.keys())
    for part in chunks(unknown):
        for row in session.execute(_JOBS, {"ids": part}).all():
            jobs[row.id] = JobRow(row.name, row.dag_id)
    for output in outputs:
        job = jobs.get(output[JOB_ID])
        if job is not None and not (output[IS_EXTERNAL] and job.dag_id is not None):
            found.setdefault(output[DATASET_ID], []).append(output)


_JOBS = select(JOB.c.id, JOB.c.name, JOB.c.dag_id).where(in_ids(JOB.c.id))
_RUNS = (
    select(EDGE.c.dataset_id, func.sum(EDGE.c.runs).label("runs"))
    .where(in_ids(EDGE.c.dataset_id), EDGE.c.direction == Direction.OUTPUT.value)
    .group_by(EDGE.c.dataset_id)
)


def _outputs(of: Any, on_io: Any) -> Any:
    """Successful outputs, from a table with a row for each dataset and how it leads to its runs."""
    joined = of.join(RUN_IO, on_io).join(RUN, RUN.c.id == RUN_IO.c.run_id)
    return (
        select(
            RUN_IO.c.dataset_id,
            RUN.c.id,
            RUN.c.job_id,
            RUN.c.dag_run_id,
            RUN.c.map_index,
            type_coerce(MOMENT, _PLAIN).label("at"),
            RUN_IO.c.row_count,
            RUN_IO.c.schema_id,
            type_coerce(DAG_RUN.c.data_interval_end, _PLAIN).label("interval_end"),
            (RUN.c.capture == Capture.EXTERNAL.value).label("is_external"),
        )
        .select_from(joined.outerjoin(TI, IN_DOUBT).outerjoin(DAG_RUN, DAG_RUN.c.id == RUN.c.dag_run_id))
        .where(RUN_IO.c.state == IoState.UPDATED.value, HAS_SUCCEEDED)
    )


_OTHER = RUN_IO.alias("other")


def _newest(count: int) -> Any:
    """From one row for each dataset, so that where the look back ends is worked out once for each."""
    oldest = (
        select(_OTHER.c.run_id)
        .where(_OTHER.c.dataset_id == DATASET.c.id, _OTHER.c.direction == Direction.OUTPUT.value)
        .order_by(_OTHER.c.run_id.desc())
        .limit(1)
        .offset(count - 1)
        .correlate(DATASET)
        .scalar_subquery()
    )
    on_io = and_(
        RUN_IO.c.dataset_id == DATASET.c.id,
        RUN_IO.c.direction == Direction.OUTPUT.value,
        RUN_IO.c.run_id >= func.coalesce(oldest, 0),
    )
    return _outputs(DATASET, on_io).where(in_ids(DATASET.c.id))


_NEWEST = _newest(LOOKED_AT)
_MANY = _newest(DEEP)
_NAMED = _outputs(
    EDGE,
    and_(
        RUN_IO.c.run_id == EDGE.c.last_run_id,
        RUN_IO.c.dataset_id == EDGE.c.dataset_id,
        RUN_IO.c.direction == Direction.OUTPUT.value,
    ),
).where(in_ids(EDGE.c.dataset_id), EDGE.c.direction == Direction.OUTPUT.value)
