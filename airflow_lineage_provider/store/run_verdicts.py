"""Verdicts about DAG runs, made from the answer that is kept for their DAG: nothing is judged here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, insert, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.findings import FINDING
from airflow_lineage_provider.store.verdicts import VERDICT, VERDICT_FINDING, Gate, verdict_row

MOST_LINKED = 500
"""Findings that a run's verdict is linked to, the gravest; the kept verdict has all."""

_LINKED = ("finding_id", "level", "result", "waiver_id")
_OF_KEPT = select(VERDICT.c.body).where(VERDICT.c.id == bindparam("kept")).subquery()
_BODY = select(_OF_KEPT.c.body).scalar_subquery()
_GRAVITY = case({level.value: -level.rank for level in Level}, value=VERDICT_FINDING.c.level, else_=0)
_LINKS = (
    select(
        # As a literal and not as a column: it is the same for all.
        bindparam("verdict", type_=VERDICT.c.id.type).label("verdict_id"),
        *(VERDICT_FINDING.c[name] for name in _LINKED),
    )
    .join(FINDING, FINDING.c.id == VERDICT_FINDING.c.finding_id)
    .where(VERDICT_FINDING.c.verdict_id == bindparam("kept"))
    .order_by(_GRAVITY, VERDICT_FINDING.c.finding_id)
    .limit(MOST_LINKED)
    # A finding that a server is writing in this moment is left out: the scheduler waits for nobody.
    .with_for_update(read=True, key_share=True, skip_locked=True, of=FINDING)
)
_LINK = insert(VERDICT_FINDING).from_select(["verdict_id", *_LINKED], _LINKS)
_LAST = (
    select(VERDICT.c.result)
    .where(
        VERDICT.c.dag_id == bindparam("of_dag"),
        VERDICT.c.run_id == bindparam("of_run"),
        VERDICT.c.gate == bindparam("at_gate"),
    )
    .order_by(VERDICT.c.id.desc())
    .limit(1)
)
_INSERT = insert(VERDICT)
_INSERT_WITH_BODY = insert(VERDICT).values(body=_BODY)


def save_run_verdict(
    gate: Gate,
    *,
    result: str,
    message: str,
    datasets: int,
    kept_id: int | None = None,
    with_body: bool = False,
    grant_id: int | None = None,
    blocks: bool = False,
    now: datetime,
    session: Session,
) -> int:
    """Store one verdict about a DAG run. Returns its id. Does not commit.

    :param kept_id: the kept verdict whose findings it has; nothing is amiss where that was cleaned away since.
    :param with_body: whether it also gets the kept verdict's answer and evidence.
    """
    row = verdict_row(
        gate, result=result, message=message, datasets=datasets, grant_id=grant_id, blocks=blocks, now=now
    )
    inserted: Any
    if with_body and kept_id is not None:
        inserted = session.execute(_INSERT_WITH_BODY, {**row, "kept": kept_id})
    else:
        inserted = session.execute(_INSERT, row)
    verdict_id = int(inserted.inserted_primary_key[0])
    if kept_id is not None:
        session.execute(_LINK, {"verdict": verdict_id, "kept": kept_id})
    return verdict_id


def last_run_result(gate: str, dag_id: str, run_id: str, *, session: Session) -> str | None:
    """Result of the last verdict of a gate about a DAG run; ``None`` where there was none."""
    return session.scalar(_LAST, {"at_gate": gate, "of_dag": dag_id, "of_run": run_id})
