"""What the judge last said about each DAG: written by the API server, read by the scheduler when a run starts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.clock_skew import AHEAD
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.tables import GateState
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_or_update, some

GATE_STATE = core_table(GateState)

MOST_FINDINGS = 50
"""Findings that are named, the gravest; the stored verdict has all."""
LONGEST_MESSAGE = 12_000
"""Characters: the scheduler reads it for each run."""


@dataclass(frozen=True, slots=True)
class GateFinding:
    """A finding by name."""

    key: str
    rule: str
    level: Level
    """The DAG's own tightening included."""


@dataclass(frozen=True, slots=True)
class StoredGate:
    """The last known answer about one DAG."""

    dag_id: str
    result: str
    """pass | warn | fail | error | unknown | skip, as if the gate may block."""
    level: Level
    """Gravest level among the findings; ``off`` where nothing was found. A gate does the milder of this and its mode."""
    message: str
    """For people who may see all; at most :data:`LONGEST_MESSAGE` characters."""
    shown: str | None
    """The same for everybody who may read the DAG, as long at most; ``None`` where nobody is told, at ``observe`` and
    below, and of before it was kept."""
    findings: tuple[GateFinding, ...]
    """Gravest first, at most :data:`MOST_FINDINGS`."""
    findings_total: int
    datasets: int
    fingerprint: str
    """The same as long as the answer says the same."""
    verdict_id: int | None
    """Stored verdict that says the same; it may have been cleaned away since."""
    judged_at: datetime
    valid_until: datetime

    def is_expired(self, now: datetime) -> bool:
        """Whether it is no answer, or none any more."""
        return now >= self.valid_until or self.is_ahead(now)

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is of a clock that was wrong: nothing that is said later would ever count as newer."""
        return self.judged_at > now + AHEAD


def gate_of(dag_id: str, *, connection: Connection | Session) -> StoredGate | None:
    """The answer about a DAG, expired or not; one read by the primary key, fit for other people's transactions."""
    row = connection.execute(_ONE, {"dag_id": dag_id}).first()
    return _read(row) if row is not None else None


def gates_after(
    dag_id: str = "", *, limit: int, level: str | None = None, result: str | None = None, session: Session
) -> list[StoredGate]:
    """Answers in the order of the ids of their DAGs.

    :param dag_id: only of those that come after it.
    :param level: only with this gravest level.
    """
    query = select(GATE_STATE).where(GATE_STATE.c.dag_id > dag_id)
    if level is not None:
        query = query.where(GATE_STATE.c.level == level)
    if result is not None:
        query = query.where(GATE_STATE.c.result == result)
    return [_read(row) for row in session.execute(query.order_by(GATE_STATE.c.dag_id).limit(limit))]


def gates_of(dag_ids: Collection[str], *, session: Session) -> dict[str, StoredGate]:
    """Answers by DAG; DAGs without one are left out."""
    return {
        row.dag_id: _read(row) for part in _parts(dag_ids) for row in session.execute(_SOME, {"some": part})
    }


def save_gates(gates: Iterable[StoredGate], *, session: Session) -> None:
    """Store answers; one that is older than what stands there changes nothing."""
    rows = [_row(gate) for gate in sorted(gates, key=lambda gate: gate.dag_id)]
    insert_or_update(GATE_STATE, rows, ("dag_id",), _newer, session=session)


def save_gate(gate: StoredGate, *, session: Session) -> None:
    """Store one answer, as :func:`save_gates`."""
    save_gates([gate], session=session)


def renew_gates(
    dag_ids: Collection[str], *, seen_at: datetime, now: datetime, valid_until: datetime, session: Session
) -> int:
    """Let answers hold on that nothing can have changed. Returns how many do.

    :param seen_at: when they were read: what another server said since is not ours to renew.
    """
    renewed = 0
    for part in _parts(dag_ids):
        done: Any = session.execute(
            GATE_STATE.update()
            .where(GATE_STATE.c.dag_id.in_(some()), GATE_STATE.c.judged_at <= bindparam("seen_at"))
            .values(judged_at=bindparam("now"), valid_until=bindparam("until")),
            {"some": part, "seen_at": seen_at, "now": now, "until": valid_until},
        )
        renewed += done.rowcount
    return renewed


