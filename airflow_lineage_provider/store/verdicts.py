"""Verdicts, each with the whole answer and the evidence of that moment."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.findings import Folded, Judged, SeenFinding, fold
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.tables import Verdict, VerdictFinding
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import insert_missing

VERDICT = core_table(Verdict)
VERDICT_FINDING = core_table(VerdictFinding)

ASKED_FOR_ALL = ("gate-state", "dag-run")
"""Gates that ask without anybody's doing."""

LARGEST_BODY = 8 << 20
"""Bytes of JSON: the evidence of what is larger is left out, the answer never."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Who asked. Parts that a gate does not have are ``None``."""

    name: str
    """operator | dag-run | task | ci | api | cli | gate-state"""
    dag_id: str | None = None
    run_id: str | None = None
    task_id: str | None = None
    map_index: int | None = None
    try_number: int | None = None

    def to_wire(self) -> dict[str, str | int | None]:
        """Columns of a verdict, and keys of its entry in the audit."""
        return {
            "gate": self.name,
            "dag_id": self.dag_id,
            "run_id": self.run_id,
            "task_id": self.task_id,
            "map_index": self.map_index,
            "try_number": self.try_number,
        }


def save_verdict(
    gate: Gate,
    *,
    result: str,
    message: str,
    datasets: int,
    findings: Collection[SeenFinding],
    known_as: Collection[SeenFinding] | None = None,
    judged: Judged,
    body: Mapping[str, Any] | None = None,
    facts: Iterable[Any] | None = (),
    grant_id: int | None = None,
    blocks: bool = False,
    now: datetime,
    session: Session,
) -> tuple[int, Folded]:
    """Store one verdict and fold its findings into those that are known. Returns its id and what became of them.

    :param datasets: how many datasets were judged.
    :param findings: as this verdict has them.
    :param known_as: the same findings as they are kept over time, where that is not how this verdict has them.
    :param body: the answer, in JSON values.
    :param facts: what was known about the datasets, in JSON values; ``None``: that is not kept.
    """
    row = verdict_row(
        gate, result=result, message=message, datasets=datasets, grant_id=grant_id, blocks=blocks, now=now
    )
    packed = _pack(body, facts) if body is not None else None
    inserted: Any = session.execute(VERDICT.insert().values(**row, body=packed))
    verdict_id = int(inserted.inserted_primary_key[0])
    folded = fold(findings if known_as is None else known_as, judged, now=now, session=session)
    links = {
        folded.ids[finding.key]: {
            "verdict_id": verdict_id,
            "finding_id": folded.ids[finding.key],
            "level": finding.level,
            "result": finding.result,
            "waiver_id": finding.waiver_id,
        }
        for finding in findings
    }
    insert_missing(VERDICT_FINDING, [links[finding_id] for finding_id in sorted(links)], session=session)
    return verdict_id, folded


def verdict_row(
    gate: Gate,
    *,
    result: str,
    message: str,
    datasets: int,
    grant_id: int | None,
    blocks: bool,
    now: datetime,
) -> dict[str, Any]:
    """All columns of a verdict but its body."""
    return {
        **gate.to_wire(),
        "result": result,
        "message": message,
        "datasets": datasets,
        "judged_at": now,
        "grant_id": grant_id,
        "blocks": blocks,
    }


def last_result(gate: str, dag_id: str | None, *, session: Session) -> str | None:
    """Result of the last verdict of a gate about a DAG; ``None`` where there was none."""
    of_dag = VERDICT.c.dag_id.is_(None) if dag_id is None else VERDICT.c.dag_id == dag_id
    query = (
        select(VERDICT.c.result).where(VERDICT.c.gate == gate, of_dag).order_by(VERDICT.c.id.desc()).limit(1)
    )
    return session.scalar(query)


def stored_verdicts(ids: Collection[int], *, session: Session) -> set[int]:
    """Those that are still there."""
    return {
        verdict_id for part in chunks(sorted(ids)) for verdict_id in session.scalars(_THERE, {"ids": part})
    }


_THERE = select(VERDICT.c.id).where(in_ids(VERDICT.c.id))


def dags_that_ask(*, session: Session) -> frozenset[str]:
    """DAGs on whose behalf somebody asked the judge; gates ask for every DAG, which says nothing of it."""
    asked = (VERDICT.c.dag_id.is_not(None), VERDICT.c.gate.not_in(ASKED_FOR_ALL))
    query = select(VERDICT.c.dag_id).where(*asked).distinct()
    return frozenset(session.scalars(query))


def read_body(body: bytes | None) -> dict[str, Any] | None:
    """The stored answer; ``None`` for verdicts of before there was one."""
    if body is None:
        return None
    found: dict[str, Any] = json.loads(zlib.decompress(body))
    return found


def _pack(body: Mapping[str, Any], facts: Iterable[Any] | None) -> bytes:
    with_facts = canonical_json({**body, "facts": list(facts) if facts is not None else None})
    if len(with_facts) > LARGEST_BODY:
        with_facts = canonical_json({**body, "facts": None})
    return zlib.compress(with_facts, 6)
