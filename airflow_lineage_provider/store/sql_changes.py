"""Writers that ran other statements than the time before."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.dataset_writes import Write
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_facets import has_facet, run_facet_ids
from airflow_lineage_provider.store.run_refs import RunRef
from airflow_lineage_provider.store.run_statements import STATEMENTS, statements_of
from airflow_lineage_provider.store.upsert import CHUNK

MOST_JOBS = 50
"""Writers whose run before the window is looked up."""


@dataclass(frozen=True, slots=True)
class SqlChange:
    """Fingerprints of the statements of a run, against those of the run before of the same task."""

    run: RunRef
    previous_run_id: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


def sql_changes(writes: Sequence[Write], *, session: Session) -> list[SqlChange]:
    """Changes between one run and the next with statements, of each job (and map index) that wrote.

    :param writes: in any order.
    """
    lines: dict[tuple[int, int], list[RunRef]] = {}
    for write in sorted(
        writes, key=lambda write: (write.run.started_at or write.run.recorded_at, write.run.id)
    ):
        lines.setdefault((write.run.job_id, write.run.map_index), []).append(write.run)
    before = _runs_before(lines, session=session)
    facets = _facets(
        {run.id for runs in lines.values() for run in runs} | set(before.values()), session=session
    )
    pairs: list[tuple[int, RunRef]] = []
    for key, runs in lines.items():
        previous = before.get(key)
        for run in runs:
            if run.id not in facets:
                continue
            if previous in facets and facets[previous] != facets[run.id]:
                pairs.append((previous, run))
            previous = run.id
    differing = {facets[run_id] for previous, run in pairs for run_id in (previous, run.id)}
    fingerprints = _fingerprints(differing, session=session)
    found = []
    for previous, run in pairs:
        was, now = fingerprints[facets[previous]], fingerprints[facets[run.id]]
        if was.keys() != now.keys():
            added = tuple(print_ for print_ in now if print_ not in was)
            found.append(
                SqlChange(run, previous, added, tuple(print_ for print_ in was if print_ not in now))
            )
    return found


def _runs_before(
    lines: dict[tuple[int, int], list[RunRef]], *, session: Session
) -> dict[tuple[int, int], int]:
    """Row id of the newest run with statements before the first of each line."""
    newest = []
    for (job_id, map_index), runs in list(lines.items())[:MOST_JOBS]:
        one = (
            select(RUN.c.job_id, RUN.c.map_index, RUN.c.id)
            .where(
                RUN.c.job_id == job_id,
                RUN.c.map_index == map_index,
                RUN.c.id < min(run.id for run in runs),
                has_facet(STATEMENTS),
            )
            .order_by(RUN.c.id.desc())
            .limit(1)
            .subquery()
        )
        newest.append(select(one))
    if not newest:
        return {}
    return {(row[0], row[1]): row[2] for row in session.execute(union_all(*newest))}


def _facets(run_ids: set[int], *, session: Session) -> dict[int, int]:
    """Row id of the facet with the statements, by run: equal statements are one facet."""
    links = run_facet_ids(run_ids, names=(STATEMENTS,), session=session)
    return {run_id: facet_id for run_id, _, facet_id in links}


def _fingerprints(facet_ids: set[int], *, session: Session) -> dict[int, dict[str, None]]:
    """Fingerprints of executed statements, in order."""
    found: dict[int, dict[str, None]] = {}
    wanted = sorted(facet_ids)
    for part in parts(wanted, CHUNK):
        query = select(FACET.c.id, FACET.c.body).where(FACET.c.id.in_(part))
        for facet_id, body in session.execute(query):
            statements = statements_of(json.loads(zlib.decompress(body)))
            found[facet_id] = dict.fromkeys(entry.fingerprint for entry in statements if entry.is_executed)
    return found