def ending_gates(moment: datetime, *, now: datetime, session: Session) -> dict[str, datetime]:
    """When those answers were judged that expire until a moment, or are of a clock that was wrong, by DAG."""
    query = select(GATE_STATE.c.dag_id, GATE_STATE.c.judged_at).where(
        or_(GATE_STATE.c.valid_until <= moment, _is_ahead(now))
    )
    return {row.dag_id: row.judged_at for row in session.execute(query)}


def count_gates(now: datetime, *, session: Session) -> tuple[int, int]:
    """(answers, those of them that are expired)."""
    is_expired = case((or_(GATE_STATE.c.valid_until <= now, _is_ahead(now)), 1), else_=0)
    row = session.execute(select(func.count(), func.sum(is_expired)).select_from(GATE_STATE)).one()
    return int(row[0]), int(row[1] or 0)


def dags_with_gates(*, session: Session) -> set[str]:
    """DAGs that anything was said about."""
    return set(session.scalars(select(GATE_STATE.c.dag_id)))


def delete_gates(dag_ids: Collection[str], *, session: Session) -> None:
    """Forget what was said about DAGs."""
    for part in _parts(dag_ids):
        session.execute(GATE_STATE.delete().where(GATE_STATE.c.dag_id.in_(some())), {"some": part})


def delete_ahead(dag_ids: Collection[str], *, now: datetime, session: Session) -> None:
    """Forget what was said about DAGs by a clock that was wrong."""
    for part in _parts(dag_ids):
        session.execute(
            GATE_STATE.delete().where(GATE_STATE.c.dag_id.in_(some()), _is_ahead(now)), {"some": part}
        )


def _is_ahead(now: datetime) -> Any:
    return GATE_STATE.c.judged_at > now + AHEAD


def _parts(dag_ids: Collection[str]) -> list[list[str]]:
    # Ordered, so that two servers wait for each other and never deadlock.
    wanted = sorted(set(dag_ids))
    return list(parts(wanted, CHUNK))


_ONE = select(GATE_STATE).where(GATE_STATE.c.dag_id == bindparam("dag_id"))
_SOME = select(GATE_STATE).where(GATE_STATE.c.dag_id.in_(some()))
_CHANGING = (
    "result",
    "level",
    "message",
    "shown",
    "findings",
    "findings_total",
    "datasets",
    "fingerprint",
    "verdict_id",
    "valid_until",
    "judged_at",
)
"""``judged_at`` last: the others are compared by it."""


def _newer(new: Any) -> Mapping[str, Any]:
    is_newer = new.judged_at >= GATE_STATE.c.judged_at
    return {name: case((is_newer, new[name]), else_=GATE_STATE.c[name]) for name in _CHANGING}


def _row(gate: StoredGate) -> dict[str, Any]:
    named = [
        {"key": finding.key, "rule": finding.rule, "level": finding.level.value}
        for finding in gate.findings[:MOST_FINDINGS]
    ]
    return {
        "dag_id": gate.dag_id,
        "result": gate.result,
        "level": gate.level.value,
        "message": gate.message[:LONGEST_MESSAGE],
        "shown": gate.shown[:LONGEST_MESSAGE] if gate.shown is not None else None,
        "findings": canonical_json(named).decode("utf-8"),
        "findings_total": gate.findings_total,
        "datasets": gate.datasets,
        "fingerprint": gate.fingerprint,
        "verdict_id": gate.verdict_id,
        "judged_at": gate.judged_at,
        "valid_until": gate.valid_until,
    }


def _read(row: Row[Any]) -> StoredGate:
    named: Sequence[Mapping[str, str]] = json.loads(row.findings)
    return StoredGate(
        row.dag_id,
        row.result,
        Level(row.level),
        row.message,
        row.shown,
        tuple(GateFinding(each["key"], each["rule"], Level(each["level"])) for each in named),
        row.findings_total,
        row.datasets,
        row.fingerprint,
        row.verdict_id,
        row.judged_at,
        row.valid_until,
    )
