"""The whole upstream of datasets, not only what is read directly."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.in_scope import InScope, ScopeBuilder
from airflow_lineage_provider.governance.names import names_of
from airflow_lineage_provider.store.dataset_rows import names_of_jobs, names_of_rows
from airflow_lineage_provider.store.upstream_datasets import Upstream, read_upstream_datasets

log = logging.getLogger(__name__)

MOST_DATASETS = 2_000
"""That are added to a scope."""
DEEPEST = 50


class WidenedScope(list[InScope]):
    """A scope with what is upstream of it: nearest first, then by name."""

    def __init__(self, entries: Iterable[InScope], *, is_cut: bool) -> None:
        super().__init__(entries)
        self.is_cut = is_cut
        """There is more upstream that was not followed."""


def with_upstream(scope: Sequence[InScope], depth: int, *, session: Session) -> list[InScope]:
    """The scope, and what the jobs that write it read, and so on, ``depth`` datasets deep.

    Edges are those that are stored today. At :data:`MOST_DATASETS` the walk ends: then ``is_cut`` of the answer is
    true, the datasets it ended at say so, and so does the log.

    :param depth: 1: the scope as it is; at most :data:`DEEPEST`.
    """
    if depth <= 1 or not scope:
        return list(scope)
    stored = {name for entry in scope for name in entry.stored_as}
    rows = names_of([entry.dataset for entry in scope], stored=stored, session=session).rows
    upstream = read_upstream_datasets(rows, min(depth, DEEPEST) - 1, most=MOST_DATASETS, session=session)
    added = _entries(upstream, session=session)
    known = {entry.dataset for entry in scope}
    beyond = [entry for entry in added.canonical(session=session) if entry.dataset not in known]
    beyond.sort(key=lambda entry: (entry.degree, entry.dataset))
    if upstream.is_cut:
        log.warning("The upstream of %d datasets is cut off at %d", len(scope), len(beyond))
        farthest = max((entry.degree for entry in beyond), default=1)
        for entry in beyond:
            if entry.degree == farthest:
                entry.known_by.append(f"the walk upstream was cut off here, after {len(beyond)} datasets")
    return WidenedScope([*scope, *beyond], is_cut=upstream.is_cut)


def _entries(upstream: Upstream, *, session: Session) -> ScopeBuilder:
    builder = ScopeBuilder()
    written = {reached.written_id for reached in upstream.found.values()}
    datasets = names_of_rows(upstream.found.keys() | written, session=session)
    jobs = names_of_jobs({reached.job_id for reached in upstream.found.values()}, session=session)
    for row_id, reached in upstream.found.items():
        if row_id not in datasets:
            continue
        dataset = datasets[row_id]
        of = datasets[reached.written_id].name if reached.written_id in datasets else "a dataset"
        builder.add(dataset, f"read by {jobs.get(reached.job_id, 'a job')}, which writes {of}")
        builder.found[dataset].degree = reached.steps + 1
    return builder
