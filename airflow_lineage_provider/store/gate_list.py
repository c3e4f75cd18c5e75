"""Answers for the gates as they are shown: in pages by DAG, for who may read the DAG."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.finding_list import MOST_EXAMINED
from airflow_lineage_provider.store.gate_states import StoredGate, gate_of, gates_after
from airflow_lineage_provider.store.verdict_list import read_verdict

_PAGE = 500


@dataclass(frozen=True, slots=True)
class GateFilter:
    """What answers are asked for; ``None``: any."""

    level: str | None = None
    result: str | None = None
    dag_id: str | None = None
    """Glob."""


@dataclass(frozen=True, slots=True)
class GatePage:
    """Answers by the id of their DAG."""

    gates: tuple[StoredGate, ...]
    next_after: str | None
    """The page after this one begins behind this DAG; ``None``: there is none."""


def list_gates(
    asked: GateFilter, access: Access, *, after: str = "", limit: int, session: Session
) -> GatePage:
    """Answers that fit, about DAGs that the reader may read."""
    is_narrow = not access.is_unrestricted or asked.dag_id is not None
    found: list[StoredGate] = []
    left = MOST_EXAMINED
    at: str | None = after
    while at is not None and len(found) <= limit and left > 0:
        size = min(_PAGE if is_narrow else limit + 1, left)
        rows = gates_after(at, limit=size, level=asked.level, result=asked.result, session=session)
        found += [row for row in rows if access.may_read(row.dag_id) and _is_meant(row.dag_id, asked.dag_id)]
        left -= len(rows)
        at = rows[-1].dag_id if len(rows) == size else None
    if len(found) > limit:
        return GatePage(tuple(found[:limit]), found[limit - 1].dag_id)
    # Enough was looked at for one answer, and there is more.
    return GatePage(tuple(found), at)


def read_gate(dag_id: str, access: Access, *, session: Session) -> StoredGate | None:
    """The answer about a DAG; ``None`` where there is none, or the reader may not read the DAG."""
    return gate_of(dag_id, connection=session) if access.may_read(dag_id) else None


def shown_message(gate: StoredGate, access: Access, *, session: Session) -> str:
    """What a reader may be told: who may not see all gets the words of the verdict, as far as it is for them."""
    if access.is_unrestricted and access.has_sensitive:
        return gate.message
    detail = read_verdict(gate.verdict_id, access, session=session) if gate.verdict_id is not None else None
    return detail.message if detail is not None else gate.message.partition("\n")[0]


def _is_meant(dag_id: str, glob: str | None) -> bool:
    return glob is None or dag_id == glob or fnmatchcase(dag_id, glob)
