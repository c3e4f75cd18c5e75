"""From what happened lately to the DAGs about which the answer may be another one now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_documents import newest_digests
from airflow_lineage_provider.governance.gates.memory import Memory
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store import gate_changes
from airflow_lineage_provider.store.gate_changes import ENTRIES_BACK, Entry

MARGIN = timedelta(minutes=2)
"""Clocks of servers differ, and what is written at a moment is seen a little later."""
STRUCTURES_EVERY = timedelta(seconds=2)
"""How often is asked for what Airflow changes: tasks that run, versions of DAGs."""
DAGS_EVERY = timedelta(seconds=5)
"""How often is asked which DAGs there are."""


class Feed:
    """Asks the database what is new since it was asked last, and finds out whom that concerns.

    It asks more than once for what is about as old as a transaction may take, and tells of it once. Who is asked at
    all, and what he is told of, is a matter of cost: what it does not hear of is judged when it is due.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._runs: dict[int, datetime] = {}
        self._looked_at: datetime | None = None
        self._entries: set[int] = set()
        self._newest_entry: int | None = None
        self._marks: dict[int, tuple[Any, ...]] = {}
        self._under_way: set[str] | None = None
        self._structures_at: datetime | None = None
        self._dags_at: datetime | None = None
        self.live: set[str] = set()
        """DAGs that exist, as it heard last."""

    def look(self, *, now: datetime, session: Session) -> set[str]:
        """DAGs about which something may have changed. What has to be judged for the first time is not among them."""
        since = (self._looked_at or now) - MARGIN
        affected = self._of_runs(since, session=session)
        affected |= self._of_decisions(session=session)
        if self._structures_at is None or now - self._structures_at >= STRUCTURES_EVERY:
            affected |= self._of_tasks(session=session)
            affected |= self._of_versions((self._structures_at or now) - MARGIN, session=session)
            self._structures_at = now
        if self._dags_at is None or now - self._dags_at >= DAGS_EVERY:
            self.live = gate_changes.live_dags(session=session)
            self._dags_at = now
        self._looked_at = now
        return affected

    def _of_runs(self, since: datetime, *, session: Session) -> set[str]:
        """Whose upstream a run wrote, told of or checked; and the DAGs whose own runs were recorded."""
        heard = {run.id: run for run in gate_changes.runs_heard_since(since, session=session)}
        new = {run_id for run_id, run in heard.items() if self._runs.get(run_id) != run.heard_at}
        self._runs = {run_id: run.heard_at for run_id, run in heard.items()}
        if not new:
            return set()
        changed: set[DatasetId] = set()
        read: dict[int, DatasetId] = {}
        for run_id, dataset_id, dataset, is_output in gate_changes.touched_by(new, session=session):
            if is_output or heard[run_id].is_external:
                changed.add(dataset)
            else:
                read[dataset_id] = dataset
        # Everybody may read what everybody reads: that alone is no news, but for what a reader found out about it.
        for dataset_id, mark in gate_changes.marks_of(read, session=session).items():
            if self._marks.get(dataset_id) != mark:
                self._marks[dataset_id] = mark
                changed.add(read[dataset_id])
        own = {dag_id for run_id in new if (dag_id := heard[run_id].dag_id) is not None}
        return (own & self.live) | self._memory.readers_of(
            _digests(canonical_names(changed, session=session))
        )

    def _of_decisions(self, *, session: Session) -> set[str]:
        if self._newest_entry is None:
            self._newest_entry = gate_changes.newest_entry(session=session)
            after = self._newest_entry - ENTRIES_BACK
            self._entries = {entry.id for entry in gate_changes.decided_since(after, session=session)}
            return set()
        entries = gate_changes.decided_since(self._newest_entry - ENTRIES_BACK, session=session)
        new = [entry for entry in entries if entry.id not in self._entries]
        self._entries = {entry.id for entry in entries}
        self._newest_entry = max([self._newest_entry, *self._entries])
        affected: set[str] = set()
        contracts = {str(entry.payload.get("contract_id")) for entry in new if entry.kind == "contract"}
        if contracts:
            affected |= self._of_contracts(contracts, session=session)
        for entry in new:
            if entry.kind == "owner":
                affected |= self._of_owners(entry, session=session)
            elif entry.kind == "waiver":
                affected |= self._memory.with_findings_of([str(entry.payload.get("rule"))])
            elif entry.kind == "baseline":
                affected |= self._memory.with_findings()
        return affected

    def _of_contracts(self, contract_ids: Iterable[str], *, session: Session) -> set[str]:
        bound = gate_changes.datasets_of_contracts_named(list(contract_ids), session=session)
        digests = _digests(canonical_names(bound, session=session))
        return self._memory.readers_of(digests | gate_changes.fed_by(digests, session=session))

    def _of_owners(self, entry: Entry, *, session: Session) -> set[str]:
        payload = entry.payload
        targets = [each for key in ("added", "removed") for each in payload.get(key) or ()]
        if payload.get("reordered") or not (targets or "namespace" in payload):
            return self._memory.reading(lambda dataset: True)
        globs: list[tuple[str, str]] = []
        exact: set[DatasetId] = set()
        for target in targets or [payload]:
            namespace, name = str(target.get("namespace") or "*"), str(target.get("name") or "*")
            if target.get("is_glob", True):
                globs.append((namespace, name))
            else:
                exact.add(DatasetId(namespace, name))
        affected = self._memory.readers_of(_digests(canonical_names(exact, session=session)))
        if globs:
            affected |= self._memory.reading(
                lambda dataset: any(
                    fnmatchcase(dataset.namespace, namespace) and fnmatchcase(dataset.name, name)
                    for namespace, name in globs
                )
            )
        return affected

    def _of_tasks(self, *, session: Session) -> set[str]:
        """Who reads what a task writes that began or ended."""
        before, self._under_way = self._under_way, gate_changes.tasks_under_way(session=session)
        return self._memory.fed_by_jobs(before ^ self._under_way) if before is not None else set()

    def _of_versions(self, since: datetime, *, session: Session) -> set[str]:
        """DAGs that are others than they were judged as, and those that read what these write: owners stand in DAGs."""
        written = gate_changes.serialized_since(since, session=session)
        changed = {
            dag_id
            for dag_id, (_, digest) in newest_digests(written, session=session).items()
            if self._memory.document(dag_id) not in (digest, None)
        }
        if written - self.live:
            # It is asked at once which of them exist.
            self._dags_at = None
        return changed | self._memory.fed_by_dags(changed)


def _digests(names: Mapping[DatasetId, DatasetId]) -> set[str]:
    return {dataset.digest for pair in names.items() for dataset in pair}
