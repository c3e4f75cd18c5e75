"""From what happened lately to the DAGs about which the answer may be another one now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard until a moment. It is another one only when a look has come to its end: what fails loses nothing."""

    at: datetime | None = None
    runs: Mapping[int, datetime] = field(default_factory=dict)
    """By row id, when something was heard of it."""
    marks: Mapping[int, tuple[frozenset[str], int]] = field(default_factory=dict)
    """Of datasets that DAGs read, by row id: their digests, and a hash of what is known of columns and facets."""
    entries: frozenset[int] = frozenset()
    newest_entry: int | None = None
    under_way: frozenset[str] | None = None
    structures_at: datetime | None = None
    dags_at: datetime | None = None
    live: frozenset[str] = frozenset()


class Feed:
    """Asks the database what is new since it was asked last, and finds out whom that concerns.

    It asks more than once for what is about as old as a transaction may take, and tells of it once. Who is asked at
    all, and what he is told of, is a matter of cost: what it does not hear of is judged when it is due.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._heard = Heard()

    @property
    def live(self) -> frozenset[str]:
        """DAGs that exist, as it heard last."""
        return self._heard.live

    def look(self, *, now: datetime, session: Session) -> set[str]:
        """DAGs about which something may have changed. What has to be judged for the first time is not among them."""
        before = self._heard
        affected, heard = self._of_runs(before, (before.at or now) - MARGIN, session)
        decided, heard = self._of_decisions(heard, session)
        affected |= decided
        if before.structures_at is None or now - before.structures_at >= STRUCTURES_EVERY:
            of_tasks, heard = self._of_tasks(heard, session)
            of_versions, heard = self._of_versions(heard, (before.structures_at or now) - MARGIN, session)
            affected |= of_tasks | of_versions
            heard = replace(heard, structures_at=now)
        if heard.dags_at is None or now - heard.dags_at >= DAGS_EVERY:
            heard = replace(heard, live=frozenset(gate_changes.live_dags(session=session)), dags_at=now)
        self._heard = replace(heard, at=now)
        return affected

    def _of_runs(self, before: Heard, since: datetime, session: Session) -> tuple[set[str], Heard]:
        """Whose upstream a run wrote, told of or checked; and the DAGs whose own runs were recorded."""
        runs = {run.id: run for run in gate_changes.runs_heard_since(since, session=session)}
        new = {run_id for run_id, run in runs.items() if before.runs.get(run_id) != run.heard_at}
        heard = replace(before, runs={run_id: run.heard_at for run_id, run in runs.items()})
        if not new:
            return set(), heard
        changed: set[DatasetId] = set()
        read: dict[int, DatasetId] = {}
        for run_id, dataset_id, dataset, is_output in gate_changes.touched_by(new, session=session):
            if is_output or runs[run_id].is_external:
                changed.add(dataset)
            else:
                read[dataset_id] = dataset
        names = canonical_names({*changed, *read.values()}, session=session)
        # Everybody may read what everybody reads: that alone is no news, but for what a reader found out about it.
        meant = {
            dataset_id: digests
            for dataset_id, dataset in read.items()
            if self._memory.is_read(digests := frozenset({dataset.digest, names[dataset].digest}))
        }
        marks = {row_id: mark for row_id, mark in before.marks.items() if self._memory.is_read(mark[0])}
        for dataset_id, found in gate_changes.marks_of(meant, session=session).items():
            mark = (meant[dataset_id], hash(found))
            if marks.get(dataset_id) != mark:
                marks[dataset_id] = mark
                changed.add(read[dataset_id])
        own = {dag_id for run_id in new if (dag_id := runs[run_id].dag_id) is not None}
        told = self._memory.readers_of(_digests({dataset: names[dataset] for dataset in changed}))
        return (own & before.live) | told, replace(heard, marks=marks)

    def _of_decisions(self, before: Heard, session: Session) -> tuple[set[str], Heard]:
        newest = gate_changes.newest_entry(session=session)
        last = before.newest_entry if before.newest_entry is not None else newest
        entries = gate_changes.decided_since(last - ENTRIES_BACK, session=session)
        heard = replace(before, entries=frozenset(entry.id for entry in entries), newest_entry=newest)
        if before.newest_entry is None:
            return set(), heard
        new = [entry for entry in entries if entry.id not in before.entries]
        affected: set[str] = set()
        contracts = [entry.payload for entry in new if entry.kind == "contract"]
        if contracts:
            affected |= self._of_contracts(contracts, session=session)
        for entry in new:
            if entry.kind == "owner":
                affected |= self._of_owners(entry, session=session)
            elif entry.kind == "waiver":
                affected |= self._memory.with_findings_of([str(entry.payload.get("rule"))])
            elif entry.kind == "baseline":
                affected |= self._memory.with_findings()
        return affected, heard

    def _of_contracts(self, payloads: Collection[Mapping[str, Any]], *, session: Session) -> set[str]:
        ids = {str(payload.get("contract_id")) for payload in payloads}
        bound = gate_changes.datasets_of_contracts_named(ids, session=session)
        # What it was bound to before stands nowhere else.
        for each in (each for payload in payloads for each in payload.get("unbound") or ()):
            bound.add(DatasetId(each["namespace"], each["name"]))
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

    def _of_tasks(self, before: Heard, session: Session) -> tuple[set[str], Heard]:
        """Who reads what a task writes that began or ended."""
        under_way = frozenset(gate_changes.tasks_under_way(session=session))
        changed = before.under_way ^ under_way if before.under_way is not None else frozenset()
        return self._memory.fed_by_jobs(changed), replace(before, under_way=under_way)

    def _of_versions(self, before: Heard, since: datetime, session: Session) -> tuple[set[str], Heard]:
        """DAGs that are others than they were judged as, and those that read what these write: owners stand in DAGs."""
        written = gate_changes.serialized_since(since, session=session)
        changed = {
            dag_id
            for dag_id, (_, digest) in newest_digests(written, session=session).items()
            if self._memory.document(dag_id) not in (digest, None)
        }
        # Where one is new it is asked at once which of them exist.
        heard = replace(before, dags_at=None) if written - before.live else before
        return changed | self._memory.fed_by_dags(changed), heard


def _digests(names: Mapping[DatasetId, DatasetId]) -> set[str]:
    return {dataset.digest for pair in names.items() for dataset in pair}
