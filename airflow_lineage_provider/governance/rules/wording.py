"""How rules write names, times and commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.node_id import NodeId

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def few(names: Iterable[str], most: int = 5) -> str:
    """Some of them: ``a, b, c and 4 more``."""
    listed = list(names)
    rest = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + rest


def tasks_named(tasks: Sequence[str]) -> str:
    """``task a``, or ``tasks a, b``."""
    return f"task{'' if len(tasks) == 1 else 's'} {few(tasks)}"


def span(seconds: float) -> str:
    """A duration: ``36 hours``, ``3 days``, in the largest unit that there are at least two of, rounded."""
    size, name = next((unit for unit in _UNITS if abs(seconds) >= 2 * unit[0]), _UNITS[-1])
    count = round(seconds / size)
    return f"{count} {name}{'' if count == 1 else 's'}"


def at(moment: datetime) -> str:
    """A time: ``2026-06-15 12:00 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def node_of(dataset: DatasetId) -> str:
    """Option ``--node`` of a dataset, quoted for a shell."""
    return f"--node {shlex.quote(str(NodeId('dataset', dataset.namespace, dataset.name)))}"


def place_of(dataset: DatasetId) -> str:
    """Options ``--namespace`` and ``--name`` of a dataset, quoted for a shell."""
    return f"--namespace {shlex.quote(dataset.namespace)} --name {shlex.quote(dataset.name)}"


def why(dataset: DatasetId) -> str:
    """Command that shows what happened to a dataset and who did it."""
    return f"`airflow lineage why {node_of(dataset)}`"


def set_owner(dataset: DatasetId) -> str:
    """Command that registers an owner."""
    return f"`airflow lineage owners set OWNER {place_of(dataset)}`"


def runs_of(job: str, facts: DatasetFacts) -> str:
    """Where to look for the runs of a job that writes the dataset."""
    dag_id = next((producer.dag_id for producer in facts.producer_runs if producer.job == job), None)
    if dag_id is None:
        return f"{why(facts.dataset)} shows what happened to the data"
    task = f" --task-id {shlex.quote(job.removeprefix(f'{dag_id}.'))}" if job.startswith(f"{dag_id}.") else ""
    return f"`airflow lineage runs --dag-id {shlex.quote(dag_id)}{task}` shows its runs"
