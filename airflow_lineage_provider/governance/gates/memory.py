"""What a server remembers of the answers it gave: for whom a change is news, and how long each holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from airflow_lineage_provider.governance.gates.dag_answer import DagAnswer
from airflow_lineage_provider.model.dataset_id import DatasetId


@dataclass(frozen=True, slots=True)
class Remembered:
    """One DAG."""

    document: str
    digests: frozenset[str]
    """Every name of what it reads."""
    datasets: tuple[DatasetId, ...]
    producers: frozenset[str]
    """Jobs that write that: ``dag.task`` for a task."""
    dags: frozenset[str]
    """DAGs that write that."""
    rules: frozenset[str]
    """That found something."""
    due_at: datetime


class Memory:
    """Answers by DAG, found by what they rest on. Lost with its server: then everything is judged anew."""

    def __init__(self) -> None:
        self._dags: dict[str, Remembered] = {}
        self._by_digest: dict[str, set[str]] = {}
        self._by_producer: dict[str, set[str]] = {}
        self._by_dag: dict[str, set[str]] = {}
        self._by_rule: dict[str, set[str]] = {}

    def __contains__(self, dag_id: str) -> bool:
        return dag_id in self._dags

    def __len__(self) -> int:
        return len(self._dags)

    @property
    def dag_ids(self) -> list[str]:
        """All that it knows."""
        return list(self._dags)

    def put(self, answer: DagAnswer) -> None:
        """Remember an answer instead of the last one about that DAG."""
        self.forget(answer.dag_id)
        datasets = answer.scope.datasets
        kept = self._dags[answer.dag_id] = Remembered(
            answer.document,
            answer.digests,
            tuple(facts.dataset for facts in datasets),
            frozenset(name for facts in datasets for name in facts.producers),
            answer.dags,
            frozenset(finding.rule for finding in answer.verdict.findings),
            answer.due_at,
        )
        for index, keys in self._indexes(kept):
            for key in keys:
                index.setdefault(key, set()).add(answer.dag_id)

    def forget(self, dag_id: str) -> None:
        """Forget a DAG, or nothing."""
        kept = self._dags.pop(dag_id, None)
        for index, keys in self._indexes(kept) if kept is not None else ():
            for key in keys:
                index[key].discard(dag_id)
                if not index[key]:
                    del index[key]

    def document(self, dag_id: str) -> str | None:
        """Digest of the version that was judged."""
        kept = self._dags.get(dag_id)
        return kept.document if kept is not None else None

    def due(self, now: datetime) -> list[str]:
        """DAGs that are to be judged again, the first one first."""
        return sorted(
            (dag_id for dag_id, kept in self._dags.items() if kept.due_at <= now),
            key=lambda dag_id: (self._dags[dag_id].due_at, dag_id),
        )

    def readers_of(self, digests: Iterable[str]) -> set[str]:
        """DAGs that read a dataset, by any of its names."""
        return _all(self._by_digest, digests)

    def is_read(self, digests: Iterable[str]) -> bool:
        """Whether any DAG reads a dataset that goes by one of some names."""
        return any(digest in self._by_digest for digest in digests)

    def fed_by_jobs(self, names: Iterable[str]) -> set[str]:
        """DAGs that read what a job writes."""
        return _all(self._by_producer, names)

    def fed_by_dags(self, dag_ids: Iterable[str]) -> set[str]:
        """DAGs that read what a DAG writes."""
        return _all(self._by_dag, dag_ids)

    def with_findings_of(self, rules: Iterable[str]) -> set[str]:
        """DAGs about which a rule found something."""
        return _all(self._by_rule, rules)

    def with_findings(self) -> set[str]:
        """DAGs about which anything was found."""
        return _all(self._by_rule, list(self._by_rule))

    def reading(self, is_meant: Callable[[DatasetId], bool]) -> set[str]:
        """DAGs that read a dataset of which a question is true."""
        answers: dict[DatasetId, bool] = {}
        found = set()
        for dag_id, kept in self._dags.items():
            for dataset in kept.datasets:
                if dataset not in answers:
                    answers[dataset] = is_meant(dataset)
                if answers[dataset]:
                    found.add(dag_id)
        return found

    def _indexes(self, kept: Remembered) -> list[tuple[dict[str, set[str]], Collection[str]]]:
        return [
            (self._by_digest, kept.digests),
            (self._by_producer, kept.producers),
            (self._by_dag, kept.dags),
            (self._by_rule, kept.rules),
        ]


def _all(index: dict[str, set[str]], keys: Iterable[str]) -> set[str]:
    return {dag_id for key in keys for dag_id in index.get(key, ())}
